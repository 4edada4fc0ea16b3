//! Replies in the protocols of other vendors than the one that everybody imitates.

use chimera_core::ProviderKind;
use serde_json::{Value, json};

use super::Reply;

impl Reply {
    /// A whole answer in this protocol, word by word, with its usage.
    pub fn says_in(kind: ProviderKind, text: &str) -> Self {
        let begun = Self::begins_in(kind, text);
        match kind {
            ProviderKind::Demo | ProviderKind::Compatible | ProviderKind::Openai => begun.ends(),
            ProviderKind::OpenaiResponses => {
                let usage = json!({"input_tokens": 10, "output_tokens": 5});
                begun.event(json!({"type": "response.completed", "response": {"status": "completed", "usage": usage}}))
            }
            ProviderKind::Anthropic => begun
                .event(json!({"type": "content_block_stop", "index": 0}))
                .event(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}}))
                .event(json!({"type": "message_stop"})),
            ProviderKind::Gemini => begun.data(json!({
                "candidates": [{"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": "STOP", "index": 0}],
                "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5}
            })),
        }
    }

    /// An answer in this protocol that has begun and is not over: these words, and then whatever is added.
    pub fn begins_in(kind: ProviderKind, text: &str) -> Self {
        let words = text.split_inclusive(' ');
        match kind {
            ProviderKind::Demo | ProviderKind::Compatible | ProviderKind::Openai => {
                words.fold(Self::stream(), Self::text)
            }
            ProviderKind::OpenaiResponses => {
                let response = json!({"object": "response", "status": "in_progress", "model": "m"});
                let created = Self::events().event(json!({"type": "response.created", "response": response}));
                words.fold(created, |reply, word| {
                    reply.event(json!({"type": "response.output_text.delta", "output_index": 0, "delta": word}))
                })
            }
            ProviderKind::Anthropic => {
                let message = json!({"model": "m", "content": [], "usage": {"input_tokens": 10, "output_tokens": 1}});
                let started = Self::events()
                    .event(json!({"type": "message_start", "message": message}))
                    .event(json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}))
                    .event(json!({"type": "ping"}));
                words.fold(started, |reply, word| {
                    let delta = json!({"type": "text_delta", "text": word});
                    reply.event(json!({"type": "content_block_delta", "index": 0, "delta": delta}))
                })
            }
            ProviderKind::Gemini => words.fold(Self::events(), |reply, word| {
                reply.data(json!({
                    "candidates": [{"content": {"parts": [{"text": word}], "role": "model"}, "index": 0}],
                    "usageMetadata": {"promptTokenCount": 10},
                    "modelVersion": "m"
                }))
            }),
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
