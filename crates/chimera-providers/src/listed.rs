//! What a server's own list of models says of one, in whichever of the usual words.

mod chatting;

use chimera_core::{ModelFacts, Price, PriceSource};
use serde_json::Value;

use crate::ModelInfo;

/// A model of a list, of which these entries speak.
pub(crate) fn model(id: &str, label: &str, facts: ModelFacts, entries: &[&Value]) -> ModelInfo {
    ModelInfo { chats: chatting::chats(id, entries), ..ModelInfo::new(id, label, facts) }
}

/// The same list with those first that one can talk with, each in the server's order.
pub(crate) fn those_that_chat_first(mut models: Vec<ModelInfo>) -> Vec<ModelInfo> {
    models.sort_by_key(|model| !model.chats);
    models
}

/// Of an entry as servers with the OpenAI-compatible protocol write it.
pub(crate) fn facts(entry: &Value) -> ModelFacts {
    let top = entry.get("top_provider").unwrap_or(&Value::Null);
    let context = ["context_length", "context_window", "max_context_length", "max_model_len"];
    ModelFacts {
        // A router says how much a model holds, and how much of that is served by whom it would ask first.
        context_tokens: [count(entry, &context), count(top, &context[..1])]
            .into_iter()
            .flatten()
            .min()
            .or_else(|| count(entry.get("meta")?, &["n_ctx"])),
        max_output_tokens: count(top, &["max_completion_tokens"])
            .or_else(|| count(entry, &["max_completion_tokens", "max_output_length", "max_output_tokens"])),
        sees_images: sees(entry),
        image_tokens: None,
        price: price(entry.get("pricing").unwrap_or(&Value::Null)),
    }
}

/// The first of these numbers that is there and says something.
pub(crate) fn count(entry: &Value, names: &[&str]) -> Option<u32> {
    let mut numbers = names.iter().filter_map(|name| u32::try_from(entry.get(*name)?.as_u64()?).ok());
    numbers.find(|count| *count > 0)
}

fn sees(entry: &Value) -> Option<bool> {
    let holds = |list: &Value, words: &[&str]| {
        Some(list.as_array()?.iter().filter_map(Value::as_str).any(|word| words.contains(&word)))
    };
    let modalities = entry.pointer("/architecture/input_modalities").or_else(|| entry.get("input_modalities"));
    let capabilities = entry.get("capabilities");
    modalities
        .and_then(|list| holds(list, &["image"]))
        // Mistral says it by name, llama.cpp and Ollama in a list.
        .or_else(|| capabilities?.get("vision")?.as_bool())
        .or_else(|| holds(capabilities?, &["multimodal", "vision"]))
}

/// As OpenRouter writes it: dollars for one token, as text. What is priced otherwise, as of a router that picks the
/// model itself, is negative there.
fn price(pricing: &Value) -> Option<Price> {
    let rate = |name: &str| {
        let dollars: f64 = pricing.get(name)?.as_str()?.parse().ok()?;
        let millionths = (dollars * 1e12).round();
        (0.0..=f64::from(u32::MAX)).contains(&millionths).then_some(millionths as u32)
    };
    Some(Price {
        input: rate("prompt")?,
        output: rate("completion")?,
        cached_input: rate("input_cache_read"),
        as_of: jiff::Timestamp::now().strftime("%F").to_string(),
        source: PriceSource::Server,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_of_openrouter_tells_everything() {
        let entry = json!({
            "id": "a/b", "context_length": 1_000_000, "top_provider": {"max_completion_tokens": 64_000},
            "architecture": {"input_modalities": ["text", "image", "file"], "output_modalities": ["text"]},
            "pricing": {"prompt": "0.000003", "completion": "0.000015", "input_cache_read": "0.0000003", "image": "0"},
        });

        let facts = facts(&entry);

        assert_eq!((facts.context_tokens, facts.max_output_tokens), (Some(1_000_000), Some(64_000)));
        assert_eq!(facts.sees_images, Some(true));
        let price = facts.price.unwrap();
        assert_eq!((price.input, price.output, price.cached_input), (3_000_000, 15_000_000, Some(300_000)));
        assert_eq!(price.source, PriceSource::Server);
        assert_eq!(price.as_of.len(), "2026-11-22".len());
    }

    #[test]
    fn the_smaller_of_what_a_model_holds_and_what_is_served_of_it_is_its_context() {
        let context = |model: Value, served: Value| {
            facts(&json!({"context_length": model, "top_provider": {"context_length": served}})).context_tokens
        };

        assert_eq!(context(json!(1_000_000), json!(262_144)), Some(262_144));
        assert_eq!(context(json!(131_072), json!(262_144)), Some(131_072));
        assert_eq!(context(json!(131_072), json!(null)), Some(131_072));
        assert_eq!(context(json!(131_072), json!(0)), Some(131_072));
        assert_eq!(context(json!(null), json!(32_768)), Some(32_768));
    }

    #[test]
    fn free_is_a_price_and_an_unknown_one_is_none() {
        let price = |pricing: Value| facts(&json!({"pricing": pricing})).price.map(|price| (price.input, price.output));

        assert_eq!(price(json!({"prompt": "0", "completion": "0"})), Some((0, 0)));
        assert_eq!(price(json!({"prompt": "-1", "completion": "-1"})), None);
        assert_eq!(price(json!({"prompt": "0.1", "completion": "9e99"})), None);
        assert_eq!(price(json!({"prompt": 0.6, "completion": 0.6})), None, "for how many tokens is not said");
        assert_eq!(price(json!("free")), None);
    }

    #[test]
    fn sight_is_told_in_three_ways_and_silence_is_no_blindness() {
        let sees = |entry: Value| facts(&entry).sees_images;

        assert_eq!(sees(json!({"architecture": {"input_modalities": ["text"]}})), Some(false));
        assert_eq!(sees(json!({"capabilities": {"vision": true, "completion_chat": true}})), Some(true));
        assert_eq!(sees(json!({"capabilities": ["completion", "multimodal"]})), Some(true));
        assert_eq!(sees(json!({"capabilities": {"completion_chat": true}})), None);
        assert_eq!(sees(json!({"id": "m"})), None);
    }
}
