//! Replies in the protocols of other vendors than the one that everybody imitates.

use chimera_core::ProviderKind;
use serde_json::{Value, json};

use super::Reply;

impl Reply {
    /// A whole answer in this protocol, word by word, with its usage.
    pub fn says_in(kind: ProviderKind, text: &str) -> Self {
        Self::begins_in(kind, text).ends_in(kind)
    }

    /// An answer in this protocol that has begun and is not over: these words, and then whatever is added.
    pub fn begins_in(kind: ProviderKind, text: &str) -> Self {
        match kind {
            ProviderKind::Demo | ProviderKind::Compatible | ProviderKind::Openai => Self::stream(),
            ProviderKind::OpenaiResponses => {
                let response = json!({"object": "response", "status": "in_progress", "model": "m"});
                Self::events().event(json!({"type": "response.created", "response": response}))
            }
            ProviderKind::Anthropic => {
                let message = json!({"model": "m", "content": [], "usage": {"input_tokens": 10, "output_tokens": 1}});
                Self::events()
                    .event(json!({"type": "message_start", "message": message}))
                    .event(json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}))
                    .event(json!({"type": "ping"}))
            }
            ProviderKind::Gemini => Self::events(),
        }
        .words_in(kind, text)
    }

    /// More words of an answer in this protocol.
    pub fn words_in(self, kind: ProviderKind, text: &str) -> Self {
        text.split_inclusive(' ').fold(self, |reply, word| match kind {
            ProviderKind::Demo | ProviderKind::Compatible | ProviderKind::Openai => reply.text(word),
            ProviderKind::OpenaiResponses => {
                reply.event(json!({"type": "response.output_text.delta", "output_index": 0, "delta": word}))
            }
            ProviderKind::Anthropic => {
                let delta = json!({"type": "text_delta", "text": word});
                reply.event(json!({"type": "content_block_delta", "index": 0, "delta": delta}))
            }
            ProviderKind::Gemini => reply.data(json!({
                "candidates": [{"content": {"parts": [{"text": word}], "role": "model"}, "index": 0}],
                "usageMetadata": {"promptTokenCount": 10},
                "modelVersion": "m"
            })),
        })
    }

    /// The end of an answer in this protocol, as a good server ends, with the usage.
    pub fn ends_in(self, kind: ProviderKind) -> Self {
        match kind {
            ProviderKind::Demo | ProviderKind::Compatible | ProviderKind::Openai => self.ends(),
            ProviderKind::OpenaiResponses => {
                let usage = json!({"input_tokens": 10, "output_tokens": 5});
                self.event(json!({"type": "response.completed", "response": {"status": "completed", "usage": usage}}))
            }
            ProviderKind::Anthropic => self
                .event(json!({"type": "content_block_stop", "index": 0}))
                .event(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}}))
                .event(json!({"type": "message_stop"})),
            ProviderKind::Gemini => self.data(json!({
                "candidates": [{"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": "STOP", "index": 0}],
                "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5}
            })),
        }
    }

    /// An event that is named after the `type` in it.
    pub fn event(self, event: Value) -> Self {
        let name = event["type"].as_str().unwrap_or_default().to_owned();
        self.bytes(format!("event: {name}\ndata: {event}\n\n"))
    }

    /// An event without a name, with the line ends that Google sends.
    pub fn data(self, event: Value) -> Self {
        self.bytes(format!("data: {event}\r\n\r\n"))
    }
}
