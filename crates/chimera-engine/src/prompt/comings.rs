//! Who came and who went, told at the place where it happened.

use std::collections::VecDeque;

use chimera_core::{MessageId, Participant};

use super::neutral::without_control_tokens;
use super::tokens::Tokens;
use super::turns::{Turns, author};
use super::window::{Window, heard};
use crate::names::clean;
use crate::{Conversation, Line, Note, Passage};

/// Of so many that were heard last a newcomer is told what they said.
const MOST_SPEAKERS: usize = 6;
/// How much of it at most.
const EXCERPT_CHARS: usize = 160;
/// The most of a window that may go into one excerpt: small models need their room for the talk itself.
const SHARE: usize = 10;

/// The notes that belong into a window, each with how many of the branch's messages stand before it.
pub struct Notes<'c> {
    conversation: &'c Conversation,
    speaker: &'c Participant,
    left: VecDeque<(usize, Note)>,
    /// What a newcomer cannot read for itself.
    missed: String,
}

impl<'c> Notes<'c> {
    /// What happened before the window's first line is left out with it.
    pub fn of(conversation: &'c Conversation, speaker: &'c Participant, window: &Window<'_>, size: Tokens) -> Self {
        let place = |message| conversation.lines.place(message);
        let first = window.lines.first().filter(|_| window.cut).and_then(|line| place(line.message));
        let reach = conversation.reach(speaker.id);
        let placed = conversation.notes.iter().filter_map(|note| Some((place(note.after)?, *note)));
        let placed: Vec<(usize, Note)> = placed.filter(|(place, _)| *place < reach).collect();
        let mut left: VecDeque<(usize, Note)> =
            placed.iter().filter(|(place, _)| first.is_none_or(|first| first <= *place)).copied().collect();
        let is_coming = |note: &Note| note.participant == speaker.id && note.passage == Passage::Joined;
        // Who has not spoken yet is new, however much was said since it came.
        let has_spoken = |since: usize| {
            let own = conversation.lines.iter().rev().filter(|line| line.participant() == Some(speaker.id));
            own.filter_map(|line| place(line.message)).any(|place| place > since)
        };
        if let (Some(first), Some((came, note))) = (first, placed.iter().rev().find(|(_, note)| is_coming(note)))
            && *came < first
            && !has_spoken(*came)
        {
            left.push_front((*came, *note));
        }
        let is_new = left.iter().any(|(_, note)| is_coming(note));
        let missed = if window.gap && is_new { missed(conversation, speaker, window, size) } else { String::new() };
        Self { conversation, speaker, left, missed }
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
            (Passage::Joined, true) => format!("(You join the table here.{})", self.missed),
            (Passage::Left, true) => "(You leave the table here.)".to_owned(),
            (Passage::Joined, false) => format!("({name} joins the table.)"),
            (Passage::Left, false) => format!("({name} leaves the table.)"),
        });
    }
}

/// Who said what last of that which is left out: it costs no call, and says no more than the log does.
fn missed(conversation: &Conversation, speaker: &Participant, window: &Window<'_>, size: Tokens) -> String {
    let place = |line: &Line| conversation.lines.place(line.message);
    let first = window.lines.first().and_then(|line| place(line));
    let left_out = heard(conversation, speaker.id).filter(|line| line.is_public() && place(line) < first);
    let mut last: Vec<&Line> = Vec::new();
    for line in left_out {
        if last.iter().all(|said| said.author != line.author) {
            last.push(line);
        }
        if last.len() == MOST_SPEAKERS {
            break;
        }
    }
    let chars = EXCERPT_CHARS.min(size.quarters() / MOST_SPEAKERS / SHARE);
    let last: Vec<_> = last.into_iter().map(|line| excerpt(conversation, line, chars)).collect();
    if last.is_empty() { String::new() } else { format!(" Left out above are words of {}.", last.join("; ")) }
}

fn excerpt(conversation: &Conversation, line: &Line, chars: usize) -> String {
    let words = without_control_tokens(&line.text).replace(['\u{201c}', '\u{201d}'], "\"");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = words.char_indices().nth(chars).map(|(end, _)| end);
    let words = end.map_or_else(|| words.clone(), |end| format!("{}\u{2026}", words[..end].trim_end()));
    format!("{}, last: \u{201c}{words}\u{201d}", author(conversation, line))
}
