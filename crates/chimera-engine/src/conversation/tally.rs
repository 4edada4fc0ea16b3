use std::collections::BTreeMap;
use std::time::Duration;

use chimera_core::{
    ConversationState, EndPhrase, EndRules, EventKind, LONGEST_GAP_MS, MessageId, ParticipantId, StateReason,
    Timestamp, may_follow_a_gap,
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
    /// The first message of the current branch in which the phrase is said.
    pub phrase: Option<MessageId>,
    /// Those that could have said it, on whatever branch: whole, and by somebody whose saying it counted.
    pub heard: Vec<MessageId>,
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
        if !self.may_say_phrase(speaker) {
            return;
        }
        self.past.tally.heard.push(message);
        if self.end.phrase.as_ref().is_some_and(|phrase| names::says(text, &phrase.text)) {
            self.past.tally.phrase.get_or_insert(message);
        }
    }

    /// As the current branch tells it now.
    pub(super) fn phrase_said(&self) -> Option<MessageId> {
        let phrase = self.end.phrase.as_ref()?;
        let is_said = |message: &&MessageId| {
            let stands = self.lines.place(**message).is_some() && !self.lines.is_deleted(**message);
            let line = self.lines.find(**message).filter(|_| stands);
            line.is_some_and(|line| {
                line.participant().is_some_and(|speaker| self.may_say_phrase(speaker))
                    && names::says(&line.text, &phrase.text)
            })
        };
        self.past.tally.heard.iter().find(is_said).copied()
    }

    fn may_say_phrase(&self, speaker: ParticipantId) -> bool {
        let (Some(phrase), Some(speaker)) = (&self.end.phrase, self.present_or_left(speaker)) else { return false };
        let name = names::key(&speaker.name);
        phrase.by.is_empty() || phrase.by.iter().any(|by| names::key(by) == name)
    }

    pub(super) fn change_end(&mut self, end: EndRules) {
        let is_another = |one: &Option<EndPhrase>, other: &Option<EndPhrase>| {
            one.as_ref().map(|phrase| &phrase.text) != other.as_ref().map(|phrase| &phrase.text)
        };
        if is_another(&end.phrase, &self.end.phrase) {
            self.past.tally.heard.clear();
        }
        // Who may say the phrase is no matter of the budget that the last words are said for.
        if (EndRules { phrase: self.end.phrase.clone(), ..end.clone() }) != self.end {
            self.closing = None;
        }
        self.end = end;
        self.past.tally.phrase = self.phrase_said();
    }

    /// Counts the time since the event before. What ends in a restart is left out: nobody knows when it stopped.
    pub(super) fn run_until(&mut self, event: &EventKind, ts: Timestamp) {
        let millis = ts.as_millis().saturating_sub(self.changed_at.as_millis()).min(LONGEST_GAP_MS);
        if self.state == ConversationState::Running && !may_follow_a_gap(event) {
            self.past.tally.ran += Duration::from_millis(u64::try_from(millis).unwrap_or(0));
        }
    }
}
