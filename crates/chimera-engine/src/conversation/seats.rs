use chimera_core::{MessageId, Participant, ParticipantChange, ParticipantId};

use super::Conversation;

/// Somebody came or went while there was talk: it stands in everybody's prompt at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// The message it comes after.
    pub after: MessageId,
    pub participant: ParticipantId,
    pub passage: Passage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    Joined,
    Left,
}

impl Conversation {
    /// Whoever sits at the table under this id, or did.
    pub fn present_or_left(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants.iter().chain(&self.left).find(|participant| participant.id == id)
    }

    /// Everybody whose name stands in front of a line.
    pub fn everybody(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter().chain(&self.left)
    }

    pub(super) fn seat(&mut self, participant: Participant, seat: u32) {
        self.left.retain(|left| left.id != participant.id);
        self.note(participant.id, Passage::Joined);
        let seat = (seat as usize).min(self.participants.len());
        self.participants.insert(seat, participant);
    }

    pub(super) fn unseat(&mut self, id: ParticipantId) {
        let Some(seat) = self.participants.iter().position(|participant| participant.id == id) else { return };
        let participant = self.participants.remove(seat);
        self.left.push(participant);
        self.note(id, Passage::Left);
        self.serve(id);
        self.nudged = self.nudged.filter(|nudged| *nudged != id);
    }

    pub(super) fn change(&mut self, id: ParticipantId, change: &ParticipantChange) {
        if change.route.is_some() && self.past.last.is_some_and(|(_, last)| last == id) {
            // Another route leads on, not the one that led nowhere.
            self.past.last_route = None;
        }
        let Some(participant) = self.participants.iter_mut().find(|participant| participant.id == id) else { return };
        let ParticipantChange { name, hue, instructions, talkativeness, route, sampling } = change.clone();
        participant.name = name.unwrap_or_else(|| std::mem::take(&mut participant.name));
        participant.hue = hue.unwrap_or(participant.hue);
        participant.instructions = instructions.unwrap_or_else(|| std::mem::take(&mut participant.instructions));
        participant.talkativeness = talkativeness.unwrap_or(participant.talkativeness);
        participant.route = route.unwrap_or_else(|| std::mem::take(&mut participant.route));
        participant.sampling = sampling.unwrap_or_else(|| std::mem::take(&mut participant.sampling));
    }

    pub(super) fn reorder(&mut self, order: &[ParticipantId]) {
        let place = |id| order.iter().position(|other| *other == id).unwrap_or(order.len());
        self.participants.sort_by_key(|participant| place(participant.id));
    }

    /// Before the first word there is nobody who would wonder.
    fn note(&mut self, participant: ParticipantId, passage: Passage) {
        if let Some(after) = self.lines.head() {
            self.notes.push(Note { after, participant, passage });
        }
    }
}
