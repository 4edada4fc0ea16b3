use serde::{Deserialize, Serialize};
use specta::Type;

use crate::end_rules::asked_for_if_any;
use crate::{EndRules, FallbackRules, ModelRef, Moderator, Policy, Sampling, SummaryRules};

/// What is new about a participant; what is absent stays as it was. A turn that is under way keeps the route it began
/// with.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct ParticipantChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hue: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talkativeness: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Vec<ModelRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
}

/// What is new about how a conversation goes; what is absent stays as it was.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct ConversationChange {
    /// Counts from the next choice of a speaker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// Takes the place of all end rules there were.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "asked_for_if_any")]
    #[specta(type = Option<EndRules>)]
    pub end: Option<EndRules>,
    /// Takes the place of all that was said about failures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<FallbackRules>,
    /// Seconds without a new word after which a speaker is passed over; 0 waits as long as its provider is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stall_after_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moderator: Option<Moderator>,
    /// Takes the place of all that was said about summaries. While they are off none is shown to anybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<SummaryRules>,
}
