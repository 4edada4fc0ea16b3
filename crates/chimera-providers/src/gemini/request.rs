use chimera_core::{ImageBytes, ImageType, PromptMessage, ReplyRequest, Role};

use super::wire::{Content, GenerationConfig, InlineData, Part, Question};
use crate::habits::Quirks;
use crate::pictures::{Bit, Picture, Turn, turn};
use crate::turns::{led_by, turns};

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

/// The question in this dialect, without what the model has been found not to take. The model is in the path.
pub(super) fn body(request: &ReplyRequest, quirks: Quirks) -> Vec<u8> {
    let led = if quirks.no_system { led_by(&request.system, &request.messages) } else { None };
    let turns = turns(led.as_deref().unwrap_or(&request.messages));
    let stops = request.stop.iter().map(String::as_str).filter(|stop| !quirks.no_stop && !stop.is_empty());
    let system = Content { role: None, parts: vec![Part::Text { text: request.system.as_str().into() }] };
    let question = Question {
        system_instruction: Some(system).filter(|_| !request.system.is_empty() && !quirks.no_system),
        contents: turns.iter().map(|turn| said(turn, &request.images)).collect(),
        generation_config: GenerationConfig {
            temperature: request.sampling.temperature.filter(|_| !quirks.no_temperature),
            max_output_tokens: request.sampling.max_output_tokens,
            stop_sequences: stops.take(MAX_STOPS).collect(),
            seed: request.seed.filter(|_| !quirks.no_seed).map(|seed| (seed & 0x7fff_ffff) as i32),
        },
    };
    serde_json::to_vec(&question).expect("texts and numbers are always JSON")
}

fn said<'a>(message: &'a PromptMessage, images: &ImageBytes) -> Content<'a> {
    let part = |bit| match bit {
        Bit::Text(text) => Part::Text { text },
        Bit::Image(Picture { media_type: mime_type, base64: data }) => {
            Part::Image { inline_data: InlineData { mime_type, data } }
        }
    };
    let parts = match turn(message, images, takes) {
        Turn::Words(text) => vec![Part::Text { text }],
        Turn::Bits(bits) => bits.into_iter().map(part).collect(),
    };
    Content { role: Some(name(message.role)), parts }
}

/// It refuses a request with a GIF.
fn takes(kind: ImageType) -> bool {
    match kind {
        ImageType::Png | ImageType::Jpeg | ImageType::Webp => true,
        ImageType::Gif => false,
    }
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
