use chimera_core::{
    Choice, ConversationState, ErrorClass, EventKind, InterruptCause, ModelRef, ParticipantId, RoundId, StateReason,
    TurnId, TurnOutcome, Unanswered,
};

use super::{Dialogue, Step, Voice};
use crate::conversation::Wish;
use crate::turn_taking::{self, Next};

/// Turns in a row that failed or were cut, after which a person is asked rather than the next model paid.
const BRAKE: usize = 3;

/// What follows when the present turn has ended. After a crash in the middle of it the conversation is paused, whatever
/// had been wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Afterwards {
    GoOn,
    /// It was a step.
    Pause,
    /// The user stopped the conversation and lets the speaker finish.
    Complete,
    /// It was an alternative to an earlier turn: the conversation stands as it stood before.
    AsBefore,
}

impl Afterwards {
    pub fn wished(wish: &Wish) -> Self {
        match wish {
            Wish::GoOn => Self::GoOn,
            Wish::Step => Self::Pause,
            Wish::Alternative { .. } => Self::AsBefore,
        }
    }

    /// Why it runs then.
    pub fn reason(self) -> StateReason {
        match self {
            Self::GoOn | Self::Complete => StateReason::User,
            Self::Pause => StateReason::Stepping,
            Self::AsBefore => StateReason::Regenerating,
        }
    }
}

/// What a turn that has ended leads to.
#[derive(Debug)]
pub(super) enum Then {
    /// What every turn does.
    Turn,
    /// No model answered for it.
    Failure(ErrorClass),
    /// A rule ends the conversation.
    Rule(StateReason),
}

impl Dialogue {
    /// Gives the floor to whoever is next, unless something ends the conversation first.
    pub(super) fn next_turn(&mut self, step: &mut Step, skipped: &[ParticipantId]) {
        if let Some(reason) = self.rule_met(step) {
            return self.end_by(step, reason);
        }
        self.follow_now(step, skipped);
    }

    /// Who is up as things stand now.
    pub(super) fn follow_now(&mut self, step: &mut Step, skipped: &[ParticipantId]) {
        self.follow(step, turn_taking::choose(&self.conversation, skipped), skipped);
    }

    /// What has fallen out of sight of somebody who is up is summed up first.
    pub(super) fn follow(&mut self, step: &mut Step, next: Next, skipped: &[ParticipantId]) {
        match self.reader_to_sum_up_for(&next) {
            Some(reader) => self.sum_up_first(step, reader, next, skipped),
            None => self.go_on(step, next, skipped),
        }
    }

    pub(super) fn go_on(&mut self, step: &mut Step, mut next: Next, skipped: &[ParticipantId]) {
        if self.conversation.closing.is_none()
            && let Some(reason) = self.calls_for_closing(next.speakers())
        {
            self.record(step, EventKind::ConversationClosing { reason });
            next = turn_taking::choose(&self.conversation, skipped);
        }
        match next {
            Next::Speaks(speaker, choice) => self.begin_turn(step, speaker, choice),
            Next::Together(members, reason) => self.begin_round(step, members, reason),
            Next::AskModerator(_) => self.ask_moderator(step, skipped),
            Next::AwaitNudge => self.enter(step, ConversationState::Paused, StateReason::AwaitingNudge),
            Next::Nobody(reason) => self.enter(step, ConversationState::Completed, reason),
        }
    }

    pub(super) fn begin_turn(&mut self, step: &mut Step, participant: ParticipantId, choice: Choice) {
        self.begin_turn_on(step, participant, choice, None, None);
    }

    /// `route` instead of the participant's own, for this one turn; what it is shown ends where it ended in `round`.
    pub(super) fn begin_turn_on(
        &mut self,
        step: &mut Step,
        participant: ParticipantId,
        choice: Choice,
        route: Option<Vec<ModelRef>>,
        round: Option<RoundId>,
    ) {
        if let Some(reason) = self.forbids_turn(participant, route.as_deref()) {
            self.take_back_alternative(step, TurnOutcome::Cancelled);
            return self.end_by(step, reason);
        }
        // That of what was asked before it, if anything was.
        let asked = self.conversation.aside.as_ref().map(|aside| aside.turn);
        let turn = asked.unwrap_or_else(|| self.new_turn_id(step));
        let number = self.conversation.past.begun + 1;
        self.record(step, EventKind::TurnStarted { turn, participant, number, choice, route, round });
        self.voices.insert(turn, Voice::new(step.at.elapsed));
        self.ask(step, turn);
    }

