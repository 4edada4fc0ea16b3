//! The JSON of Messages. Fields and kinds of events that are not known here are passed over, as its versioning asks.

use std::borrow::Cow;

use chimera_core::Usage;
use serde::{Deserialize, Serialize};

use crate::lenient::{Count, Text};

#[derive(Serialize)]
pub(super) struct Question<'a> {
    pub model: &'a str,
    /// The one parameter besides the messages that must be there.
    pub max_tokens: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub system: &'a str,
    pub messages: Vec<Message<'a>>,
    pub stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop_sequences: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub role: &'static str,
    pub content: Content<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Content<'a> {
    Words(Cow<'a, str>),
    Blocks(Vec<AskedBlock<'a>>),
}

/// A block of what is asked.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum AskedBlock<'a> {
    Text { text: Cow<'a, str> },
    Image { source: Source },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Source {
    Base64 { media_type: &'static str, data: String },
}

/// Any event, or a whole message: all fields of all of them that matter here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Event<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub message: Option<Beginning<'a>>,
    #[serde(borrow)]
    pub content_block: Option<Block<'a>>,
    #[serde(borrow)]
    pub delta: Option<Delta<'a>>,
    pub usage: Option<WireUsage>,
    /// Of a whole message.
    #[serde(borrow)]
    pub model: Text<'a>,
    #[serde(borrow)]
    pub content: Option<Vec<Block<'a>>>,
    #[serde(borrow)]
    pub stop_reason: Text<'a>,
    #[serde(borrow)]
    pub stop_details: Option<StopDetails<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Beginning<'a> {
    #[serde(borrow)]
    pub model: Text<'a>,
    pub usage: Option<WireUsage>,
}

/// A block, which may hold its first words already when it starts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Block<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub text: Text<'a>,
    #[serde(borrow)]
    pub thinking: Text<'a>,
}

/// What is added to a block, or to the message as a whole.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Delta<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub text: Text<'a>,
    #[serde(borrow)]
    pub thinking: Text<'a>,
    #[serde(borrow)]
    pub stop_reason: Text<'a>,
    #[serde(borrow)]
    pub stop_details: Option<StopDetails<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StopDetails<'a> {
    #[serde(borrow)]
    pub category: Text<'a>,
    #[serde(borrow)]
    pub explanation: Text<'a>,
}

/// Numbers of tokens. Those of later events are cumulative but may leave some out.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default)]
pub(super) struct WireUsage {
    input_tokens: Count,
    cache_creation_input_tokens: Count,
    cache_read_input_tokens: Count,
    output_tokens: Count,
}

impl WireUsage {
    pub(super) fn merge(&mut self, newer: WireUsage) {
        for (own, newer) in [
            (&mut self.input_tokens, newer.input_tokens),
            (&mut self.cache_creation_input_tokens, newer.cache_creation_input_tokens),
            (&mut self.cache_read_input_tokens, newer.cache_read_input_tokens),
            (&mut self.output_tokens, newer.output_tokens),
        ] {
            own.0 = newer.0.or(own.0);
        }
    }

    /// What was read from the cache or written to it is input like any other; here it is counted apart.
    pub(super) fn counted(self) -> Usage {
        let cache = [self.cache_creation_input_tokens, self.cache_read_input_tokens];
        let cached: u32 = cache.iter().filter_map(|count| count.0).fold(0, u32::saturating_add);
        Usage {
            input_tokens: self.input_tokens.0.map(|own| own.saturating_add(cached)),
            output_tokens: self.output_tokens.0,
            cached_tokens: self.cache_read_input_tokens.0,
            reasoning_tokens: None,
            estimated: false,
        }
    }
}
