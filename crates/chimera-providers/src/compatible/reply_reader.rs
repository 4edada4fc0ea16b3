use chimera_core::{ErrorClass, Finish, ProviderError, Usage};

use super::grown::Grown;
use super::wire::{Choice, Chunk, WireUsage};
use crate::reading::{Aloud, Dialect, Reading, Said, Step, complaint};

/// Reads one reply out of the bytes of a stream. It knows no network: bytes are pushed, events are taken.
pub type ReplyReader = Reading<ChatCompletions>;

/// Chunks of a chat completion. Complete is what has a reason or the mark.
#[derive(Debug, Default, Clone)]
pub struct ChatCompletions {
    finish: Option<Finish>,
    gave_up: bool,
    aloud: Aloud,
    /// What wholes beside empty pieces have said, as long as no piece has said anything.
    grown: Option<Grown>,
}

impl Dialect for ChatCompletions {
    const NAME: &'static str = "chat completions";

    fn event(&mut self, name: &str, data: &str, said: &mut Said) -> Step {
        if data == "[DONE]" {
            return Step::Complete;
        }
        if let Some(error) = complaint(name, data) {
            return Step::Fails(error);
        }
        let Ok(chunk) = serde_json::from_str::<Chunk<'_>>(data) else { return Step::NotUnderstood };
        self.chunk(chunk, said);
        if self.gave_up {
            let detail = "the server gave up on the answer without saying why";
            return Step::Fails(ProviderError::new(ErrorClass::ServerError, detail));
        }
        Step::GoesOn
    }

    fn finish(&self) -> Option<Finish> {
        self.finish
    }

    fn rest(&mut self, said: &mut Said) {
        self.aloud.rest(said);
    }

    fn used(&mut self, numbers: &str) -> Option<Usage> {
        serde_json::from_str::<WireUsage>(numbers).ok()?.counted()
    }
}

impl ChatCompletions {
    fn chunk(&mut self, chunk: Chunk<'_>, said: &mut Said) {
        said.model(&chunk.model.0);
        // One answer was asked for; others are not ours to mix in.
        for choice in chunk.choices.unwrap_or_default().into_iter().filter(|choice| choice.index.0.unwrap_or(0) == 0) {
            self.choice(choice, said);
        }
        let usage = chunk.usage.or_else(|| chunk.x_groq?.usage);
        if let Some(usage) = usage.and_then(|usage| usage.counted()) {
            said.usage(usage);
        }
    }

    fn choice(&mut self, choice: Choice<'_>, said: &mut Said) {
        // Beside a piece the whole is a repetition, unless no piece has ever said anything.
        let is_new = self.grown.is_some() || !(said.has_words() || self.aloud.has_begun());
        let spoken = match (choice.delta, choice.message) {
            (Some(piece), Some(whole)) if piece.is_empty() && is_new => {
                // The next event like it is a repetition.
                said.only_this_once();
                Some(self.grown.get_or_insert_with(|| Grown::after(said.blanks())).by(whole))
            }
            (Some(piece), _) => {
                if !piece.is_empty() {
                    self.grown = None;
                }
                Some(piece)
            }
            (None, whole) => whole,
        };
        if let Some(mut spoken) = spoken {
            let thought = spoken.take_thought();
            if !spoken.is_empty() || !(thought.0.is_empty() || said.has_words()) {
                // Proxies announce the end in an empty event before the words; what counts is the one after them.
                self.finish = None;
            }
            said.reasoning(thought.0);
            self.aloud.hear(spoken.content.text, said);
            said.refusal(spoken.refusal.0);
        }
        match &*choice.finish_reason.0 {
            "" => {}
            "error" => self.gave_up = true,
            reason => self.finish = Some(finish(reason)),
        }
    }
}

fn finish(reason: &str) -> Finish {
    match reason {
        "stop" | "eos" | "end_turn" | "stop_sequence" => Finish::Stop,
        "length" | "max_tokens" | "model_length" => Finish::Length,
        "content_filter" | "safety" => Finish::ContentFilter,
        "refusal" => Finish::Refusal,
        _ => Finish::Other,
    }
}
