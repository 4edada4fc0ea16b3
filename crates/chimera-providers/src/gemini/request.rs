use chimera_core::{ReplyRequest, Role};

use super::wire::{Content, GenerationConfig, Part, Question};
use crate::turns::turns;

/// It takes no more, and stop sequences are a hint.
const MAX_STOPS: usize = 5;

/// Where a model is asked. Its name may come with the collection it is in, as the list of models has it.
pub(super) fn path(model: &str) -> [String; 2] {
    let (collection, name) = match model.split_once('/') {
        Some((collection @ ("models" | "tunedModels"), name)) => (collection, name),
        Some(_) | None => ("models", model),
    };
    [collection.to_owned(), format!("{name}:streamGenerateContent")]
}

/// The question in this dialect. The model is in the path.
pub(super) fn body(request: &ReplyRequest) -> Vec<u8> {
    let turns = turns(&request.messages);
    let stops = request.stop.iter().map(String::as_str).filter(|stop| !stop.is_empty());
    let question = Question {
        system_instruction: Some(content(None, &request.system)).filter(|_| !request.system.is_empty()),
        contents: turns.iter().map(|(role, text)| content(Some(name(*role)), text)).collect(),
        generation_config: GenerationConfig {
            temperature: request.sampling.temperature,
            max_output_tokens: request.sampling.max_output_tokens,
            stop_sequences: stops.take(MAX_STOPS).collect(),
            seed: request.seed.map(|seed| (seed & 0x7fff_ffff) as i32),
        },
    };
    serde_json::to_vec(&question).expect("texts and numbers are always JSON")
}

fn content<'a>(role: Option<&'static str>, text: &'a str) -> Content<'a> {
    Content { role, parts: [Part { text }] }
}

fn name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "model",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_found_with_and_without_its_collection() {
        let path = |model| path(model).join("/");

        assert_eq!(path("gemini-2.5-flash"), "models/gemini-2.5-flash:streamGenerateContent");
        assert_eq!(path("models/gemini-2.5-flash"), "models/gemini-2.5-flash:streamGenerateContent");
        assert_eq!(path("tunedModels/mine"), "tunedModels/mine:streamGenerateContent");
    }
}
