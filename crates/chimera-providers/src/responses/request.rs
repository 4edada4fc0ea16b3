use chimera_core::{ReplyRequest, Role};

use super::wire::{Message, Question};
use crate::compatible::Quirks;
use crate::turns::turns;

/// The question in this dialect, without what the model has been found not to take. It knows no stop sequences and no
/// seed.
pub(super) fn body(request: &ReplyRequest, quirks: Quirks) -> Vec<u8> {
    let turns = turns(&request.messages);
    let question = Question {
        model: &request.model,
        instructions: &request.system,
        input: turns.iter().map(|(role, text)| Message { role: name(*role), content: text }).collect(),
        stream: true,
        store: false,
        temperature: request.sampling.temperature.filter(|_| !quirks.no_temperature),
        max_output_tokens: request.sampling.max_output_tokens,
    };
    serde_json::to_vec(&question).expect("texts and numbers are always JSON")
}

fn name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}
