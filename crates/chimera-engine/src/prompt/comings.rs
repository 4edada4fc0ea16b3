//! Who came and who went, told at the place where it happened.

use std::collections::VecDeque;

use chimera_core::{MessageId, Participant};

use super::turns::Turns;
use super::window::Window;
use crate::names::clean;
use crate::{Conversation, Note, Passage};

/// The notes that belong into a window, each with how many of the branch's messages stand before it.
pub struct Notes<'c> {
    conversation: &'c Conversation,
    speaker: &'c Participant,
    left: VecDeque<(usize, Note)>,
}

impl<'c> Notes<'c> {
    /// What happened before the window's first line is left out with it.
    pub fn of(conversation: &'c Conversation, speaker: &'c Participant, window: &Window<'_>) -> Self {
        let place = |message| conversation.lines.place(message);
        let first = window.lines.first().filter(|_| window.cut).and_then(|line| place(line.message));
        let reach = conversation.reach(speaker.id);
        let placed = conversation.notes.iter().filter_map(|note| Some((place(note.after)?, *note)));
        let left = placed.filter(|(place, _)| *place < reach && first.is_none_or(|first| first <= *place)).collect();
        Self { conversation, speaker, left }
    }

    /// Tells what happened before this message.
    pub fn until(&mut self, message: MessageId, turns: &mut Turns) {
        if self.left.is_empty() {
            return;
        }
        let here = self.conversation.lines.place(message).unwrap_or_default();
        while self.left.front().is_some_and(|(place, _)| *place < here) {
            self.tell(turns);
        }
    }

    pub fn rest(&mut self, turns: &mut Turns) {
        while !self.left.is_empty() {
            self.tell(turns);
        }
    }

    fn tell(&mut self, turns: &mut Turns) {
        let Some((_, note)) = self.left.pop_front() else { return };
        let own = note.participant == self.speaker.id;
        let name = self.conversation.present_or_left(note.participant).map_or_else(String::new, |it| clean(&it.name));
        turns.note(&match (note.passage, own) {
            (Passage::Joined, true) => "(You join the table here.)".to_owned(),
            (Passage::Left, true) => "(You leave the table here.)".to_owned(),
            (Passage::Joined, false) => format!("({name} joins the table.)"),
            (Passage::Left, false) => format!("({name} leaves the table.)"),
        });
    }
}
