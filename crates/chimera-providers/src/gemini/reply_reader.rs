use chimera_core::{ErrorClass, Finish, ProviderError, Usage};
use serde_json::value::RawValue;

use super::unframed::Unframed;
use super::wire::{Candidate, Chunk, WireUsage};
use crate::reading::{Dialect, Said, Step, complaint};

/// Events of generateContent. There is no mark at the end: complete is what closes after a reason.
#[derive(Debug, Default, Clone)]
pub struct GenerateContent {
    finish: Option<Finish>,
    usage: WireUsage,
    unframed: Unframed,
}

impl Dialect for GenerateContent {
    const NAME: &'static str = "generateContent";

    fn event(&mut self, name: &str, data: &str, said: &mut Said) -> Step {
        // The mark of another protocol, which some proxies add, says nothing here.
        if data == "[DONE]" {
            return Step::GoesOn;
        }
        if let Some(error) = complaint(name, data) {
            return Step::Fails(error);
        }
        // Who does not understand `alt=sse` sends all events as one list.
        if data.starts_with('[') {
            let Ok(events) = serde_json::from_str::<Vec<&RawValue>>(data) else { return Step::NotUnderstood };
            let mut steps = events.into_iter().map(|event| self.event(name, event.get(), said));
            return steps.find(|step| matches!(step, Step::Fails(_))).unwrap_or(Step::GoesOn);
        }
        match serde_json::from_str(data) {
            Ok(chunk) => self.chunk(chunk, said),
            Err(_) => Step::NotUnderstood,
        }
    }

    fn finish(&self) -> Option<Finish> {
        self.finish
    }

    fn used(&mut self, numbers: &str) -> Option<Usage> {
        self.usage.merge(serde_json::from_str(numbers).ok()?);
        Some(self.usage.counted())
    }

    fn overhear(&mut self, bytes: &[u8]) {
        self.unframed.push(bytes);
    }

    fn overheard(&self) -> Option<ProviderError> {
        self.unframed.error()
    }
}

impl GenerateContent {
    fn chunk(&mut self, chunk: Chunk<'_>, said: &mut Said) -> Step {
        said.model(&chunk.model_version.0);
        for candidate in chunk.candidates.unwrap_or_default() {
            // One answer was asked for; others are not ours to mix in.
            if candidate.index.0.unwrap_or(0) == 0 {
                self.candidate(candidate, said);
            }
        }
        if let Some(usage) = chunk.usage_metadata {
            self.usage.merge(usage);
            said.usage(self.usage.counted());
        }
        match &*chunk.prompt_feedback.unwrap_or_default().block_reason.0 {
            "" | "BLOCK_REASON_UNSPECIFIED" => Step::GoesOn,
            _ if said.has_words() => {
                self.finish = Some(Finish::ContentFilter);
                Step::GoesOn
            }
            reason => {
                let detail = format!("the provider's filter refused the question ({reason})");
                Step::Fails(ProviderError::new(ErrorClass::ContentPolicy, detail))
            }
        }
    }

    fn candidate(&mut self, candidate: Candidate<'_>, said: &mut Said) {
        for part in candidate.content.unwrap_or_default().parts.unwrap_or_default() {
            // Proxies announce the end in an empty event before the words; what counts is the one after them.
            if !part.text.0.is_empty() {
                self.finish = None;
            }
            match part.thought {
                Some(true) => said.reasoning(part.text.0),
                Some(false) | None => said.text(part.text.0),
            }
        }
        let reason = &*candidate.finish_reason.0;
        if !reason.is_empty() {
            self.finish = Some(finish(reason));
            said.because(if candidate.finish_message.0.is_empty() { reason } else { &candidate.finish_message.0 });
        }
    }
}

fn finish(reason: &str) -> Finish {
    match reason {
        "STOP" => Finish::Stop,
        "MAX_TOKENS" => Finish::Length,
        "SAFETY"
        | "RECITATION"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "MODEL_ARMOR"
        | "JAILBREAK"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => Finish::ContentFilter,
        _ => Finish::Other,
    }
}
