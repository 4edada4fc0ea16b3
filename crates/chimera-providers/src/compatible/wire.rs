//! The JSON of chat completions, read leniently: nearly every server leaves something out or puts something odd in.

use std::borrow::Cow;

use chimera_core::Usage;
use serde::{Deserialize, Serialize};

use crate::lenient::{Count, Parts, Text};

#[derive(Serialize)]
pub(super) struct Question<'a> {
    pub model: &'a str,
    pub messages: Vec<Message<'a>>,
    pub stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct StreamOptions {
    pub include_usage: bool,
}

#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub role: &'static str,
    pub content: Content<'a>,
}

/// Many servers know only the plain form, so it is kept wherever it is enough.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Content<'a> {
    Words(Cow<'a, str>),
    Parts(Vec<Part<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Part<'a> {
    Text { text: Cow<'a, str> },
    ImageUrl { image_url: ImageUrl },
}

#[derive(Serialize)]
pub(super) struct ImageUrl {
    pub url: String,
}

/// One event of a stream, or a whole answer: they differ only in the name of `delta`, and some servers send both.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    pub model: Text<'a>,
    #[serde(borrow)]
    pub choices: Option<Vec<Choice<'a>>>,
    pub usage: Option<WireUsage>,
    pub x_groq: Option<Groq>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice<'a> {
    pub index: Count,
    #[serde(borrow)]
    pub delta: Option<Spoken<'a>>,
    /// The whole answer; in a stream, where it stands beside `delta`, all of it so far.
    #[serde(borrow)]
    pub message: Option<Spoken<'a>>,
    #[serde(borrow)]
    pub finish_reason: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Spoken<'a> {
    /// Mistral's thoughts are parts of it.
    #[serde(borrow)]
    pub content: Parts<'a>,
    #[serde(borrow)]
    pub refusal: Text<'a>,
    /// DeepSeek, vLLM, llama.cpp.
    #[serde(borrow)]
    pub reasoning_content: Text<'a>,
    /// OpenRouter, newer Ollama.
    #[serde(borrow)]
    pub reasoning: Text<'a>,
}

impl<'a> Spoken<'a> {
    /// The thought alone, which vLLM and OpenRouter may send under both names.
    pub(super) fn take_thought(&mut self) -> Text<'a> {
        let fields = [&mut self.reasoning_content.0, &mut self.reasoning.0, &mut self.content.thought];
        let mut thoughts = fields.map(std::mem::take).into_iter();
        Text(thoughts.find(|thought| !thought.is_empty()).unwrap_or_default())
    }

    pub(super) fn is_empty(&self) -> bool {
        let Self { content, refusal, reasoning_content, reasoning } = self;
        [&content.text, &content.thought, &refusal.0, &reasoning_content.0, &reasoning.0]
            .iter()
            .all(|text| text.is_empty())
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Groq {
    #[serde(default)]
    pub usage: Option<WireUsage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireUsage {
    prompt_tokens: Count,
    completion_tokens: Count,
    total_tokens: Count,
    prompt_tokens_details: Option<PromptDetails>,
    completion_tokens_details: Option<CompletionDetails>,
    /// DeepSeek's name for the cached part.
    prompt_cache_hit_tokens: Count,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PromptDetails {
    cached_tokens: Count,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CompletionDetails {
    reasoning_tokens: Count,
}

impl WireUsage {
    /// None if there is no number in it that could be one.
    pub(super) fn counted(&self) -> Option<Usage> {
        let cached = self.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens.0);
        let thought = self.completion_tokens_details.as_ref().and_then(|details| details.reasoning_tokens.0);
        let usage = Usage {
            input_tokens: self.prompt_tokens.0,
            output_tokens: self.with_thoughts(thought).or(self.completion_tokens.0),
            cached_tokens: cached.or(self.prompt_cache_hit_tokens.0),
            reasoning_tokens: thought,
            estimated: false,
        };
        (usage.input_tokens.is_some() || usage.output_tokens.is_some()).then_some(usage)
    }

    /// xAI counts thoughts beside the answer, all others within it; it is the total that tells. Both are billed as
    /// output.
    fn with_thoughts(&self, thought: Option<u32>) -> Option<u32> {
        let output = self.completion_tokens.0?.checked_add(thought?)?;
        (self.prompt_tokens.0?.checked_add(output) == self.total_tokens.0).then_some(output)
    }
}
