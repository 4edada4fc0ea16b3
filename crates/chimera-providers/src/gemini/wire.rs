//! The JSON of generateContent, read leniently. Every event is a whole answer of its own with a piece of the text.

use std::borrow::Cow;

use chimera_core::Usage;
use serde::{Deserialize, Serialize};

use crate::lenient::{Count, Text};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Question<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_instruction: Option<Content<'a>>,
    pub contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "GenerationConfig::is_empty")]
    pub generation_config: GenerationConfig<'a>,
}

#[derive(Serialize)]
pub(super) struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    pub parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Part<'a> {
    Text {
        text: Cow<'a, str>,
    },
    #[serde(rename_all = "camelCase")]
    Image {
        inline_data: InlineData,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InlineData {
    pub mime_type: &'static str,
    pub data: String,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GenerationConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop_sequences: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i32>,
}

impl GenerationConfig<'_> {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    pub candidates: Option<Vec<Candidate<'a>>>,
    #[serde(borrow)]
    pub prompt_feedback: Option<PromptFeedback<'a>>,
    pub usage_metadata: Option<WireUsage>,
    #[serde(borrow)]
    pub model_version: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Candidate<'a> {
    pub index: Count,
    /// Absent where a filter took everything.
    #[serde(borrow)]
    pub content: Option<Spoken<'a>>,
    #[serde(borrow)]
    pub finish_reason: Text<'a>,
    #[serde(borrow)]
    pub finish_message: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Spoken<'a> {
    #[serde(borrow)]
    pub parts: Option<Vec<SpokenPart<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SpokenPart<'a> {
    #[serde(borrow)]
    pub text: Text<'a>,
    pub thought: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PromptFeedback<'a> {
    #[serde(borrow)]
    pub block_reason: Text<'a>,
}

/// Numbers of tokens. They come with every event and grow; now and then one is corrected downwards.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct WireUsage {
    prompt_token_count: Count,
    candidates_token_count: Count,
    thoughts_token_count: Count,
    cached_content_token_count: Count,
}

impl WireUsage {
    pub(super) fn merge(&mut self, newer: WireUsage) {
        for (own, newer) in [
            (&mut self.prompt_token_count, newer.prompt_token_count),
            (&mut self.candidates_token_count, newer.candidates_token_count),
            (&mut self.thoughts_token_count, newer.thoughts_token_count),
            (&mut self.cached_content_token_count, newer.cached_content_token_count),
        ] {
            own.0 = newer.0.or(own.0);
        }
    }

    /// Thoughts are output too; here they are counted apart from it.
    pub(super) fn counted(self) -> Usage {
        let output = [self.candidates_token_count.0, self.thoughts_token_count.0];
        Usage {
            input_tokens: self.prompt_token_count.0,
            output_tokens: output.into_iter().flatten().reduce(u32::saturating_add),
            cached_tokens: self.cached_content_token_count.0,
            reasoning_tokens: self.thoughts_token_count.0,
            estimated: false,
        }
    }
}
