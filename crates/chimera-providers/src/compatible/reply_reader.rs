use std::collections::VecDeque;

use chimera_core::{ErrorClass, Finish, ProviderError, ReplyEvent};
use memchr::memmem;
use serde_json::Value;

use super::wire::{Choice, Chunk};
use crate::classify::{self, Complaint};
use crate::sse::{EventStream, Frame, Rest};

/// Events that made no sense before the whole answer is held to make none.
const MAX_BROKEN: u32 = 100;

/// Reads one reply out of the bytes of a stream. It knows no network: bytes are pushed, events are taken.
#[derive(Debug, Default)]
pub struct ReplyReader {
    frames: EventStream,
    heard: Heard,
    /// Set once the answer or the failure is complete; nothing is heard after it.
    over: Option<Result<Finish, ProviderError>>,
}

impl ReplyReader {
    pub fn push(&mut self, bytes: &[u8]) {
        if self.is_over() {
            return;
        }
        self.frames.push(bytes);
        while self.over.is_none() {
            match self.frames.next_frame() {
                Ok(None) => break,
                Ok(Some(Frame::Comment)) => {}
                Ok(Some(Frame::Event(event))) => self.over = self.heard.event(&event.name, &event.data),
                Err(too_large) => {
                    self.over = Some(Err(ProviderError::new(ErrorClass::Malformed, too_large.to_string())))
                }
            }
        }
        self.heard.at_least_alive();
    }

    /// The stream ended.
    pub fn finish(&mut self) {
        if self.is_over() {
            return;
        }
        let mut cut = false;
        match self.frames.finish() {
            Rest::Nothing => {}
            Rest::Event(event) => self.over = self.heard.event(&event.name, &event.data),
            Rest::Cut => cut = true,
        }
        if self.over.is_none() {
            self.over = Some(self.heard.end_without_mark(cut));
        }
    }

    /// Reads an answer that came in one piece.
    pub fn whole(&mut self, json: &[u8]) {
        if self.is_over() {
            return;
        }
        let data = String::from_utf8_lossy(json);
        let over = self.heard.event("", &data);
        // The document is complete, so the answer is, also where a server never says why it stopped.
        self.over = Some(over.unwrap_or_else(|| match self.heard.broken {
            0 => self.heard.end(),
            _ => Err(ProviderError::new(ErrorClass::Malformed, "the answer is not that of a chat completion")),
        }));
    }

    /// The next event, or none until more is pushed. The last one is `Finished` or an error.
    pub fn take(&mut self) -> Option<Result<ReplyEvent, ProviderError>> {
        if let Some(event) = self.heard.queue.pop_front() {
            return Some(Ok(event));
        }
        if self.heard.closed {
            return None;
        }
        let last = self.over.clone()?;
        self.heard.closed = true;
        Some(last.map(ReplyEvent::Finished))
    }

    /// Whether the reply is complete, well or badly.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Whether the model has said why it stopped; only its usage may follow.
    pub fn has_finish(&self) -> bool {
        self.heard.finish.is_some()
    }
}

/// What has been understood so far.
#[derive(Debug, Default)]
struct Heard {
    queue: VecDeque<ReplyEvent>,
    closed: bool,
    is_named: bool,
    has_text: bool,
    has_refused: bool,
    gave_up: bool,
    finish: Option<Finish>,
    broken: u32,
}

