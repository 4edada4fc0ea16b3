use chimera_core::{AttemptOutcome, ConversationState, EventKind, InterruptCause, StateReason, TurnOutcome, Withheld};

use super::voice::Stage;
use super::{Afterwards, Dialogue, Step};
use crate::Checkpoint;

impl Dialogue {
    /// Closes what a crash left open, with the words that were kept, and pauses. What is not open is left alone, so it
    /// can be asked for twice.
    pub(super) fn recover(&mut self, step: &mut Step, unfinished: &[Checkpoint], withheld: &[Withheld]) {
        if !self.needs_recovery() {
            return;
        }
        self.end_aside(step, AttemptOutcome::Cancelled);
        if self.conversation.round.is_some() {
            self.recover_round(step, withheld);
        }
        for turn in self.conversation.turns.clone() {
            if let Some(message) = turn.message {
                let kept = unfinished.iter().find(|checkpoint| checkpoint.message == message);
                let text = kept.map(|checkpoint| checkpoint.text.clone()).unwrap_or_default();
                let cause = InterruptCause::Restarted;
                self.record(step, EventKind::MessageInterrupted { message, turn: turn.id, text, cause });
            }
            self.end_attempt(step, turn.id, AttemptOutcome::Cancelled);
            let said = turn.message.is_some();
            self.end_turn(step, turn.id, if said { TurnOutcome::Interrupted } else { TurnOutcome::Cancelled });
        }
        self.enter(step, ConversationState::Paused, StateReason::Restarted);
    }

    /// The same by daylight: the app is closing and every word is still at hand.
    pub(super) fn shut_down(&mut self, step: &mut Step) {
        self.all_fall_silent(step, &InterruptCause::Restarted, StateReason::Restarted);
    }

    /// Whoever was only waiting to be asked can go on waiting: no connection of its was open.
    pub(super) fn slept(&mut self, step: &mut Step) {
        let is_listened_to = |stage: &Stage| matches!(stage, Stage::Asked(reply) if !reply.is_in_line());
        let stages = self.voices.values().map(|voice| &voice.stage);
        if !stages.chain(self.aside.iter().map(|aside| &aside.stage)).any(is_listened_to) {
            return;
        }
        if self.afterwards == Afterwards::AsBefore {
            self.stop_aside(step);
            self.cut(step, &InterruptCause::Slept);
            return self.stand_as_before(step);
        }
        self.all_fall_silent(step, &InterruptCause::Slept, StateReason::Slept);
    }

    fn all_fall_silent(&mut self, step: &mut Step, cause: &InterruptCause, reason: StateReason) {
        let was_asking = self.stop_aside(step).is_some();
        if self.cut(step, cause).is_none() && !was_asking {
            return;
        }
        match self.afterwards {
            Afterwards::Complete => self.enter(step, ConversationState::Completed, StateReason::User),
            Afterwards::GoOn | Afterwards::Pause | Afterwards::AsBefore => {
                self.enter(step, ConversationState::Paused, reason);
            }
        }
    }
}
