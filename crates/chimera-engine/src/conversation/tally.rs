use std::collections::BTreeMap;
use std::time::Duration;

use chimera_core::{
    ConversationState, EventKind, LONGEST_GAP_MS, MessageId, ParticipantId, StateReason, Timestamp, may_follow_a_gap,
};

use super::Conversation;
use crate::names;

/// What the end rules count, since the last start.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Tally {
    /// Turns with words.
    pub turns: u32,
    /// The same by participant.
    pub turns_of: BTreeMap<ParticipantId, u32>,
    /// The same since a person last said something or led the conversation.
    pub without_user: u32,
    /// How long it ran, as far as the log's wall clock can tell.
    pub ran: Duration,
    /// The first message in which the phrase was said.
    pub phrase: Option<MessageId>,
}

/// The last turn of everybody, when the budget leaves room for no more.
#[derive(Debug, Clone, PartialEq)]
pub struct Closing {
    pub reason: StateReason,
    /// Who has had its last turn.
    pub closed: Vec<ParticipantId>,
}

impl Tally {
    pub(super) fn turn(&mut self, participant: ParticipantId) {
        self.turns += 1;
        self.without_user += 1;
        *self.turns_of.entry(participant).or_default() += 1;
    }
}

impl Conversation {
    /// The end rule that is met, as far as the log tells.
    pub fn rule_met(&self) -> Option<StateReason> {
        let (end, tally) = (&self.end, &self.past.tally);
        if let Some(turns) = end.turns.filter(|limit| tally.turns >= *limit) {
            return Some(StateReason::TurnsReached { turns });
        }
        if let Some(turns) = end.turns_per_participant
            && self.participants.iter().any(|participant| !participant.muted)
            && self.participants.iter().all(|participant| participant.muted || !self.has_turns_left(participant.id))
        {
            return Some(StateReason::TurnsPerParticipantReached { turns });
        }
        if let (Some(phrase), Some(message)) = (&end.phrase, tally.phrase) {
            return Some(StateReason::PhraseSaid { phrase: phrase.text.clone(), message });
        }
        if let Some(closing) = &self.closing
            && self.left_to_close().is_empty()
        {
            return Some(closing.reason.clone());
        }
        let turns = end.turns_without_user.filter(|limit| tally.without_user >= *limit)?;
        Some(StateReason::TurnsWithoutUserReached { turns })
    }

    /// Whether the end rules leave it another turn.
    pub fn has_turns_left(&self, participant: ParticipantId) -> bool {
        let taken = self.past.tally.turns_of.get(&participant).copied().unwrap_or_default();
        self.end.turns_per_participant.is_none_or(|limit| taken < limit)
    }

    /// Who has not had its last turn in the closing round.
    pub fn left_to_close(&self) -> Vec<ParticipantId> {
        let closed = self.closing.as_ref().map(|closing| closing.closed.as_slice()).unwrap_or_default();
        let seats = self.participants.iter().filter(|seat| !seat.muted && !closed.contains(&seat.id));
        seats.map(|seat| seat.id).collect()
    }

    pub(super) fn hear_phrase(&mut self, speaker: ParticipantId, message: MessageId, text: &str) {
        let (Some(phrase), Some(speaker)) = (&self.end.phrase, self.present_or_left(speaker)) else { return };
        let name = names::fold(&speaker.name);
        let counts = phrase.by.is_empty() || phrase.by.iter().any(|by| names::fold(by) == name);
        if counts && names::says(text, &phrase.text) {
            self.past.tally.phrase.get_or_insert(message);
        }
    }

    /// Counts the time since the event before. What ends in a restart is left out: nobody knows when it stopped.
    pub(super) fn run_until(&mut self, event: &EventKind, ts: Timestamp) {
        let millis = ts.as_millis().saturating_sub(self.changed_at.as_millis()).min(LONGEST_GAP_MS);
        if self.state == ConversationState::Running && !may_follow_a_gap(event) {
            self.past.tally.ran += Duration::from_millis(u64::try_from(millis).unwrap_or(0));
        }
    }
}