impl Heard {
    /// Reads one event; returns the end if it was that.
    fn event(&mut self, name: &str, data: &str) -> Option<Result<Finish, ProviderError>> {
        let data = data.trim();
        if data == "[DONE]" {
            return Some(self.end());
        }
        // Looked for before anything else: to most readers an error is just an event without choices.
        if (name == "error" || memmem::find(data.as_bytes(), b"\"error\"").is_some())
            && let Ok(json) = serde_json::from_str::<Value>(data)
            && let Some(complaint) = Complaint::from_event(&json, name)
        {
            return Some(Err(classify::error(&complaint)));
        }
        match serde_json::from_str::<Chunk<'_>>(data) {
            Ok(chunk) => self.chunk(chunk),
            Err(_) => self.broken += 1,
        }
        if self.gave_up {
            return Some(Err(ProviderError::new(
                ErrorClass::ServerError,
                "the server gave up on the answer without saying why",
            )));
        }
        (self.broken > MAX_BROKEN)
            .then(|| Err(ProviderError::new(ErrorClass::Malformed, "the stream is not that of a chat completion")))
    }

    fn chunk(&mut self, chunk: Chunk<'_>) {
        if !self.is_named && !chunk.model.0.is_empty() {
            self.is_named = true;
            self.say(ReplyEvent::Model(chunk.model.0.into_owned()));
        }
        // One answer was asked for; others are not ours to mix in.
        for choice in chunk.choices.unwrap_or_default().into_iter().filter(|choice| choice.index.0.unwrap_or(0) == 0) {
            self.choice(choice);
        }
        let usage = chunk.usage.or_else(|| chunk.x_groq?.usage);
        if let Some(usage) = usage.and_then(|usage| usage.counted()) {
            self.say(ReplyEvent::Usage(usage));
        }
    }

    fn choice(&mut self, choice: Choice<'_>) {
        if let Some(spoken) = choice.delta {
            // vLLM and OpenRouter may send the same thought under both names.
            let thought =
                if spoken.reasoning_content.0.is_empty() { spoken.reasoning } else { spoken.reasoning_content };
            if !thought.0.is_empty() {
                self.say(ReplyEvent::Reasoning(thought.0.into_owned()));
            }
            for (text, is_refusal) in [(spoken.content.0, false), (spoken.refusal.0, true)] {
                if text.is_empty() {
                    continue;
                }
                self.has_refused |= is_refusal;
                self.has_text |= !text.trim().is_empty();
                // Proxies announce the end in an empty event before the words; what counts is the one after them.
                self.finish = None;
                self.say(ReplyEvent::Text(text.into_owned()));
            }
        }
        match &*choice.finish_reason.0 {
            "" => {}
            "error" => self.gave_up = true,
            reason => self.finish = Some(finish(reason)),
        }
    }

    /// Queues an event; words that came in one read go on as one.
    fn say(&mut self, event: ReplyEvent) {
        match (self.queue.back_mut(), event) {
            (Some(ReplyEvent::Text(last)), ReplyEvent::Text(more)) => last.push_str(&more),
            (Some(ReplyEvent::Reasoning(last)), ReplyEvent::Reasoning(more)) => last.push_str(&more),
            (Some(ReplyEvent::Usage(last)), ReplyEvent::Usage(newer)) => *last = newer,
            (_, event) => self.queue.push_back(event),
        }
    }

    /// Bytes came: if they said nothing, they at least said that the server lives.
    fn at_least_alive(&mut self) {
        if self.queue.is_empty() {
            self.queue.push_back(ReplyEvent::Alive);
        }
    }

    /// The stream closed without `[DONE]`, which is an end only if the model said why it stopped.
    fn end_without_mark(&self, cut: bool) -> Result<Finish, ProviderError> {
        match (self.finish, self.broken) {
            (Some(_), _) => self.end(),
            (None, 1..) if !self.has_text => {
                Err(ProviderError::new(ErrorClass::Malformed, "the stream held nothing that could be read"))
            }
            (None, _) if cut => {
                Err(ProviderError::new(ErrorClass::Truncated, "the stream ended in the middle of an event"))
            }
            (None, _) => Err(ProviderError::new(ErrorClass::Truncated, "the stream ended before the answer did")),
        }
    }

    /// The answer is complete; whether it is one is another question.
    fn end(&self) -> Result<Finish, ProviderError> {
        let finish = if self.has_refused { Finish::Refusal } else { self.finish.unwrap_or(Finish::Stop) };
        if self.has_text {
            return Ok(finish);
        }
        let (class, detail) = match finish {
            Finish::ContentFilter => (ErrorClass::ContentPolicy, "the provider's filter held the whole answer back"),
            Finish::Refusal => (ErrorClass::ContentPolicy, "the model declined without a word"),
            Finish::Length => (ErrorClass::EmptyAnswer, "the limit of output tokens was reached before the first word"),
            Finish::Stop | Finish::Other => (ErrorClass::EmptyAnswer, "the model stopped without a word"),
        };
        Err(ProviderError::new(class, detail))
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
