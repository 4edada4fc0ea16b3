use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{Attempt, AttemptPurpose, ConversationId, ModelRef, Money, ParticipantId};

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
