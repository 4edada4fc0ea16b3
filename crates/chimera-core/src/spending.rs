use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Attempt, AttemptOutcome, AttemptPurpose, ConversationId, ModelRef, Money, ParticipantId, Usage};

/// What a call may come to at most, set aside before it is made.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Reserve {
    pub input_tokens: u32,
    pub output_tokens: u32,
    /// None when the model's price is not known.
    pub cost: Option<Money>,
}

impl Reserve {
    pub fn tokens(&self) -> u32 {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// What a call that has ended is counted for in a budget: as much as was reserved for it, where nobody learns what it
    /// came to.
    pub fn counted(&self, outcome: &AttemptOutcome, usage: Option<Usage>, cost: Option<Money>) -> (u64, Money) {
        // What it wrote or thought beyond what was heard of it nobody will ever say.
        let broke_off = match outcome {
            AttemptOutcome::Skipped { .. } => return Default::default(),
            AttemptOutcome::Failed { .. } | AttemptOutcome::Cancelled => true,
            AttemptOutcome::Answered { .. } => false,
        };
        let at_most = if broke_off && usage.is_some_and(|usage| usage.estimated) { *self } else { Self::default() };
        let used = usage.and_then(|usage| {
            let output = usage.output_tokens?.max(at_most.output_tokens);
            Some(u64::from(usage.input_tokens?) + u64::from(output))
        });
        let tokens = match (used, cost) {
            (Some(used), _) => used,
            // It was refused, and came to nothing.
            (None, Some(_)) => 0,
            (None, None) => u64::from(self.tokens()),
        };
        (tokens, cost.max(at_most.cost).or(self.cost).unwrap_or_default())
    }
}

/// What a budget counts beyond what calls are known to have come to: held for those that broke off.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Held {
    #[specta(type = u32)]
    pub tokens: u64,
    pub money: Money,
}

impl Held {
    /// Takes up an attempt; one that has not ended holds nothing for good.
    pub fn count(&mut self, attempt: &Attempt) {
        let Some(outcome) = &attempt.outcome else { return };
        let mut heard = Spent::default();
        heard.count(attempt);
        let (tokens, money) = attempt.reserved.unwrap_or_default().counted(outcome, attempt.usage, attempt.cost);
        self.tokens += tokens.saturating_sub(heard.input_tokens + heard.output_tokens);
        let beyond = money.nanos().saturating_sub(heard.cost.known.nanos());
        self.money = self.money + Money::from_nanos(beyond);
    }
}

/// What calls to models have come to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Spent {
    /// Calls that have ended, however they did.
    pub attempts: u32,
    #[specta(type = u32)]
    pub input_tokens: u64,
    #[specta(type = u32)]
    pub output_tokens: u64,
    /// Part of the input.
    #[specta(type = u32)]
    pub cached_tokens: u64,
    /// Part of the output.
    #[specta(type = u32)]
    pub reasoning_tokens: u64,
    pub cost: Cost,
}

/// A sum of money that does not hide what is unknown of it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Cost {
    pub known: Money,
    /// Calls whose cost is not known: it comes on top.
    pub unpriced_attempts: u32,
    /// Some of the tokens behind it are our own estimate.
    pub estimated: bool,
}

/// What a conversation has come to, and who and what made it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConversationUsage {
    pub conversation: ConversationId,
    pub total: Spent,
    /// In the seated order; whoever asked nothing of a model is left out.
    pub participants: Vec<ParticipantUsage>,
    /// What was asked beside the talk: who speaks next, and summaries. It is nobody's turn, and part of the total.
    #[serde(default)]
    pub asides: Vec<PurposeUsage>,
    /// By the model's name, whatever it was asked.
    pub models: Vec<ModelUsage>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ParticipantUsage {
    pub participant: ParticipantId,
    pub name: String,
    pub spent: Spent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PurposeUsage {
    pub purpose: AttemptPurpose,
    pub spent: Spent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ModelUsage {
    pub model: ModelRef,
    pub spent: Spent,
}

impl Spent {
    /// Takes up an attempt; one that has not ended has come to nothing yet.
    pub fn count(&mut self, attempt: &Attempt) {
        if attempt.outcome.is_none() {
            return;
        }
        let usage = attempt.usage.unwrap_or_default();
        let tokens = |count: Option<u32>| u64::from(count.unwrap_or_default());
        self.add(&Spent {
            attempts: 1,
            input_tokens: tokens(usage.input_tokens),
            output_tokens: tokens(usage.output_tokens),
            cached_tokens: tokens(usage.cached_tokens),
            reasoning_tokens: tokens(usage.reasoning_tokens),
            cost: Cost {
                known: attempt.cost.unwrap_or_default(),
                unpriced_attempts: u32::from(attempt.cost.is_none()),
                estimated: usage.estimated,
            },
        });
    }

    pub fn add(&mut self, other: &Spent) {
        self.attempts += other.attempts;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.cached_tokens += other.cached_tokens;
        self.reasoning_tokens += other.reasoning_tokens;
        self.cost.known = self.cost.known + other.cost.known;
        self.cost.unpriced_attempts += other.cost.unpriced_attempts;
        self.cost.estimated |= other.cost.estimated;
    }
}

/// `≥ $0.12, 3 calls unpriced`; `~` says that tokens were estimated.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.unpriced_attempts, self.estimated) {
            (0, false) => write!(f, "{}", self.known),
            (0, true) => write!(f, "~{}", self.known),
            (1, _) => write!(f, "≥ {}, 1 call unpriced", self.known),
            (calls, _) => write!(f, "≥ {}, {calls} calls unpriced", self.known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_never_hides_what_is_unknown() {
        let known = Cost { known: Money::from_cents(12), unpriced_attempts: 0, estimated: false };
        assert_eq!(known.to_string(), "$0.1200");
        assert_eq!(Cost { estimated: true, ..known }.to_string(), "~$0.1200");
        assert_eq!(Cost { unpriced_attempts: 3, ..known }.to_string(), "≥ $0.1200, 3 calls unpriced");
    }
}
