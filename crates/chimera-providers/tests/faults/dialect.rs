//! How each dialect says the same things on the wire.

use chimera_core::ProviderKind;
use chimera_testkit::Reply;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    ChatCompletions,
    Responses,
    Messages,
    GenerateContent,
}

use Dialect::{ChatCompletions, GenerateContent, Messages, Responses};

impl Dialect {
    pub fn kind(self) -> ProviderKind {
        match self {
            ChatCompletions => ProviderKind::Compatible,
            Responses => ProviderKind::OpenaiResponses,
            Messages => ProviderKind::Anthropic,
            GenerateContent => ProviderKind::Gemini,
        }
    }

    /// A whole answer.
    pub fn says(self, text: &str) -> Reply {
        Reply::says_in(self.kind(), text)
    }

    /// An answer that has begun.
    pub fn begins(self, text: &str) -> Reply {
        Reply::begins_in(self.kind(), text)
    }

    pub fn more(self, reply: Reply, text: &str) -> Reply {
        reply.words_in(self.kind(), text)
    }

    pub fn ends(self, reply: Reply) -> Reply {
        reply.ends_in(self.kind())
    }

    /// The framing that the vendor uses.
    pub fn event(self, reply: Reply, event: Value) -> Reply {
        match self {
            ChatCompletions => reply.bytes(format!("data: {event}\n\n")),
            Responses | Messages => reply.event(event),
            GenerateContent => reply.data(event),
        }
    }

    /// One event with these words.
    pub fn word(self, text: &str) -> Value {
        match self {
            ChatCompletions => json!({"choices": [{"index": 0, "delta": {"content": text}}]}),
            Responses => json!({"type": "response.output_text.delta", "delta": text}),
            Messages => {
                json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})
            }
            GenerateContent => json!({"candidates": [{"content": {"parts": [{"text": text}]}}]}),
        }
    }

    /// An error inside of a success.
    pub fn overloaded(self) -> Value {
        match self {
            ChatCompletions => json!({"error": {"message": "overloaded, try later", "code": 503}}),
            Responses => json!({"type": "error", "code": "server_error", "message": "overloaded, try later"}),
            Messages => {
                json!({"type": "error", "error": {"type": "overloaded_error", "message": "overloaded, try later"}})
            }
            GenerateContent => {
                json!({"error": {"code": 503, "message": "overloaded, try later", "status": "UNAVAILABLE"}})
            }
        }
    }

    /// Thinking that is not part of the answer.
    pub fn thought(self, text: &str) -> Value {
        match self {
            ChatCompletions => json!({"choices": [{"index": 0, "delta": {"reasoning_content": text}}]}),
            Responses => json!({"type": "response.reasoning_text.delta", "output_index": 0, "delta": text}),
            Messages => {
                let delta = json!({"type": "thinking_delta", "thinking": text});
                json!({"type": "content_block_delta", "index": 0, "delta": delta})
            }
            GenerateContent => json!({"candidates": [{"content": {"parts": [{"text": text, "thought": true}]}}]}),
        }
    }

    /// The end of an answer that a filter held back.
    pub fn filtered(self) -> Value {
        match self {
            ChatCompletions => json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "content_filter"}]}),
            Responses => json!({"type": "response.incomplete", "response": {"status": "incomplete",
                "incomplete_details": {"reason": "content_filter"}}}),
            Messages => json!({"type": "message_delta", "delta": {"stop_reason": "refusal"}}),
            GenerateContent => json!({"candidates": [{"finishReason": "SAFETY"}]}),
        }
    }

    /// The end with this as its usage, in the names of the dialect.
    pub fn ends_with_usage(self, reply: Reply, count: &Value) -> Reply {
        match self {
            ChatCompletions => self
                .event(reply.finish("stop"), json!({"choices": [], "usage": {"prompt_tokens": count, "completion_tokens": count}}))
                .done(),
            Responses => self.event(reply, json!({"type": "response.completed", "response": {"status": "completed",
                "usage": {"input_tokens": count, "output_tokens": count}}})),
            Messages => self
                .event(reply, json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"input_tokens": count, "output_tokens": count}}))
                .event(json!({"type": "message_stop"})),
            GenerateContent => self.event(reply, json!({"candidates": [{"finishReason": "STOP"}],
                "usageMetadata": {"promptTokenCount": count, "candidatesTokenCount": count}})),
        }
    }

    /// Words of something that is not the answer: another choice, or a part that the answer has no place for.
    pub fn beside_the_answer(self) -> Value {
        match self {
            ChatCompletions => {
                json!({"choices": [{"index": 1, "delta": {"content": "not this"}, "finish_reason": "stop"}]})
            }
            Responses => {
                json!({"type": "response.function_call_arguments.delta", "output_index": 9, "delta": "not this"})
            }
            Messages => json!({"type": "content_block_delta", "index": 9,
                "delta": {"type": "input_json_delta", "partial_json": "not this"}}),
            GenerateContent => {
                json!({"candidates": [{"index": 1, "content": {"parts": [{"text": "not this"}]}, "finishReason": "STOP"}]})
            }
        }
    }

    /// The whole answer "A plank." in one document, after the thought "Hm.", for two tokens.
    pub fn in_one_piece(self) -> Value {
        match self {
            ChatCompletions => json!({
                "object": "chat.completion", "model": "m",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": "A plank.", "reasoning": "Hm."}, "finish_reason": null}],
                "usage": {"prompt_tokens": 3, "completion_tokens": 2}
            }),
            Responses => json!({
                "object": "response", "status": "completed", "model": "m", "error": null,
                "output": [
                    {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]},
                    {"type": "message", "content": [{"type": "output_text", "text": "A plank."}]}
                ],
                "usage": {"input_tokens": 3, "output_tokens": 2}
            }),
            Messages => json!({
                "type": "message", "model": "m",
                "content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "A plank."}],
                "stop_reason": "end_turn", "usage": {"input_tokens": 3, "output_tokens": 2}
            }),
            // Without `alt=sse` the events are a list.
            GenerateContent => json!([
                {"modelVersion": "m", "candidates": [{"content": {"parts": [{"text": "Hm.", "thought": true}, {"text": "A "}]}}]},
                {"candidates": [{"content": {"parts": [{"text": "plank."}]}, "finishReason": "STOP"}],
                 "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2}}
            ]),
        }
    }

    /// The name of the header under which the vendor's key travels.
    pub fn key_header(self) -> &'static str {
        match self {
            ChatCompletions | Responses => "authorization",
            Messages => "x-api-key",
            GenerateContent => "x-goog-api-key",
        }
    }
}
