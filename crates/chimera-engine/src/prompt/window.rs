use chimera_core::MessageStatus;

use crate::{Conversation, Line};

/// A number of tokens, estimated: four characters make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tokens(pub usize);

impl Tokens {
    pub fn of_chars(chars: usize) -> Self {
        Self(chars.div_ceil(4))
    }

    pub fn third(self) -> Self {
        Self(self.0 / 3)
    }

    fn chars(self) -> usize {
        self.0.saturating_mul(4)
    }
}

/// The newest lines that fit, oldest first.
pub struct Window<'c> {
    pub lines: Vec<&'c Line>,
    /// Older lines are left out.
    pub cut: bool,
}

/// What a line costs beside its words: a name, a colon, a blank line.
const FRAME_CHARS: usize = 24;

impl<'c> Window<'c> {
    /// Filled from the newest backwards; the newest line is always there, whatever its size.
    pub fn of(conversation: &'c Conversation, size: Tokens) -> Self {
        let mut room = size.chars();
        let mut lines = Vec::new();
        let mut cut = false;
        for line in conversation.lines.iter().rev().filter(|line| is_said(line)) {
            let cost = line.text.chars().count() + FRAME_CHARS;
            if cost > room && !lines.is_empty() {
                cut = true;
                break;
            }
            room = room.saturating_sub(cost);
            lines.push(line);
        }
        lines.reverse();
        Self { lines, cut }
    }
}

/// A message that has just begun has no words yet, and one that was lost in a crash has none either.
fn is_said(line: &Line) -> bool {
    line.status != MessageStatus::Streaming && !line.text.trim().is_empty()
}

/// A text that alone is larger than the window keeps its beginning and its end: a question usually stands at one of
/// them.
pub fn shortened(text: &str, size: Tokens) -> Option<String> {
    let room = size.chars();
    let chars = text.chars().count();
    if chars <= room {
        return None;
    }
    let head: String = text.chars().take(room / 2).collect();
    let tail: String = text.chars().skip(chars - room / 2).collect();
    Some(format!("{head} (…) {tail}"))
}
