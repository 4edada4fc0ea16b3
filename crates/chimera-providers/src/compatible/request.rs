use chimera_core::{ReplyRequest, Role};

use super::habits::Quirks;
use super::wire::{Message, Question, StreamOptions};

/// OpenAI takes no more; others take fewer, and stop sequences are a hint.
const MAX_STOPS: usize = 4;

/// The question in this dialect, without what the server has been found not to know.
pub(super) fn body(request: &ReplyRequest, quirks: Quirks) -> Vec<u8> {
    let system = Message { role: "system", content: &request.system };
    let said = request.messages.iter().map(|message| Message { role: role(message.role), content: &message.text });
    let limit = request.sampling.max_output_tokens;
    let stops = request.stop.len().min(MAX_STOPS);
    let question = Question {
        model: &request.model,
        messages: Some(system).filter(|system| !system.content.is_empty()).into_iter().chain(said).collect(),
        stream: true,
        stream_options: (!quirks.no_stream_options).then_some(StreamOptions { include_usage: true }),
        temperature: request.sampling.temperature.filter(|_| !quirks.no_temperature),
        max_tokens: limit.filter(|_| !quirks.max_completion_tokens),
        max_completion_tokens: limit.filter(|_| quirks.max_completion_tokens),
        stop: if quirks.no_stop { &[] } else { &request.stop[..stops] },
        seed: request.seed.filter(|_| !quirks.no_seed),
    };
    serde_json::to_vec(&question).expect("texts and numbers are always JSON")
}

fn role(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}
