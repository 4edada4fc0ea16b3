use chimera_core::{AttemptId, AttemptOutcome, AttemptPurpose, TurnId};

use super::Conversation;

/// A question that is put before a turn and is not for its words, with all the models it has been put to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAside {
    pub purpose: AttemptPurpose,
    /// The turn that may come of it.
    pub turn: TurnId,
    pub attempts: u32,
    pub skipped: u32,
    pub attempt: Option<AttemptId>,
}

impl Conversation {
    pub(super) fn begin_aside(&mut self, purpose: AttemptPurpose, turn: TurnId, attempt: AttemptId) {
        let before = self.aside.take().filter(|aside| aside.turn == turn && aside.purpose == purpose);
        let mut aside = before.unwrap_or(OpenAside { purpose, turn, attempts: 0, skipped: 0, attempt: None });
        aside.attempts += 1;
        aside.attempt = Some(attempt);
        self.aside = Some(aside);
    }

    pub(super) fn is_aside(&self, attempt: AttemptId) -> bool {
        self.aside.as_ref().is_some_and(|aside| aside.attempt == Some(attempt))
    }

    pub(super) fn end_aside(&mut self, outcome: &AttemptOutcome) {
        if let Some(aside) = &mut self.aside {
            aside.attempt = None;
            aside.skipped += u32::from(matches!(outcome, AttemptOutcome::Skipped { .. }));
        }
    }
}
