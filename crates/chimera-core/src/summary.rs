use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{AttemptId, MessageId, ModelRef, SummaryId, Timestamp};

/// Whether what a speaker can no more be shown of the talk is summed up for it, and by whom.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct SummaryRules {
    pub on: bool,
    /// The models to ask, in order; the next speaker's own when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub route: Vec<ModelRef>,
}

impl SummaryRules {
    pub(crate) fn are_usual(&self) -> bool {
        *self == SummaryRules::default()
    }
}

/// What stands in prompts for the talk before their window. It is made of what everybody heard, and of nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Summary {
    pub id: SummaryId,
    /// The last message it covers: that one, and all that stand before it on its branch.
    pub through: MessageId,
    /// The summary it goes on from, if it is not the first.
    pub extends: Option<SummaryId>,
    pub text: String,
    /// The words are a person's by now.
    pub edited: bool,
    pub model: ModelRef,
    pub attempt: AttemptId,
    pub written_at: Timestamp,
}
