use chimera_core::{InterruptCause, MAX_MESSAGE_BYTES};

use crate::fallback::How;

/// The words of the open turn's message, whichever attempts they came from. What is recorded in the end is exactly this.
#[derive(Debug, Default)]
pub(super) struct Said {
    text: String,
    chars: u32,
    full: bool,
}

/// An answer broke off, and somebody is to see to it.
#[derive(Debug)]
pub(super) struct Mend {
    pub how: How,
    /// What the message is marked with should nobody manage to.
    pub cause: InterruptCause,
    /// Blanks that were heard before the break, which no word followed.
    pub blank: String,
}

impl Said {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn chars(&self) -> u32 {
        self.chars
    }

    /// What was said from this character on.
    pub fn since(&self, from_char: u32) -> &str {
        &self.text[self.byte(from_char)..]
    }

    /// As many of the words as the message still has room for. Once some did not fit, none do: a gap would be worse
    /// than an end.
    pub fn fitting<'w>(&mut self, words: &'w str) -> &'w str {
        let room = if self.full { 0 } else { MAX_MESSAGE_BYTES - self.text.len() };
        let fitting = &words[..words.floor_char_boundary(room)];
        self.full = fitting.len() < words.len();
        fitting
    }

    /// Takes up shown words and says at which character they begin.
    pub fn add(&mut self, words: &str) -> u32 {
        let offset = self.chars;
        self.text.push_str(words);
        self.chars += u32::try_from(words.chars().count()).unwrap_or(u32::MAX);
        offset
    }

    /// Strikes what stands at this character and behind.
    pub fn strike(&mut self, from_char: u32) {
        self.text.truncate(self.byte(from_char));
        self.chars = self.chars.min(from_char);
        self.full = false;
    }

    fn byte(&self, at_char: u32) -> usize {
        if at_char >= self.chars {
            return self.text.len();
        }
        self.text.char_indices().nth(at_char as usize).map_or(self.text.len(), |(byte, _)| byte)
    }
}
