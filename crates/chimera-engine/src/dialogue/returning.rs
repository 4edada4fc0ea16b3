//! A model that named a time to come back is left for others, and come back to when none of them could answer.

use chimera_core::{ProviderError, TurnId};

use super::{Dialogue, Step};
use crate::fallback::{self, Decision, Failure};

impl Dialogue {
    /// Notes the wait that would have been taken if nobody else were left to be asked.
    pub(super) fn remember_to_come_back(&mut self, step: &Step, turn: TurnId, error: &ProviderError) {
        let Some(failure) = self.failure(step, turn, error).filter(|failure| failure.retry_after.is_some()) else {
            return;
        };
        let alone = Failure { left: 0, ..failure };
        if let (Decision::Again { after }, Some(voice)) =
            (fallback::decide(alone, self.jitter(turn)), self.voices.get_mut(&turn))
        {
            voice.comes_back = Some((voice.position, step.at.elapsed + after));
        }
    }

    /// Back to it, at the time it named. Gives whether there is such a model, and calls are left for it.
    pub(super) fn comes_back(&mut self, step: &mut Step, turn: TurnId, error: &ProviderError) -> bool {
        let made = self.conversation.turn(turn).map_or(0, |turn| turn.attempts - turn.skipped);
        let Some(from) = self.asked_next(turn).filter(|_| made < fallback::limits::MAX_ATTEMPTS) else { return false };
        let Some(voice) = self.voices.get_mut(&turn) else { return false };
        let Some((place, at)) = voice.comes_back.take() else { return false };
        voice.move_to(place);
        if let Some(to) = self.asked_next(turn) {
            self.tell_switch(step, turn, (from.1, to.1), error);
        }
        self.wait_until(turn, at.max(step.at.elapsed));
        true
    }
}
