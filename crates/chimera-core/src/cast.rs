use serde::{Deserialize, Serialize};
use specta::Type;

use crate::end_rules::{asked_for, asked_for_if_any};
use crate::{CastId, EndRules, FallbackRules, ModelRef, NewModerator, NewParticipant, Policy, SummaryRules};

/// A table laid for a purpose: who sits at it and by which rules they talk. A seat may wait for its models until the
/// cast sits down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Cast {
    pub id: CastId,
    pub name: String,
    /// One line: what this table is good for.
    pub tagline: String,
    /// Something to begin with.
    pub topic: String,
    pub policy: Policy,
    pub moderator: Option<NewModerator>,
    pub end: EndRules,
    #[serde(default)]
    pub fallback: FallbackRules,
    /// Seconds without a new word after which a speaker is passed over.
    #[serde(default)]
    pub stall_after_s: Option<u32>,
    #[serde(default, skip_serializing_if = "SummaryRules::are_usual")]
    pub summary: SummaryRules,
    pub participants: Vec<NewParticipant>,
}

/// What a client gives to save a cast, or to change all of one.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct NewCast {
    pub name: String,
    #[serde(default)]
    pub tagline: String,
    #[serde(default)]
    pub topic: String,
    #[serde(default)]
    pub policy: Policy,
    #[serde(default)]
    pub moderator: Option<NewModerator>,
    #[serde(default, deserialize_with = "asked_for")]
    #[specta(type = EndRules)]
    pub end: EndRules,
    #[serde(default)]
    pub fallback: FallbackRules,
    #[serde(default)]
    pub stall_after_s: Option<u32>,
    #[serde(default, skip_serializing_if = "SummaryRules::are_usual")]
    pub summary: SummaryRules,
    pub participants: Vec<NewParticipant>,
}

/// A cast as readers get it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct CastView {
    #[serde(flatten)]
    pub cast: Cast,
    /// It came with Chimera and stays as it is; a copy of it can be changed.
    pub shipped: bool,
    /// Paths of what has to be chosen before it can sit down with models of its own: `participants[1].route`,
    /// `moderator`.
    pub open: Vec<String>,
}

/// How a cast sits down; what is left out is as the cast says.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Seating {
    pub topic: Option<String>,
    /// Asked by every seat instead of its own models.
    pub route: Vec<ModelRef>,
    #[serde(deserialize_with = "asked_for_if_any")]
    #[specta(type = Option<EndRules>)]
    pub end: Option<EndRules>,
    pub fallback: Option<FallbackRules>,
    /// Seconds without a new word after which a speaker is passed over; 0 waits as long as its provider is waited for.
    pub stall_after_s: Option<u32>,
    /// Makes the dice of speaker choice repeatable.
    pub seed: Option<u32>,
    /// Tokens of the longest answer, for every seat.
    pub answer_tokens: Option<u32>,
}

impl NewCast {
    pub fn saved_as(self, id: CastId) -> Cast {
        let NewCast { name, tagline, topic, policy, moderator, end, fallback, stall_after_s, summary, participants } =
            self;
        Cast { id, name, tagline, topic, policy, moderator, end, fallback, stall_after_s, summary, participants }
    }
}

impl From<Cast> for NewCast {
    fn from(cast: Cast) -> Self {
        let Cast {
            id: _,
            name,
            tagline,
            topic,
            policy,
            moderator,
            end,
            fallback,
            stall_after_s,
            summary,
            participants,
        } = cast;
        NewCast { name, tagline, topic, policy, moderator, end, fallback, stall_after_s, summary, participants }
    }
}
