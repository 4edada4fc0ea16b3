//! Keeps a speaker to its own words: no name in front of them, and none for others behind them.

mod label;

use chimera_core::Participant;

use crate::Conversation;
use crate::names::{USER, key};
use label::Label;

/// Blanks held back at once; what is beyond says nothing and would only be memory.
const MAX_BLANK_BYTES: usize = 4096;

/// Reads an answer as it comes and passes on what the speaker says as itself.
///
/// A leading `Name:` of its own is dropped, and where a line begins with another's `Name:` the answer is over. Blanks
/// around the answer are dropped too. What could still turn out to be one of these is held back, so the words passed on
/// are the same however the answer was cut into pieces.
#[derive(Debug)]
pub struct Guard {
    /// None where nobody has a name.
    own: Option<Label>,
    others: Vec<Label>,
    place: Place,
    /// Blanks that go out only if words follow.
    blank: String,
    /// What may be, or become, a name with a colon.
    held: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first word.
    Opening,
    /// Behind a line break.
    LineStart,
    InLine,
    /// Another's line has begun.
    Over,
}

impl Guard {
    pub fn new<'n>(own: &str, others: impl IntoIterator<Item = &'n str>) -> Self {
        let others = others.into_iter().filter(|name| key(name) != key(own));
        Self {
            others: others.map(Label::of_another).collect(),
            own: Some(Label::own(own)),
            place: Place::Opening,
            blank: String::new(),
            held: String::new(),
        }
    }

    /// One that only takes care of blanks: everything is the speaker's own.
    pub(crate) fn open() -> Self {
        let (blank, held) = (String::new(), String::new());
        Self { own: None, others: Vec::new(), place: Place::Opening, blank, held }
    }

    pub(crate) fn at_table(conversation: &Conversation, speaker: &Participant) -> Self {
        let others = conversation.everybody().filter(|other| other.id != speaker.id);
        Self::new(&speaker.name, others.map(|other| other.name.as_str()).chain([USER]))
    }

    /// Takes the next piece of the answer and gives back what can be passed on.
    pub fn push(&mut self, piece: &str) -> String {
        let mut passed = String::with_capacity(piece.len() + self.blank.len());
        let mut rest = piece;
        while !rest.is_empty() {
            rest = self.take_within_line(rest, &mut passed);
            if let Some(c) = rest.chars().next() {
                self.take(c, &mut passed);
                rest = &rest[c.len_utf8()..];
            }
        }
        passed
    }

    /// Whether the speaker has begun to speak for another: nothing after it will be passed on.
    pub fn is_over(&self) -> bool {
        self.place == Place::Over
    }

    /// Blanks that wait for a word.
    pub fn blank(&self) -> &str {
        &self.blank
    }

    /// The answer has ended: what was held back turns out to be words after all.
    pub fn finish(&mut self) -> String {
        let mut passed = String::new();
        if !self.held.trim_end().is_empty() {
            passed.push_str(&self.blank);
            passed.push_str(self.held.trim_end());
        }
        self.place = Place::Over;
        self.blank.clear();
        self.held.clear();
        passed
    }

    /// Nearly all of an answer lies within lines, where nothing can be a name: that much goes on as one. What is left
    /// begins with what has to be looked at.
    fn take_within_line<'p>(&mut self, rest: &'p str, passed: &mut String) -> &'p str {
        if self.place != Place::InLine {
            return rest;
        }
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let part = &line[..line.floor_char_boundary(MAX_BLANK_BYTES.saturating_sub(self.blank.len()))];
        let words = part.trim_end();
        if !words.is_empty() {
            passed.push_str(&self.blank);
            self.blank.clear();
            passed.push_str(words);
        }
        self.blank.push_str(&part[words.len()..]);
        &rest[part.len()..]
    }

    fn take(&mut self, c: char, passed: &mut String) {
        match self.place {
            Place::Over => {}
            Place::Opening | Place::LineStart if !(self.held.is_empty() && c.is_whitespace()) => {
                self.held.push(c);
                self.judge(passed);
            }
            Place::Opening => {}
            Place::LineStart | Place::InLine if c.is_whitespace() => {
                if self.blank.len() < MAX_BLANK_BYTES {
                    self.blank.push(c);
                }
                if c == '\n' {
                    self.place = Place::LineStart;
                }
            }
            Place::LineStart | Place::InLine => {
                passed.push_str(&self.blank);
                self.blank.clear();
                passed.push(c);
            }
        }
    }

    fn judge(&mut self, passed: &mut String) {
        let verdict = match self.place {
            Place::Opening => self.own.as_ref().map_or(label::Fit::No, |own| own.fits(&self.held)),
            _ => label::Fit::best(self.others.iter().map(|other| other.fits(&self.held))),
        };
        match (verdict, self.place) {
            (label::Fit::Maybe, _) => {}
            (label::Fit::Whole, Place::Opening) => self.held.clear(),
            (label::Fit::Whole, _) => {
                self.place = Place::Over;
                self.held.clear();
                self.blank.clear();
            }
            (label::Fit::No, _) => {
                self.place = Place::InLine;
                let held = std::mem::take(&mut self.held);
                for c in held.chars() {
                    self.take(c, passed);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
