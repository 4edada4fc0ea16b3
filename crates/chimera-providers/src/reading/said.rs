use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use chimera_core::{ReplyEvent, Usage};

use super::refrain::Beside;

/// What has been said so far.
#[derive(Debug, Default, Clone)]
pub struct Said {
    pub(super) queue: VecDeque<ReplyEvent>,
    is_named: bool,
    has_words: bool,
    pub(super) has_thought: bool,
    pub(super) has_refused: bool,
    /// What was said before the first word.
    blanks: String,
    pub(super) reason: Option<String>,
    in_this_event: InThisEvent,
}

/// What the event has said that is being read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum InThisEvent {
    #[default]
    Nothing,
    /// One text, which lies in memory as it came.
    Words {
        at: usize,
        len: usize,
        beside: Beside,
    },
    More,
}

impl Said {
    /// Words of the answer. Those that came in one read go on as one.
    pub fn text<'t>(&mut self, text: impl Into<Cow<'t, str>>) {
        let text = text.into();
        if text.is_empty() {
            return;
        }
        if !self.has_words {
            if text.trim().is_empty() {
                self.blanks.push_str(&text);
            } else {
                self.has_words = true;
            }
        }
        let words = match (self.in_this_event, &text) {
            (InThisEvent::Nothing, Cow::Borrowed(text)) => {
                InThisEvent::Words { at: text.as_ptr().addr(), len: text.len(), beside: Beside::Nothing }
            }
            _ => InThisEvent::More,
        };
        match self.last_but_usage() {
            Some(ReplyEvent::Text(last)) => last.push_str(&text),
            Some(_) | None => self.queue.push_back(ReplyEvent::Text(text.into_owned())),
        }
        self.in_this_event = words;
    }

    /// Words with which the model declines.
    pub fn refusal<'t>(&mut self, text: impl Into<Cow<'t, str>>) {
        let text = text.into();
        self.has_refused |= !text.is_empty();
        self.text(text);
    }

    pub fn reasoning(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.has_thought |= !text.trim().is_empty();
            self.queue(ReplyEvent::Reasoning(text));
        }
    }

    /// The name under which the model answers; only the first one counts.
    pub fn model(&mut self, name: &str) {
        if !self.is_named && !name.is_empty() {
            self.is_named = true;
            self.queue(ReplyEvent::Model(name.to_owned()));
        }
    }

    /// What has been used so far.
    pub fn usage(&mut self, usage: Usage) {
        // No question takes nothing: whoever says so does not count.
        if usage.input_tokens == Some(0) && usage.output_tokens == Some(0) {
            return;
        }
        let before = self.in_this_event;
        self.queue(ReplyEvent::Usage(usage));
        if let InThisEvent::Words { at, len, beside: Beside::Nothing } = before {
            self.in_this_event = InThisEvent::Words { at, len, beside: Beside::Numbers };
        }
    }

    /// The vendor's own word for why it stopped, told if there turns out to be no answer.
    pub fn because(&mut self, reason: &str) {
        if !reason.trim().is_empty() {
            self.in_this_event = InThisEvent::More;
            self.reason = Some(reason.trim().chars().take(200).collect());
        }
    }

    /// What this event says hangs on what was said before it, so that the next one is looked at, however alike they are.
    pub fn only_this_once(&mut self) {
        self.in_this_event = InThisEvent::More;
    }

    /// Another event begins.
    pub(super) fn next_event(&mut self) {
        self.in_this_event = InThisEvent::Nothing;
    }

    pub fn has_words(&self) -> bool {
        self.has_words
    }

    /// What was said before the first word.
    pub fn blanks(&self) -> &str {
        &self.blanks
    }

    /// Where in the data of the event its words lie, if it has said nothing else but perhaps numbers behind them.
    pub(super) fn word_alone(&self, data: &str) -> Option<(Range<usize>, Beside)> {
        let InThisEvent::Words { at, len, beside } = self.in_this_event else { return None };
        let start = at.checked_sub(data.as_ptr().addr())?;
        (start + len <= data.len()).then_some((start..start + len, beside))
    }

    fn queue(&mut self, event: ReplyEvent) {
        self.in_this_event = InThisEvent::More;
        if let (Some(ReplyEvent::Usage(last)), ReplyEvent::Usage(newer)) = (self.queue.back_mut(), &event) {
            *last = *newer;
            return;
        }
        match (self.last_but_usage(), event) {
            (Some(ReplyEvent::Reasoning(last)), ReplyEvent::Reasoning(more)) => last.push_str(&more),
            (_, event) => self.queue.push_back(event),
        }
    }

    /// What more words go on with. Numbers in between do not part them: Gemini sends some with every word.
    fn last_but_usage(&mut self) -> Option<&mut ReplyEvent> {
        let behind = usize::from(matches!(self.queue.back(), Some(ReplyEvent::Usage(_))));
        let last = self.queue.len().checked_sub(1 + behind)?;
        self.queue.get_mut(last)
    }

    /// Bytes came: if they said nothing, they at least said that the server lives.
    pub(super) fn at_least_alive(&mut self) {
        if self.queue.is_empty() {
            self.queue.push_back(ReplyEvent::Alive);
        }
    }
}
