use chimera_core::{AttemptId, AttemptOutcome, TurnId};

use super::{Choosing, Conversation};

impl Conversation {
    pub(super) fn begin_choosing(&mut self, turn: TurnId, attempt: AttemptId) {
        let before = self.choosing.take().filter(|choosing| choosing.turn == turn);
        let mut choosing = before.unwrap_or(Choosing { turn, attempts: 0, skipped: 0, attempt: None });
        choosing.attempts += 1;
        choosing.attempt = Some(attempt);
        self.choosing = Some(choosing);
    }

    pub(super) fn is_choosing_by(&self, attempt: AttemptId) -> bool {
        self.choosing.as_ref().is_some_and(|choosing| choosing.attempt == Some(attempt))
    }

    pub(super) fn end_choosing(&mut self, outcome: &AttemptOutcome) {
        if let Some(choosing) = &mut self.choosing {
            choosing.attempt = None;
            choosing.skipped += u32::from(matches!(outcome, AttemptOutcome::Skipped { .. }));
        }
    }
}
