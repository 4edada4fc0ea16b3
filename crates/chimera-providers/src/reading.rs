//! What it takes to read a reply in any vendor's dialect: bytes are pushed, events are taken, and no network is known.
//!
//! A [`Dialect`] says what one event means; everything that must hold for all of them is here: that a reply ends once,
//! that an end without an announcement is none, and that an answer without words is no answer.

mod aloud;
mod refrain;
mod said;

use std::sync::LazyLock;

use chimera_core::{ErrorClass, Finish, ProviderError, ReplyEvent, Usage};
use memchr::memmem;
use serde_json::{Value, json};

use crate::classify::{self, Complaint};
use crate::sse::{EventStream, Frame, Rest};
pub use aloud::Aloud;
use refrain::{Again, Refrain};
pub use said::Said;

/// Events that made no sense before the whole answer is held to make none.
const MAX_BROKEN: u32 = 100;

/// What one vendor's events mean. An event that does no more than to say a word, and numbers of tokens behind it, may be
/// passed over when the one before it was the same but for those, and for padding, ids and running numbers: what it leaves in the dialect must follow
/// from the rest of it.
pub trait Dialect: Default + Send + Sync + 'static {
    /// How it is called in the log.
    const NAME: &'static str;

    /// Reads one event, or a whole document: then it has no name. What was said in it goes to `said`.
    fn event(&mut self, name: &str, data: &str, said: &mut Said) -> Step;

    /// Why the model stopped, as far as it has said so.
    fn finish(&self) -> Option<Finish>;

    /// Says what it held back, when nothing more comes.
    fn rest(&mut self, _said: &mut Said) {}

    /// What has been used so far, when only the object with these numbers is new in an event; none if there is no number
    /// in it, or this dialect tells none beside a word.
    fn used(&mut self, _numbers: &str) -> Option<Usage> {
        None
    }

    /// Looks at bytes before they are cut into events, for vendors that do not always frame what they send.
    fn overhear(&mut self, _bytes: &[u8]) {}

    /// What was found between the events when the stream had ended.
    fn overheard(&self) -> Option<ProviderError> {
        None
    }
}

/// What an event does to the reply.
pub enum Step {
    GoesOn,
    /// It is not of this dialect.
    NotUnderstood,
    /// The vendor announced the end.
    Complete,
    Fails(ProviderError),
}

/// What a model has done by the time it has said why it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Spoke,
    /// Without a word.
    Thought,
}

/// Reads one reply out of the bytes of a stream.
#[derive(Debug, Default, Clone)]
pub struct Reading<D> {
    frames: EventStream,
    refrain: Refrain,
    dialect: D,
    said: Said,
    broken: u32,
    /// Set once the answer or the failure is complete; nothing is heard after it.
    over: Option<Result<Finish, ProviderError>>,
    closed: bool,
}

impl<D: Dialect> Reading<D> {
    pub fn push(&mut self, bytes: &[u8]) {
        if self.is_over() {
            return;
        }
        self.dialect.overhear(bytes);
        self.frames.push(bytes);
        while self.over.is_none() {
            let mut length = 0;
            let step = match self.frames.next_frame() {
                Ok(None) => break,
                Ok(Some(Frame::Comment)) => Step::GoesOn,
                Ok(Some(Frame::Event(event))) => {
                    let (name, data) = (&*event.name, event.data.trim());
                    length = data.len();
                    let again = self.refrain.again(name, data);
                    if again.is_some_and(|again| say_again(again, &mut self.dialect, &mut self.said)) {
                        Step::GoesOn
                    } else {
                        self.said.next_event();
                        let step = self.dialect.event(name, data, &mut self.said);
                        self.refrain.learn(name, data, self.said.word_alone(data));
                        step
                    }
                }
                Err(too_large) => Step::Fails(ProviderError::new(ErrorClass::Malformed, too_large.to_string())),
            };
            self.take_step(step, length);
        }
        self.said.at_least_alive();
    }

    /// The stream ended.
    pub fn finish(&mut self) {
        if self.is_over() {
            return;
        }
        let (step, length, cut) = match self.frames.finish() {
            Rest::Nothing => (Step::GoesOn, 0, false),
            Rest::Event(event) => {
                let data = event.data.trim();
                (self.dialect.event(&event.name, data, &mut self.said), data.len(), false)
            }
            Rest::Cut => (Step::GoesOn, 0, true),
        };
        self.take_step(step, length);
        if self.over.is_none() {
            self.over = Some(self.end_without_mark(cut));
        }
    }

    /// Reads an answer that came in one piece.
    pub fn whole(&mut self, json: &[u8]) {
        if self.is_over() {
            return;
        }
        let step = self.dialect.event("", String::from_utf8_lossy(json).trim(), &mut self.said);
        self.over = Some(match step {
            // The document is complete, so the answer is, also where a server never says why it stopped.
            Step::GoesOn | Step::Complete => self.complete(),
            Step::NotUnderstood => {
                tracing::warn!(dialect = D::NAME, bytes = json.len(), "an answer could not be read");
                Err(ProviderError::new(ErrorClass::Malformed, "the answer is not in the protocol of this connection"))
            }
            Step::Fails(error) => Err(error),
        });
    }

