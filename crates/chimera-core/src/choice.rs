//! Why somebody was chosen to speak.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{ParticipantId, Policy};

/// Why this speaker: stored with the turn, so that it can be shown and doubted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Choice {
    pub policy: Policy,
    pub reason: ChoiceReason,
    /// Every candidate's score, best first; empty when the policy keeps none.
    pub scores: Vec<SpeakerScore>,
    /// In words, where there are any: why the moderator wanted it, or why the moderator was of no help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Choice {
    pub fn because(policy: Policy, reason: ChoiceReason) -> Self {
        Self { policy, reason, scores: Vec::new(), note: None }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceReason {
    /// The user nudged it: that wins over everything.
    Nudged,
    /// The user mentioned it: that wins over every policy.
    Mentioned,
    /// Next in the seated order.
    Order,
    /// The highest score.
    Score,
    /// Drawn by the dice.
    Drawn,
    /// Everybody who may speak does, at once.
    Together,
    /// Nobody else at the table may speak.
    Alone,
    /// The turn is tried again.
    Retried,
    /// The moderator wanted it.
    Moderated,
    /// The highest score, for the moderator named nobody who may speak, or did not answer.
    ModeratorFailed,
    /// The user asked for an alternative to what it said.
    Regenerated,
    /// Its last turn, before the budget ends the conversation.
    Closing,
}

/// One candidate's score under [`Policy::Balanced`]; the parts add up to the total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SpeakerScore {
    pub participant: ParticipantId,
    pub total: f32,
    /// Called by name in the last message.
    pub addressed: f32,
    /// Called by name in a sentence that asks something.
    pub asked: f32,
    /// Turns since it last spoke.
    pub silence: f32,
    /// Words it is short of, or over, its share by talkativeness.
    pub share: f32,
    pub dice: f32,
}
