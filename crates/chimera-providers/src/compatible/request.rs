use chimera_core::{ImageBytes, PromptMessage, ReplyRequest, Role};

use super::House;
use super::wire::{Content, ImageUrl, Message, Part, Question, StreamOptions};
use crate::habits::Quirks;
use crate::pictures::{Bit, Turn, takes_all, turn};
use crate::turns::led_by;

/// OpenAI takes no more; others take fewer, and stop sequences are a hint.
const MAX_STOPS: usize = 4;

/// The question in this dialect, without what the server has been found not to know.
pub(super) fn body(request: &ReplyRequest, quirks: Quirks, house: House) -> Vec<u8> {
    let system =
        Message { role: system_role(&request.model, house), content: Content::Words(request.system.as_str().into()) };
    let system = Some(system).filter(|_| !request.system.is_empty() && !quirks.no_system);
    let led = if quirks.no_system { led_by(&request.system, &request.messages) } else { None };
    let messages = led.as_deref().unwrap_or(&request.messages);
    let said = messages.iter().map(|message| said(message, &request.images));
    let limit = request.sampling.max_output_tokens;
    let is_new_name = quirks.max_completion_tokens || house == House::OpenAi;
    let stops = request.stop.len().min(MAX_STOPS);
    let question = Question {
        model: &request.model,
        messages: system.into_iter().chain(said).collect(),
        stream: true,
        stream_options: (!quirks.no_stream_options).then_some(StreamOptions { include_usage: true }),
        temperature: request.sampling.temperature.filter(|_| !quirks.no_temperature),
        max_tokens: limit.filter(|_| !is_new_name),
        max_completion_tokens: limit.filter(|_| is_new_name),
        stop: if quirks.no_stop { &[] } else { &request.stop[..stops] },
        seed: request.seed.filter(|_| !quirks.no_seed),
    };
    serde_json::to_vec(&question).expect("texts and numbers are always JSON")
}

fn said<'a>(message: &'a PromptMessage, images: &ImageBytes) -> Message<'a> {
    let part = |bit| match bit {
        Bit::Text(text) => Part::Text { text },
        Bit::Image(picture) => Part::ImageUrl { image_url: ImageUrl { url: picture.data_url() } },
    };
    let content = match turn(message, images, takes_all) {
        Turn::Words(words) => Content::Words(words),
        Turn::Bits(bits) => Content::Parts(bits.into_iter().map(part).collect()),
    };
    Message { role: role(message.role), content }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// OpenAI's newer models take their orders from a developer; nobody else knows that role.
fn system_role(model: &str, house: House) -> &'static str {
    let is_older = ["gpt-3", "gpt-4", "chatgpt-4", "ft:gpt-3", "ft:gpt-4"].iter().any(|start| model.starts_with(start));
    match house {
        House::OpenAi if !is_older => "developer",
        House::OpenAi | House::Other => "system",
    }
}
