//! How calls are entered in the log: the one place where an attempt begins, and where it ends.

use chimera_core::{
    AttemptId, AttemptOutcome, AttemptPurpose, ErrorClass, EventKind, Finish, ModelRef, Money, PromptStamp,
    ProviderError, Reserve, TurnId, Usage,
};

use super::reply::Reply;
use super::{Dialogue, Step};
use crate::fallback;

/// A call that is about to be made, or to be passed over.
pub(super) struct Call {
    pub turn: TurnId,
    pub number: u32,
    pub purpose: AttemptPurpose,
    pub prompt: Option<PromptStamp>,
    pub reserved: Option<Reserve>,
    pub retry: u32,
}

impl Call {
    /// One of a turn that is not made: it is only noted that it was not.
    pub fn not_made(turn: TurnId, number: u32, prompt: Option<PromptStamp>) -> Self {
        Self { turn, number, purpose: AttemptPurpose::Speak, prompt, reserved: None, retry: 0 }
    }
}

impl Dialogue {
    pub(super) fn begin_attempt(&mut self, step: &mut Step, model: &ModelRef, call: Call) -> AttemptId {
        let attempt = self.new_attempt_id(step);
        let model = model.clone();
        let Call { turn, number, purpose, prompt, reserved, retry } = call;
        self.record(step, EventKind::AttemptStarted { attempt, turn, number, model, purpose, prompt, reserved, retry });
        attempt
    }

    /// How an attempt ended, with what is known of it from its own reply. `raw` is what it wrote, if that stands nowhere else.
    pub(super) fn ended(
        &self,
        step: &Step,
        (attempt, turn): (AttemptId, TurnId),
        reply: Option<&Reply>,
        outcome: AttemptOutcome,
        raw: Option<String>,
    ) -> EventKind {
        let (usage, cost) = self.came_to(attempt, reply, &outcome);
        let answered_by = reply.and_then(|reply| reply.answered_by.clone());
        let timings = reply.map(|reply| reply.timings(step.at.elapsed)).unwrap_or_default();
        let repairs = reply.map(|reply| reply.repairs.clone()).unwrap_or_default();
        let status = reply.and_then(|reply| reply.status);
        let request_id = reply.and_then(|reply| reply.request_id.clone());
        EventKind::AttemptEnded {
            attempt,
            turn,
            outcome,
            answered_by,
            timings,
            usage,
            cost,
            raw,
            repairs,
            status,
            request_id,
        }
    }

    /// What an attempt used and cost. Nobody bills for a question that was not asked, or was refused; what a call came
    /// to of which nobody heard the end is not known.
    fn came_to(
        &self,
        attempt: AttemptId,
        reply: Option<&Reply>,
        outcome: &AttemptOutcome,
    ) -> (Option<Usage>, Option<Money>) {
        match (outcome, reply) {
            // It never came to the question.
            _ if self.conversation.past.ledger.is_in_line(attempt) => (None, Some(Money::ZERO)),
            (AttemptOutcome::Skipped { .. }, _) => (None, Some(Money::ZERO)),
            (_, None) => (None, None),
            (AttemptOutcome::Failed { class, .. }, Some(reply))
                if reply.is_silent() && fallback::is_refusal(*class) =>
            {
                (None, Some(Money::ZERO))
            }
            (_, Some(reply)) => {
                let usage = reply.usage();
                (Some(usage), self.facts(&reply.model).price.and_then(|price| price.cost(&usage)))
            }
        }
    }
}

/// What an answer without a word is.
pub(super) fn wordless(finish: Finish) -> ProviderError {
    let class = match finish {
        Finish::ContentFilter | Finish::Refusal => ErrorClass::ContentPolicy,
        Finish::Length => ErrorClass::OutputLimit,
        Finish::Stop | Finish::Other => ErrorClass::EmptyAnswer,
    };
    ProviderError::new(class, "it ended without a word")
}

pub(super) fn failed(error: &ProviderError) -> AttemptOutcome {
    AttemptOutcome::Failed { class: error.class, detail: error.detail.clone() }
}