    /// The next event, or none until more is pushed. The last one is `Finished` or an error.
    pub fn take(&mut self) -> Option<Result<ReplyEvent, ProviderError>> {
        if let Some(event) = self.said.queue.pop_front() {
            return Some(Ok(event));
        }
        if self.closed {
            return None;
        }
        let last = self.over.clone()?;
        self.closed = true;
        Some(last.map(ReplyEvent::Finished))
    }

    /// Whether the reply is complete, well or badly.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// What the model has done before it said why it stopped; only its usage may follow. None as long as it has not said
    /// so, or has done nothing: proxies announce the end before the first word.
    pub fn finished_after(&self) -> Option<Done> {
        self.dialect.finish()?;
        match (self.said.has_words(), self.said.has_thought) {
            (true, _) => Some(Done::Spoke),
            (false, true) => Some(Done::Thought),
            (false, false) => None,
        }
    }

    fn take_step(&mut self, step: Step, length: usize) {
        match step {
            Step::GoesOn => {}
            Step::NotUnderstood => {
                // Once is enough to know of, and what it says may be anybody's words.
                if self.broken == 0 {
                    tracing::warn!(dialect = D::NAME, bytes = length, "an event of an answer could not be read");
                }
                self.broken += 1;
                if self.broken > MAX_BROKEN {
                    let detail = "the stream is not in the protocol of this connection";
                    self.over = Some(Err(ProviderError::new(ErrorClass::Malformed, detail)));
                }
            }
            Step::Complete => self.over = Some(self.complete()),
            Step::Fails(error) => self.over = Some(Err(error)),
        }
    }

    /// The stream closed without a mark, which is an end only if the model said why it stopped.
    fn end_without_mark(&mut self, cut: bool) -> Result<Finish, ProviderError> {
        let overheard = self.dialect.overheard();
        let (class, detail) = match (self.dialect.finish(), overheard) {
            (Some(_), None) => return self.complete(),
            (Some(_), Some(_)) if self.said.has_words() => return self.complete(),
            (_, Some(error)) => return Err(error),
            (None, None) if self.broken > 0 && !self.said.has_words() => {
                (ErrorClass::Malformed, "the stream held nothing that could be read")
            }
            (None, None) if cut => (ErrorClass::Truncated, "the stream ended in the middle of an event"),
            (None, None) => (ErrorClass::Truncated, "the stream ended before the answer did"),
        };
        Err(ProviderError::new(class, detail))
    }

    /// The answer is complete; whether it is one is another question.
    fn complete(&mut self) -> Result<Finish, ProviderError> {
        self.dialect.rest(&mut self.said);
        let finish =
            if self.said.has_refused { Finish::Refusal } else { self.dialect.finish().unwrap_or(Finish::Stop) };
        if self.said.has_words() {
            return Ok(finish);
        }
        let (class, detail) = match finish {
            Finish::ContentFilter => (ErrorClass::ContentPolicy, "the provider's filter held the whole answer back"),
            Finish::Refusal => (ErrorClass::ContentPolicy, "the model declined without a word"),
            Finish::Length => {
                (ErrorClass::OutputLimit, "its tokens were spent before the first word: allow it a longer answer")
            }
            Finish::Stop | Finish::Other => (ErrorClass::EmptyAnswer, "the model stopped without a word"),
        };
        let detail = match &self.said.reason {
            Some(reason) => format!("{detail} ({reason})"),
            None => detail.to_owned(),
        };
        Err(ProviderError::new(class, detail))
    }
}

/// Says what an event says that is like the one before it. False if its numbers are such that it has to be looked at: then
/// nothing was said.
fn say_again<D: Dialect>(again: Again<'_>, dialect: &mut D, said: &mut Said) -> bool {
    let Some(used) = again.used else {
        said.text(again.word);
        return true;
    };
    let Some(usage) = dialect.used(used) else { return false };
    said.text(again.word);
    said.usage(usage);
    true
}

/// The error that an event is, if it is one. Looked for before anything else: to most readers an error is just an
/// event without words.
pub fn complaint(name: &str, data: &str) -> Option<ProviderError> {
    static ERROR: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("\"error\""));
    if name != "error" && ERROR.find(data.as_bytes()).is_none() {
        return None;
    }
    let json = match serde_json::from_str(data) {
        Ok(json @ (Value::Object(_) | Value::Array(_))) => json,
        // A proxy may tell its trouble in plain words.
        _ if name == "error" && data != "[DONE]" => json!({ "message": data }),
        _ => return None,
    };
    let is_error = json.get("type").and_then(Value::as_str) == Some("error");
    let name = if is_error { "error" } else { name };
    Complaint::from_event(&json, name).map(|complaint| classify::error(&complaint))
}
