use std::collections::VecDeque;

use super::tokens::{Tokens, quarters};
use crate::{Conversation, Line, Summed};

/// What a summary costs beside its words: the note in front of it and the marks around it.
const FRAME: usize = 120;

/// The summaries that could stand before a window, while it is filled from the newest line backwards.
pub struct Standing<'c> {
    conversation: &'c Conversation,
    room: usize,
    /// Those that are not reached yet, the one that covers most first.
    left: VecDeque<(usize, &'c Summed)>,
    /// That which covers most.
    pub newest: Option<(usize, &'c Summed)>,
    /// The one that covers least of those behind which everything fits, and how many lines that are.
    pub fitting: Option<(usize, &'c Summed)>,
}

impl<'c> Standing<'c> {
    pub fn of(conversation: &'c Conversation, room: usize) -> Self {
        let left: VecDeque<_> = conversation.standing_summaries().into();
        let newest = left.front().copied();
        Self { conversation, room, left, newest, fitting: None }
    }

    /// On the way back this line is next: all that is newer are so many lines, and takes so much room.
    pub fn reach(&mut self, line: &Line, lines: usize, used: usize) {
        if self.left.is_empty() {
            return;
        }
        let here = self.conversation.lines.place(line.message).unwrap_or_default();
        while let Some((_, summary)) = self.left.pop_front_if(|(end, _)| here <= *end) {
            if lines > 0 && used + cost(summary, self.room) <= self.room {
                self.fitting = Some((lines, summary));
            }
        }
    }
}

/// A summary takes a quarter of the window at most, and is shortened to it.
pub fn largest(window: Tokens) -> Tokens {
    Tokens::of_quarters((window.quarters() / 4).saturating_sub(FRAME))
}

pub fn cost(summary: &Summed, room: usize) -> usize {
    (quarters(&summary.text) + FRAME).min(room / 4)
}
