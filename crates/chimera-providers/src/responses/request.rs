use chimera_core::{ImageBytes, PromptMessage, ReplyRequest, Role};

use super::wire::{Content, InputPart, Message, Question};
use crate::habits::Quirks;
use crate::pictures::{Bit, Turn, takes_all, turn};
use crate::turns::turns;

/// The question in this dialect, without what the model has been found not to take. It knows no stop sequences and no
/// seed.
pub(super) fn body(request: &ReplyRequest, quirks: Quirks) -> Vec<u8> {
    let turns = turns(&request.messages);
    let question = Question {
        model: &request.model,
        instructions: &request.system,
        input: turns.iter().map(|turn| said(turn, &request.images)).collect(),
        stream: true,
        store: false,
        temperature: request.sampling.temperature.filter(|_| !quirks.no_temperature),
        max_output_tokens: request.sampling.max_output_tokens,
    };
    serde_json::to_vec(&question).expect("texts and numbers are always JSON")
}

fn said<'a>(message: &'a PromptMessage, images: &ImageBytes) -> Message<'a> {
    let part = |bit| match bit {
        Bit::Text(text) => InputPart::InputText { text },
        Bit::Image(picture) => InputPart::InputImage { image_url: picture.data_url() },
    };
    let content = match turn(message, images, takes_all) {
        Turn::Words(words) => Content::Words(words),
        Turn::Bits(bits) => Content::Parts(bits.into_iter().map(part).collect()),
    };
    Message { role: name(message.role), content }
}

fn name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}
