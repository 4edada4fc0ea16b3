//! How a conversation ends by itself: by a rule that the log tells, or because its time is up.

use std::time::Duration;

use chimera_core::{ConversationState, StateReason, TurnId, TurnOutcome};

use super::turns::Then;
use super::{Afterwards, Dialogue, Step};
use crate::loops;

/// How long the conversation has run since its last start. Live it is measured with the monotonic clock; what was
/// before this process is taken from the log.
#[derive(Debug, Default, Clone)]
pub(super) struct Running {
    before: Duration,
    since: Option<Duration>,
}

impl Running {
    pub fn after(before: Duration) -> Self {
        Self { before, since: None }
    }

    /// An alternative is no new start.
    pub fn enters(&mut self, from: ConversationState, to: ConversationState, reason: &StateReason, now: Duration) {
        if let Some(since) = self.since.take() {
            self.before += now.saturating_sub(since);
        }
        if to == ConversationState::Running {
            let is_at_rest = matches!(from, ConversationState::Draft | ConversationState::Completed);
            if is_at_rest && *reason != StateReason::Regenerating {
                self.before = Duration::ZERO;
            }
            self.since = Some(now);
        }
    }

    /// When it will have run for so long, if it goes on.
    fn reaches(&self, span: Duration) -> Option<Duration> {
        self.since.map(|since| since + span.saturating_sub(self.before))
    }
}

impl Dialogue {
    /// The end rule that is met, if one is.
    pub(super) fn rule_met(&self, step: &Step) -> Option<StateReason> {
        let (conversation, is_on) = (&self.conversation, self.conversation.end.loops);
        let round = || is_on.then(|| loops::detect(conversation, &self.measured)).flatten();
        conversation.rule_met().or_else(|| self.time_is_up(step)).or_else(round)
    }

    /// When the minutes will be over, while they run.
    pub(super) fn end_of_time(&self) -> Option<Duration> {
        let minutes = self.conversation.end.minutes?;
        self.running.reaches(Duration::from_secs(u64::from(minutes) * 60))
    }

    /// Whether the minutes end it between two attempts. An alternative is not measured by them: the conversation it belongs
    /// to may have ended.
    pub(super) fn time_is_up_between_attempts(&self, step: &Step) -> Option<StateReason> {
        self.time_is_up(step).filter(|_| !self.conversation.is_alternative())
    }

    /// Between two attempts the minutes end the wait.
    pub(super) fn waits_no_longer_than(&self) -> Option<Duration> {
        let is_waiting = self.voices.values().any(|voice| voice.is_speaking() && voice.reply().is_none());
        self.end_of_time().filter(|_| is_waiting && !self.conversation.is_alternative())
    }

    /// Turns that the rules leave before they end the conversation, or have a person look.
    pub(super) fn turns_left(&self) -> usize {
        let (end, tally) = (&self.conversation.end, &self.conversation.past.tally);
        let turns = end.turns.map(|limit| limit.saturating_sub(tally.turns));
        let without_user = end.turns_without_user.map(|limit| limit.saturating_sub(tally.without_user));
        turns.into_iter().chain(without_user).min().map_or(usize::MAX, |left| left as usize)
    }

    fn time_is_up(&self, step: &Step) -> Option<StateReason> {
        let minutes = self.conversation.end.minutes?;
        let is_up = self.end_of_time().is_some_and(|end| end <= step.at.elapsed);
        is_up.then_some(StateReason::MinutesReached { minutes })
    }

    /// Some rules end the conversation, others hold it until a person has had a look.
    pub(super) fn end_by(&mut self, step: &mut Step, reason: StateReason) {
        self.afterwards = Afterwards::GoOn;
        match (asks_for_a_person(&reason), self.conversation.state) {
            // The person is there already.
            (true, ConversationState::Paused) => {}
            (true, _) => self.enter(step, ConversationState::Paused, reason),
            (false, _) => self.enter(step, ConversationState::Completed, reason),
        }
    }

    /// A rule ends the conversation between two attempts. What was said before one broke off stands.
    pub(super) fn end_before_a_word(&mut self, step: &mut Step, turn: TurnId, reason: StateReason) {
        let outcome = if self.give_back(step, turn) { TurnOutcome::Interrupted } else { TurnOutcome::Failed };
        self.conclude(step, turn, outcome, Then::Rule(reason));
    }
}

fn asks_for_a_person(reason: &StateReason) -> bool {
    matches!(
        reason,
        StateReason::TurnsWithoutUserReached { .. } | StateReason::LoopDetected { .. } | StateReason::Unpriced { .. }
    )
}
