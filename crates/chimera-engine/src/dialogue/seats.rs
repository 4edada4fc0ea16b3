use chimera_core::{
    ConversationChange, EndRules, EventKind, InterruptCause, MAX_PARTICIPANTS, Participant, ParticipantChange,
    ParticipantId, TurnId,
};

use super::{Dialogue, Refusal, Step};
use crate::names::key;

impl Dialogue {
    pub(super) fn join(&mut self, step: &mut Step, new: Participant, seat: Option<u32>) -> Result<(), Refusal> {
        let table = &self.conversation.participants;
        if table.len() >= MAX_PARTICIPANTS {
            return Err(Refusal::on("participant", format!("a table seats at most {MAX_PARTICIPANTS} participants")));
        }
        let last = u32::try_from(table.len()).unwrap_or(u32::MAX);
        if seat.is_some_and(|seat| seat > last) {
            return Err(Refusal::on("seat", format!("seats are counted from 0; the last free one is {last}")));
        }
        self.is_free("participant.name", &new.name, None)?;
        // Its lines are its own again.
        let before = self.conversation.left.iter().find(|left| is_same(&left.name, &new.name));
        let id = before.map_or(new.id, |before| before.id);
        let participant = Participant { id, ..new };
        self.record(step, EventKind::ParticipantJoined { participant, seat: seat.unwrap_or(last) });
        Ok(())
    }

    /// Whoever leaves in mid-sentence is cut off, and the table goes on without it.
    pub(super) fn leave(&mut self, step: &mut Step, participant: ParticipantId) -> Result<(), Refusal> {
        self.seated(participant)?;
        if self.conversation.participants.len() == 1 {
            return Err(Refusal::new("the last one cannot leave the table; seat another first, or stop"));
        }
        let turn = self.turn_taken_by(participant);
        if let Some(turn) = turn.filter(|turn| self.conversation.is_withheld(*turn)) {
            self.fall_out(step, turn, &InterruptCause::Left);
            self.record(step, EventKind::ParticipantLeft { participant });
            self.go_round(step);
            return Ok(());
        }
        let outcome = turn.and_then(|turn| self.cut_turn(step, turn, &InterruptCause::Left));
        self.record(step, EventKind::ParticipantLeft { participant });
        if outcome.is_some() {
            self.after_cut(step, outcome, &[]);
        } else if self.is_moderated_by(participant) {
            self.choose_anew(step);
        }
        Ok(())
    }

    /// The turn that this participant has just now.
    pub(super) fn turn_taken_by(&self, participant: ParticipantId) -> Option<TurnId> {
        self.conversation.turns.iter().find(|turn| turn.participant == participant).map(|turn| turn.id)
    }

    pub(super) fn change(
        &mut self,
        step: &mut Step,
        participant: ParticipantId,
        change: ParticipantChange,
    ) -> Result<(), Refusal> {
        self.seated(participant)?;
        if let Some(name) = &change.name {
            self.is_free("change.name", name, Some(participant))?;
            if self.conversation.left.iter().any(|left| is_same(&left.name, name)) {
                let message = format!("{name} has left the table and keeps its name; choose another");
                return Err(Refusal::on("change.name", message));
            }
        }
        if change != ParticipantChange::default() {
            let renamed = self.end_renamed(participant, &change);
            self.record(step, EventKind::ParticipantChanged { participant, change });
            if let Some(end) = renamed {
                let change = ConversationChange { end: Some(end), ..ConversationChange::default() };
                self.record(step, EventKind::ConversationChanged(change));
            }
        }
        Ok(())
    }

    /// Whoever may end it with a phrase may do so under another name, too.
    fn end_renamed(&self, participant: ParticipantId, change: &ParticipantChange) -> Option<EndRules> {
        let (old, new) = (&self.conversation.participant(participant)?.name, change.name.as_ref()?);
        let mut end = self.conversation.end.clone();
        for by in &mut end.phrase.as_mut()?.by {
            if is_same(by, old) {
                by.clone_from(new);
            }
        }
        (end != self.conversation.end).then_some(end)
    }

    pub(super) fn reorder(&mut self, step: &mut Step, order: Vec<ParticipantId>) -> Result<(), Refusal> {
        let seated: Vec<_> = self.conversation.participants.iter().map(|participant| participant.id).collect();
        let is_whole = order.len() == seated.len() && seated.iter().all(|id| order.contains(id));
        if !is_whole {
            return Err(Refusal::on("order", "the order has to name everybody at the table, once"));
        }
        if order != seated {
            self.record(step, EventKind::ParticipantsReordered { order });
        }
        Ok(())
    }

    /// Whether nobody else at the table bears the name.
    fn is_free(&self, field: &'static str, name: &str, own: Option<ParticipantId>) -> Result<(), Refusal> {
        let mut others = self.conversation.participants.iter().filter(|other| Some(other.id) != own);
        if others.any(|other| is_same(&other.name, name)) {
            return Err(Refusal::on(field, format!("somebody at this table is called {name} already; choose another")));
        }
        Ok(())
    }
}

fn is_same(one: &str, other: &str) -> bool {
    key(one) == key(other)
}
