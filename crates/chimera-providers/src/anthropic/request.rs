use chimera_core::{ImageBytes, PromptMessage, ReplyRequest, Role};

use super::wire::{AskedBlock, Content, Message, Question, Source};
use crate::habits::Quirks;
use crate::pictures::{Bit, Picture, Turn, takes_all, turn};
use crate::turns::turns;

/// What a turn may cost where nobody set a limit; every model allows as many.
const USUAL_LIMIT: u32 = 4096;
/// The first version that takes no sampling parameters any more.
const WITHOUT_SAMPLING: (u32, u32) = (4, 7);

/// The question in this dialect, without what the model has been found not to take.
pub(super) fn body(request: &ReplyRequest, quirks: Quirks) -> Vec<u8> {
    let turns = turns(&request.messages);
    let takes_temperature = takes_sampling(&request.model) && !quirks.no_temperature;
    let temperature = request.sampling.temperature.filter(|_| takes_temperature);
    let stops = request.stop.iter().map(String::as_str).filter(|stop| !quirks.no_stop && !stop.trim().is_empty());
    let question = Question {
        model: &request.model,
        max_tokens: request.sampling.max_output_tokens.unwrap_or(USUAL_LIMIT),
        system: &request.system,
        messages: turns.iter().map(|turn| said(turn, &request.images)).collect(),
        stream: true,
        // Elsewhere it goes up to 2.
        temperature: temperature.map(|temperature| temperature.min(1.0)),
        stop_sequences: stops.collect(),
    };
    serde_json::to_vec(&question).expect("texts and numbers are always JSON")
}

fn said<'a>(message: &'a PromptMessage, images: &ImageBytes) -> Message<'a> {
    let block = |bit| match bit {
        Bit::Text(text) => AskedBlock::Text { text },
        Bit::Image(Picture { media_type, base64: data }) => {
            AskedBlock::Image { source: Source::Base64 { media_type, data } }
        }
    };
    let content = match turn(message, images, takes_all) {
        Turn::Words(words) => Content::Words(words),
        Turn::Bits(bits) => Content::Blocks(bits.into_iter().map(block).collect()),
    };
    Message { role: name(message.role), content }
}

fn name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
    }
}

/// Whether a model still takes a temperature: a Claude by the version in its name, and one without a version is taken
/// for a new one, for a temperature that is left out does less harm than a request that is refused. Others, which speak
/// this protocol too, take it.
fn takes_sampling(model: &str) -> bool {
    if !model.to_ascii_lowercase().contains("claude") {
        return true;
    }
    let numbers = model.split(['-', '.', '@', ':', '/']).filter(|part| part.len() <= 2).map(str::parse::<u32>);
    let mut numbers = numbers.flatten();
    let version = numbers.next().map(|major| (major, numbers.next().unwrap_or(0)));
    version.is_some_and(|version| version < WITHOUT_SAMPLING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temperature_is_for_models_that_still_take_one() {
        for older in
            ["claude-3-opus-20240229", "claude-3-5-sonnet-latest", "claude-sonnet-4-20250514", "claude-opus-4-6"]
        {
            assert!(takes_sampling(older), "{older}");
        }
        for newer in ["claude-opus-4-7", "anthropic/claude-opus-4.8", "claude-sonnet-5", "claude-next"] {
            assert!(!takes_sampling(newer), "{newer}");
        }
        for other in ["qwen3-8b", "deepseek-chat", "glm-5", "local"] {
            assert!(takes_sampling(other), "{other}");
        }
    }
}
