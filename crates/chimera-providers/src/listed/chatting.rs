use serde_json::Value;

/// Words in the names of models that are made for something else.
const OTHER_TRADES: [&str; 40] = [
    "asr",
    "audio",
    "babbage",
    "bge",
    "clip",
    "colbert",
    "dall",
    "davinci",
    "diffusion",
    "e5",
    "embed",
    "embedding",
    "embeddings",
    "flux",
    "gte",
    "guard",
    "image",
    "imagen",
    "imagine",
    "lyria",
    "minilm",
    "moderation",
    "moderations",
    "music",
    "ocr",
    "parakeet",
    "realtime",
    "rerank",
    "reranker",
    "sdxl",
    "shieldgemma",
    "sora",
    "speech",
    "stt",
    "transcribe",
    "transcription",
    "tts",
    "veo",
    "video",
    "whisper",
];

/// Whether a model is one to talk with: by what its list says, else by its name. A name may mislead, so nothing hangs on
/// this but which models are offered first.
pub(super) fn chats(id: &str, entries: &[&Value]) -> bool {
    entries.iter().find_map(|entry| said(entry)).unwrap_or_else(|| {
        let id = id.to_lowercase();
        let mut words = id.split(|letter: char| !letter.is_alphanumeric());
        !words.any(|word| is_other_trade(word) || is_other_trade(word.trim_end_matches(|c: char| c.is_ascii_digit())))
    })
}

fn is_other_trade(word: &str) -> bool {
    OTHER_TRADES.binary_search(&word).is_ok()
}

fn said(entry: &Value) -> Option<bool> {
    let written = entry.pointer("/architecture/output_modalities").or_else(|| entry.get("output_modalities"));
    let capabilities = entry.get("capabilities").unwrap_or(&Value::Null);
    written
        .and_then(by_what_it_writes)
        // Mistral and Azure say it by name, Fireworks beside the name, llama.cpp, Ollama, Cohere and Gemini in a list.
        .or_else(|| capabilities.get("completion_chat")?.as_bool())
        .or_else(|| capabilities.get("chat_completion")?.as_bool())
        .or_else(|| entry.get("supports_chat")?.as_bool())
        .or_else(|| Some(words(capabilities)?.any(|can| matches!(can, "completion" | "chat"))))
        .or_else(|| Some(words(entry.get("endpoints")?)?.any(|endpoint| endpoint == "chat")))
        // Gemini's voices and painters answer by the same method.
        .or_else(|| {
            let mut methods = words(entry.get("supportedGenerationMethods")?)?;
            (!methods.any(|method| method == "generateContent")).then_some(false)
        })
        .or_else(|| by_type(entry.get("type")?.as_str()?))
}

fn words(list: &Value) -> Option<impl Iterator<Item = &str>> {
    Some(list.as_array()?.iter().filter_map(Value::as_str))
}

/// As OpenRouter says it. What also speaks or paints is left to its name.
fn by_what_it_writes(modalities: &Value) -> Option<bool> {
    let (texts, others): (Vec<_>, Vec<_>) = words(modalities)?.partition(|modality| *modality == "text");
    match (texts.is_empty(), others.is_empty()) {
        (false, true) => Some(true),
        (true, false) => Some(false),
        (false, false) | (true, true) => None,
    }
}

/// As LM Studio and Together say it. Anthropic calls all of its models `model`.
fn by_type(kind: &str) -> Option<bool> {
    match kind {
        "chat" | "llm" | "vlm" => Some(true),
        "audio" | "embedding" | "embeddings" | "image" | "moderation" | "rerank" | "transcribe" | "video" => {
            Some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_words_of_other_trades_are_in_order() {
        assert!(OTHER_TRADES.is_sorted());
    }

    #[test]
    fn names_tell_what_is_not_to_talk_with() {
        for id in [
            "text-embedding-3-small",
            "nomic-embed-text:latest",
            "text-embedding-nomic-embed-text-v1.5",
            "BAAI/bge-m3",
            "intfloat/multilingual-e5-large",
            "all-minilm:l6-v2",
            "whisper-1",
            "whisper-large-v3-turbo",
            "tts-1-hd",
            "gpt-4o-mini-tts",
            "gpt-4o-transcribe",
            "gpt-4o-realtime-preview",
            "gpt-4o-audio-preview",
            "dall-e-3",
            "gpt-image-1",
            "gemini-2.5-flash-image",
            "gemini-2.5-flash-preview-tts",
            "imagen-4.0-generate-001",
            "veo3",
            "sora-2",
            "omni-moderation-latest",
            "meta-llama/llama-guard-4-12b",
            "rerank-v3.5",
            "mistral-ocr-latest",
            "voxtral-mini-transcribe-2507",
            "black-forest-labs/FLUX.1-schnell",
            "stable-diffusion-xl",
            "davinci-002",
            "grok-imagine-image",
        ] {
            assert!(!chats(id, &[&json!({"id": id})]), "{id}");
        }
        for id in [
            "gpt-5.2",
            "chatgpt-4o-latest",
            "claude-opus-4-8",
            "gemini-3-pro",
            "llama3.2:3b",
            "Qwen/Qwen3-VL-30B-A3B-Instruct",
            "mistral-small-latest",
            "deepseek-reasoner",
            "grok-4",
            "gemma-3n-E4B-it",
            "imaginary-friend-7b",
            "phi-4-mini-flash-reasoning",
            "m",
        ] {
            assert!(chats(id, &[&json!({"id": id})]), "{id}");
        }
    }

    #[test]
    fn what_the_list_says_counts_before_the_name() {
        for (says, expected) in [
            (json!({"architecture": {"output_modalities": ["text"]}}), true),
            (json!({"architecture": {"output_modalities": ["image"]}}), false),
            (json!({"output_modalities": ["embeddings"]}), false),
            (json!({"capabilities": {"completion_chat": true, "vision": false}}), true),
            (json!({"capabilities": {"completion_chat": false}}), false),
            (json!({"capabilities": {"chat_completion": false, "embeddings": true}}), false),
            (json!({"capabilities": ["completion", "multimodal"]}), true),
            (json!({"capabilities": ["embedding"]}), false),
            (json!({"supports_chat": false}), false),
            (json!({"endpoints": ["embed"]}), false),
            (json!({"endpoints": ["generate", "chat"]}), true),
            (json!({"supportedGenerationMethods": ["embedContent"]}), false),
            (json!({"type": "vlm"}), true),
            (json!({"type": "embeddings"}), false),
            (json!({"type": "moderation"}), false),
        ] {
            let misleading = if expected { "my-image-guard" } else { "my-chat-model" };
            assert_eq!(chats(misleading, &[&says]), expected, "{says}");
        }
    }

    #[test]
    fn what_says_nothing_of_it_leaves_it_to_the_name() {
        for says in [
            json!({"architecture": {"output_modalities": ["image", "text"]}}),
            json!({"architecture": {"output_modalities": []}}),
            json!({"supportedGenerationMethods": ["generateContent"]}),
            json!({"type": "model", "capabilities": {"image_input": {"supported": true}}}),
            json!({"type": "language"}),
            json!("bare"),
        ] {
            assert!(chats("m", &[&says]), "{says}");
            assert!(!chats("m-image-preview", &[&says]), "{says}");
        }
    }
}
