use std::collections::BTreeSet;

use chimera_core::{MessageId, MessageStatus, ParticipantId};

use super::pictures::Pictures;
use super::standing::{self, Standing};
use super::tokens::{Tokens, quarters};
use crate::{Conversation, Line, Summed};

/// What a participant is shown of the past.
pub struct Window<'c> {
    /// Stands for what was said before the lines.
    pub summary: Option<&'c Summed>,
    /// Pinned lines from before the window, oldest first.
    pub pinned: Vec<&'c Line>,
    /// The newest lines that fit, oldest first.
    pub lines: Vec<&'c Line>,
    /// Older lines are left out.
    pub cut: bool,
    /// Some of them are not in the summary, either.
    pub gap: bool,
    /// How much of one pinned line is shown at most.
    pub pin: Tokens,
}

/// What a line costs beside its words: a name, a colon, a blank line.
const FRAME: usize = 24;

impl<'c> Window<'c> {
    /// Filled from the newest backwards with what the reader has heard; the newest line is always there, whatever its
    /// size. Pinned lines that are older come before it; together they take half of the room at most, and are each
    /// shortened to their share where that is not enough.
    ///
    /// Where not everything fits, a summary takes the place of what it covers. Of several that will do it is the one
    /// that leaves most of the talk as it was said. It tells nothing of whispers, so those that would fit stay.
    pub fn of(conversation: &'c Conversation, reader: ParticipantId, size: Tokens, pictures: &Pictures) -> Self {
        let room = size.quarters();
        let cost = |line: &Line| cost_of(line) + pictures.quarters(line);
        let mut older = Pins::of(conversation, reader, cost);
        let mut standing = Standing::of(conversation, room);
        let (mut lines, mut used) = (Vec::new(), 0);
        let mut cut = false;
        for line in heard(conversation, reader) {
            standing.reach(line, lines.len(), used + older.cost.min(room / 2));
            let takes = cost(line);
            let left_to_pins = older.without(line.message, takes).min(room / 2);
            if used + takes + left_to_pins > room && !lines.is_empty() {
                cut = true;
                break;
            }
            older.pass(line.message, takes);
            used += takes;
            lines.push(line);
        }
        let mut gap = cut;
        let mut summary = None;
        if let (true, Some((newer, fitting))) = (cut, standing.fitting) {
            (summary, gap) = (Some(fitting), false);
            let whispers = lines.split_off(newer);
            older = Pins::before(conversation, reader, &lines, cost);
            used = lines.iter().map(|line| cost(line)).sum::<usize>() + standing::cost(fitting, room);
            for line in whispers.into_iter().filter(|line| !line.is_public()) {
                if used + cost(line) + older.cost.min(room / 2) <= room {
                    used += cost(line);
                    lines.push(line);
                }
            }
        } else if let (true, Some((end, newest))) = (cut, standing.newest) {
            summary = Some(newest);
            let room = room - standing::cost(newest, room);
            while used + older.cost.min(room / 2) > room && lines.len() > 1 {
                used -= lines.pop().map_or(0, cost);
                older = Pins::before(conversation, reader, &lines, cost);
            }
            let left_out = heard(conversation, reader).nth(lines.len());
            gap = left_out.is_some_and(|line| conversation.lines.place(line.message).is_some_and(|place| place > end));
        }
        lines.reverse();
        let pinned =
            if cut { Pins::before(conversation, reader, &lines, cost).lines(conversation) } else { Vec::new() };
        let pin = share(&pinned, room / 2);
        Self { summary, pinned, lines, cut, gap, pin }
    }
}

/// The pinned lines that have not been passed on the way back, and what they cost.
struct Pins {
    ids: BTreeSet<MessageId>,
    cost: usize,
}

impl Pins {
    fn of(conversation: &Conversation, reader: ParticipantId, cost: impl Fn(&Line) -> usize) -> Self {
        let mut pins = Self { ids: BTreeSet::new(), cost: 0 };
        let (lines, reach) = (&conversation.lines, conversation.reach(reader));
        let is_shown = |pin: &&MessageId| lines.place(**pin).is_some_and(|place| place < reach);
        for pin in conversation.pins.iter().filter(is_shown).filter(|pin| !lines.is_deleted(**pin)) {
            if let Some(line) = lines.find(*pin).filter(|line| line.is_heard_by(reader) && is_said(line)) {
                pins.ids.insert(line.message);
                pins.cost += cost(line);
            }
        }
        pins
    }

    /// Those that are not among the lines.
    fn before(
        conversation: &Conversation,
        reader: ParticipantId,
        lines: &[&Line],
        cost: impl Fn(&Line) -> usize,
    ) -> Self {
        let mut pins = Self::of(conversation, reader, &cost);
        if !pins.ids.is_empty() {
            lines.iter().for_each(|line| pins.pass(line.message, cost(line)));
        }
        pins
    }

    fn without(&self, message: MessageId, cost: usize) -> usize {
        if self.ids.contains(&message) { self.cost - cost } else { self.cost }
    }

    fn pass(&mut self, message: MessageId, cost: usize) {
        if self.ids.remove(&message) {
            self.cost -= cost;
        }
    }

    fn lines<'c>(&self, conversation: &'c Conversation) -> Vec<&'c Line> {
        let mut lines: Vec<_> = self.ids.iter().filter_map(|pin| conversation.lines.find(*pin)).collect();
        lines.sort_by_key(|line| conversation.lines.place(line.message));
        lines
    }
}

/// The most that each may take so that all of them fit: what short ones leave over is for the long ones.
fn share(pinned: &[&Line], room: usize) -> Tokens {
    let mut costs: Vec<usize> = pinned.iter().map(|line| cost_of(line)).collect();
    costs.sort_unstable();
    let mut left = room;
    for (place, cost) in costs.iter().enumerate() {
        let even = left / (costs.len() - place);
        if *cost > even {
            return Tokens::of_quarters(even.saturating_sub(FRAME));
        }
        left -= cost;
    }
    Tokens::of_quarters(room)
}

/// Newest first: all that the reader has heard and that has words, or shows something. A message that has just begun has none yet, and one
/// that was lost in a crash has none either.
pub fn heard(conversation: &Conversation, reader: ParticipantId) -> impl Iterator<Item = &Line> {
    conversation.shown_to(reader).rev().filter(move |line| line.is_heard_by(reader) && is_said(line))
}

pub fn is_said(line: &Line) -> bool {
    line.status != MessageStatus::Streaming && (!line.text.trim().is_empty() || !line.images.is_empty())
}

pub fn cost_of(line: &Line) -> usize {
    quarters(&line.text) + FRAME
}
