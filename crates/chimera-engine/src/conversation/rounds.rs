//! Rounds: several turns at once, which all see the same talk and nothing of each other.

use std::sync::Arc;

use chimera_core::{EventKind, InterruptCause, MessageId, MessageStatus, ParticipantId, RoundId, TurnId};

use super::{Conversation, Line, OpenTurn};

/// A round that has begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRound {
    pub id: RoundId,
    /// The newest message when it began.
    pub head: Option<MessageId>,
}

impl Conversation {
    pub(super) fn begin_round(&mut self, id: RoundId, head: Option<MessageId>, members: &[ParticipantId]) {
        self.aside = None;
        self.past.round = members.to_vec();
        self.rounds.insert(id, head);
        self.round = Some(OpenRound { id, head });
    }

    /// However many of its answers broke off, it is one turn, and one in which all of them did.
    pub(super) fn end_round(&mut self, id: RoundId) {
        (self.round, self.as_round_began) = (None, None);
        let is_of_it = |line: &&Line| line.round == Some(id);
        let answers = self.lines.iter().rev().skip_while(|line| !is_of_it(line)).take_while(is_of_it);
        let (mut is_whole, mut broke_off) = (false, None);
        for answer in answers {
            is_whole |= answer.status == MessageStatus::Complete;
            broke_off = answer.cause.as_ref().and_then(InterruptCause::failure).or(broke_off);
        }
        if !is_whole {
            self.past.cuts.extend(broke_off);
        }
    }

    /// Whether its words wait until those of others are there, too.
    pub fn is_withheld(&self, turn: TurnId) -> bool {
        self.turn(turn).is_some_and(|turn| self.is_in_open_round(turn.round))
    }

    pub(super) fn is_in_open_round(&self, round: Option<RoundId>) -> bool {
        round.is_some() && round == self.round.as_ref().map(|round| round.id)
    }

    /// The first that the user has said since the round began.
    pub fn said_meanwhile(&self) -> Option<MessageId> {
        let round = self.round.as_ref()?;
        let place = round.head.map_or(Some(0), |head| Some(self.lines.place(head)? + 1))?;
        self.lines.at(place).map(|line| line.message)
    }

    /// What of the current branch this participant may be shown, without what was deleted: whoever answers in a round
    /// is shown nothing that came after the round began, whatever stands there by now.
    pub fn shown_to(&self, reader: ParticipantId) -> impl DoubleEndedIterator<Item = &Line> + Clone {
        self.lines.first(self.reach(reader))
    }

    /// The conversation as this participant is told of it: whoever answers in the open round is told what the first
    /// of the round was, whatever has been changed since, be it only its turn now to be asked.
    pub fn as_shown_to(&self, reader: ParticipantId) -> &Conversation {
        let is_in_it = || self.is_in_open_round(self.round_of(reader));
        self.as_round_began.as_deref().filter(|_| is_in_it()).unwrap_or(self)
    }

    /// Before something is told otherwise. It is seldom that a person does so in a round: none is copied before.
    pub(super) fn keep_for_round(&mut self, event: &EventKind) {
        if self.round.is_some() && self.as_round_began.is_none() && is_told_otherwise(event) {
            self.as_round_began = Some(Arc::new(self.clone()));
        }
    }

    /// How many messages of the current branch those are, with the deleted ones.
    pub fn reach(&self, reader: ParticipantId) -> usize {
        let head = self.round_of(reader).and_then(|round| self.rounds.get(&round)).copied();
        match head {
            None => usize::MAX,
            Some(None) => 0,
            Some(Some(head)) => self.lines.place(head).map_or(usize::MAX, |place| place + 1),
        }
    }

    /// The round in which this participant speaks just now, or for which it says something else.
    pub fn round_of(&self, participant: ParticipantId) -> Option<RoundId> {
        let is_its_own = |turn: &&OpenTurn| turn.participant == participant;
        self.turns.iter().find(is_its_own).and_then(|turn| turn.round)
    }
}

/// Whether a prompt may be another after it, though no turn has passed.
fn is_told_otherwise(event: &EventKind) -> bool {
    matches!(
        event,
        EventKind::ConversationChanged(_)
            | EventKind::ParticipantJoined { .. }
            | EventKind::ParticipantLeft { .. }
            | EventKind::ParticipantChanged { .. }
            | EventKind::ParticipantsReordered { .. }
            | EventKind::MessageEdited { .. }
            | EventKind::MessageDeleted { .. }
            | EventKind::MessageRestored { .. }
            | EventKind::MessagePinned { .. }
            | EventKind::MessageUnpinned { .. }
            | EventKind::SummaryEdited { .. }
            | EventKind::SummaryOutdated { .. }
    )
}