    /// Ends a turn whose attempt and message have ended, or are withheld, and goes on.
    pub(super) fn conclude(&mut self, step: &mut Step, turn: TurnId, outcome: TurnOutcome, then: Then) {
        if self.conversation.is_withheld(turn) {
            return self.is_through(step, turn, outcome, then);
        }
        self.end_turn(step, turn, outcome);
        match then {
            Then::Turn => self.after_turn(step),
            Then::Failure(class) => self.after_failure(step, self.no_model_answered(class)),
            Then::Rule(reason) => {
                if self.afterwards == Afterwards::AsBefore {
                    return self.give_up_alternative(step);
                }
                // The user may have stopped it after this turn.
                self.take_back_alternative(step, TurnOutcome::Cancelled);
                self.end_by(step, reason);
            }
        }
    }

    /// Ends a turn. Its attempt and its message have ended before.
    pub(super) fn end_turn(&mut self, step: &mut Step, turn: TurnId, outcome: TurnOutcome) {
        self.voices.remove(&turn);
        if self.conversation.turn(turn).is_some() {
            self.record(step, EventKind::TurnEnded { turn, outcome });
            // A round is taken back as a whole.
            if self.conversation.round.is_none() {
                self.take_back_alternative(step, outcome);
            }
        }
    }

    /// What a turn is followed by that did not fail.
    pub(super) fn after_turn(&mut self, step: &mut Step) {
        use ConversationState::{Completed, NeedsAttention, Paused};

        let afterwards = std::mem::replace(&mut self.afterwards, Afterwards::GoOn);
        let reached = self.rule_met(step);
        match (afterwards, reached, self.conversation.state) {
            (Afterwards::Complete, _, _) => self.enter(step, Completed, StateReason::User),
            (Afterwards::AsBefore, _, _) => self.as_before(step),
            (_, Some(reason), _) => self.end_by(step, reason),
            (_, None, Paused) => {}
            // It was nudged while the one turn was under way, and is one turn more.
            (Afterwards::Pause, None, _) if self.conversation.nudged.is_some() => {
                self.afterwards = Afterwards::Pause;
                self.next_turn(step, &[]);
            }
            (Afterwards::Pause, None, _) if self.waits_for_a_nudge() => {
                self.enter(step, Paused, StateReason::AwaitingNudge);
            }
            (Afterwards::Pause, None, _) => self.enter(step, Paused, StateReason::Stepped),
            (Afterwards::GoOn, None, _) => match self.brake() {
                Some(reason) => self.enter(step, NeedsAttention, reason),
                None => self.next_turn(step, &[]),
            },
        }
    }

    /// What a turn is followed by in which no model answered.
    pub(super) fn after_failure(&mut self, step: &mut Step, reason: Option<StateReason>) {
        match (self.afterwards, reason) {
            (Afterwards::GoOn, Some(_)) if self.passes_over() => self.after_turn(step),
            // It is paused, and one who finishes is the last.
            (Afterwards::Pause, Some(_))
                if self.passes_over() && self.conversation.state == ConversationState::Paused =>
            {
                self.after_turn(step);
            }
            (Afterwards::GoOn | Afterwards::Pause | Afterwards::AsBefore, Some(reason)) => {
                self.enter(step, ConversationState::NeedsAttention, reason);
            }
            (Afterwards::Complete, _) | (_, None) => {
                self.take_back_alternative(step, TurnOutcome::Cancelled);
                self.enter(step, ConversationState::Completed, StateReason::User);
            }
        }
    }

    /// Whether the others go on without a speaker that nobody answered for. Where nobody at all answered there are none.
    fn passes_over(&self) -> bool {
        self.conversation.fallback.unanswered == Unanswered::PassOver && self.conversation.past.round.is_empty()
    }

    /// Cuts off whoever has the floor, if anybody has it. What was said is kept.
    pub(super) fn cut(&mut self, step: &mut Step, cause: &InterruptCause) -> Option<TurnOutcome> {
        let turn = *self.voices.keys().next()?;
        if self.conversation.is_withheld(turn) {
            return Some(self.cut_round(step, cause));
        }
        self.cut_turn(step, turn, cause)
    }

    pub(super) fn cut_turn(&mut self, step: &mut Step, turn: TurnId, cause: &InterruptCause) -> Option<TurnOutcome> {
        self.voices.get(&turn)?;
        let said = self.fall_silent(step, turn, cause);
        let outcome = if said { TurnOutcome::Interrupted } else { TurnOutcome::Cancelled };
        self.end_turn(step, turn, outcome);
        Some(outcome)
    }

    fn brake(&self) -> Option<StateReason> {
        let class = self.conversation.past.cuts.last().filter(|_| self.conversation.past.cuts.len() >= BRAKE)?;
        self.no_model_answered(*class)
    }

    pub(super) fn no_model_answered(&self, class: ErrorClass) -> Option<StateReason> {
        let (turn, participant) = self.conversation.past.last?;
        Some(StateReason::NoModelAnswered { turn, participant, class })
    }
}
