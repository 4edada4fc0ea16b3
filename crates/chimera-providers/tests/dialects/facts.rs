//! Every fact of the tables is read as what it means.

use chimera_core::ErrorClass::*;
use chimera_core::{Finish, ReplyEvent, Usage};
use chimera_providers::reading::{Dialect, Done, Reading};
use chimera_providers::{compatible, gemini};
use chimera_testkit::Heard;
use serde_json::{Value, json};

use crate::reading::read_whole;
use crate::tables::VENDORS;

/// What is heard of `vendor/fact`.
fn heard(written: &str) -> Heard {
    let (vendor, fact) = written.split_once('/').expect("written as vendor/fact");
    let vendor = VENDORS.iter().find(|known| known.name == vendor).expect("a known vendor");
    (vendor.read)(&[&vendor.bytes(fact)])
}

#[test]
fn every_fact_is_read_as_what_it_means() {
    for vendor in &VENDORS {
        for (name, text, end) in vendor.facts {
            let heard = (vendor.read)(&[&vendor.bytes(name)]);

            assert_eq!(heard.text, *text, "{}/{name}: {:?}", vendor.name, heard.end);
            assert_eq!(heard.finish(), *end, "{}/{name}: {:?}", vendor.name, heard.end);
        }
    }
}

#[test]
fn every_fixture_is_a_fact() {
    for vendor in &VENDORS {
        for file in std::fs::read_dir(vendor.folder()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            assert!(vendor.facts.iter().any(|(known, ..)| *known == name), "{}/{name} is in no test", vendor.name);
        }
    }
}

#[test]
fn reasoning_is_kept_apart_from_the_answer() {
    for fact in [
        "compatible/llama_cpp_null_content",
        "compatible/deepseek_reasoning",
        "compatible/openrouter_comments",
        "compatible/only_reasoning",
        "compatible/mistral_parts",
        "compatible/thoughts_aloud",
        "compatible/thoughts_aloud_in_one_piece",
        "compatible/thoughts_aloud_magistral",
        "compatible/thoughts_aloud_unended",
        "anthropic/thinking_apart",
        "anthropic/thinking_alone",
        "gemini/thoughts_apart",
        "gemini/only_thoughts",
        "responses/reasoning_apart",
        "responses/only_reasoning",
        "responses/reasoning_again_at_the_end",
        "responses/reasoning_in_pieces_words_at_the_end",
        "responses/thoughts_aloud",
        "responses/thoughts_aloud_unended",
    ] {
        assert_eq!(heard(fact).reasoning, "Ships. Hm.", "{fact}");
    }
}

#[test]
fn the_last_number_of_each_kind_is_the_usage_wherever_a_server_puts_it() {
    let usage = |input, output, cached, reasoning| {
        let (input_tokens, output_tokens) = (Some(input), Some(output));
        Some(Usage {
            input_tokens,
            output_tokens,
            cached_tokens: cached,
            reasoning_tokens: reasoning,
            estimated: false,
        })
    };

    for fact in ["openai", "deepseek_reasoning", "openrouter_comments"] {
        assert_eq!(heard(&format!("compatible/{fact}")).usage, usage(19, 4, Some(8), Some(1)), "{fact}");
    }
    for fact in ["groq_usage", "mistral_parts", "absurd_usage"] {
        assert_eq!(heard(&format!("compatible/{fact}")).usage, usage(19, 4, None, None), "{fact}");
    }
    // xAI counts 94 tokens of thoughts beside 9 of words, and sends a bill for both.
    assert_eq!(heard("compatible/xai_thoughts_beside").usage, usage(32, 103, Some(8), Some(94)));
    assert_eq!(heard("compatible/no_done").usage, None);
    // Later numbers leave the input out: it stays known. What the cache gave is input, too.
    assert_eq!(heard("anthropic/usage_merged").usage, usage(19, 4, Some(6), None));
    assert_eq!(heard("anthropic/message_start_twice").usage, usage(23, 4, Some(0), None));
    // The number of the prompt's tokens is corrected by the last event.
    assert_eq!(heard("gemini/generate_content").usage, usage(9, 4, None, None));
    assert_eq!(heard("gemini/thoughts_apart").usage, usage(10, 10, Some(8), Some(6)));
    assert_eq!(heard("responses/responses").usage, usage(19, 4, Some(8), Some(1)));
    assert_eq!(heard("responses/cut_before_the_last_event").usage, None);
    assert_eq!(
        heard("anthropic/cut_between_events").usage,
        usage(19, 1, Some(0), None),
        "what a cut answer cost so far"
    );
}

#[test]
fn the_model_that_answers_is_named() {
    for (fact, model) in [
        ("compatible/openrouter_comments", "vendor/m-0711"),
        ("compatible/azure_prompt_filter_first", "m"),
        ("anthropic/messages", "claude-m"),
        ("gemini/generate_content", "gemini-m"),
        ("responses/responses", "gpt-m"),
    ] {
        assert_eq!(heard(fact).model.as_deref(), Some(model));
    }
}

#[test]
fn an_error_keeps_what_the_vendor_said() {
    for (fact, words) in [
        ("compatible/error_openrouter", "Rate limit exceeded upstream"),
        ("compatible/error_event_plain_words", "upstream connect error"),
        ("anthropic/refused_without_a_word", "This looks like an attack."),
        ("anthropic/error_first", "Overloaded"),
        ("gemini/prompt_blocked", "PROHIBITED_CONTENT"),
        ("gemini/recitation_without_content", "too close to a source"),
        ("gemini/malformed_call_without_words", "MALFORMED_FUNCTION_CALL"),
        ("gemini/error_unframed_after_words", "currently unavailable"),
        ("responses/quota_after_created", "check your plan"),
        ("responses/failed_after_words", "Sorry."),
    ] {
        let heard = heard(fact);
        assert!(heard.error().detail.contains(words), "{fact}: {}", heard.error());
    }
    assert_eq!(heard("compatible/error_openrouter").error().status, Some(429));
    let wait = heard("gemini/error_unframed_quota").error().retry_after;
    assert_eq!(wait, Some(std::time::Duration::from_millis(34_400)));
}

#[test]
fn of_events_that_gemini_sends_as_one_list_the_words_are_kept_and_an_error_behind_them_is_one() {
    let half = json!({"candidates": [{"content": {"parts": [{"text": "A plank"}]}}]});
    let error = json!({"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}});
    let rest = json!({"candidates": [{"content": {"parts": [{"text": " is."}]}, "finishReason": "STOP"}]});

    for (events, text, end) in [
        (json!([half, rest]), "A plank is.", Ok(Finish::Stop)),
        (json!([half, error]), "A plank", Err(Overloaded)),
        (json!([error]), "", Err(Overloaded)),
    ] {
        let heard = read_whole::<gemini::GenerateContent>(events.to_string().as_bytes());

        assert_eq!((&*heard.text, heard.finish()), (text, end), "{events}");
    }
}

#[test]
fn a_stream_of_nonsense_is_given_up() {
    for vendor in &VENDORS {
        let nonsense = "data: {not json\n\n".repeat(200);

        assert_eq!((vendor.read)(&[nonsense.as_bytes()]).finish(), Err(Malformed), "{}", vendor.name);
    }
}

#[test]
fn a_server_that_counts_nothing_tells_no_usage() {
    let zero = json!({"prompt_tokens": 0, "completion_tokens": 0, "input_tokens": 0, "output_tokens": 0,
        "promptTokenCount": 0, "candidatesTokenCount": 0});
    for (vendor, event) in [
        ("compatible", json!({"choices": [{"delta": {"content": "A"}, "finish_reason": "stop"}], "usage": zero})),
        ("anthropic", json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": zero})),
        ("gemini", json!({"candidates": [{"content": {"parts": [{"text": "A"}]}}], "usageMetadata": zero})),
        ("responses", json!({"type": "response.completed", "response": {"status": "completed", "usage": zero}})),
    ] {
        let read = VENDORS.iter().find(|known| known.name == vendor).unwrap().read;

        assert_eq!(read(&[format!("data: {event}\n\n").as_bytes()]).usage, None, "{vendor}");
    }
}

#[test]
fn a_reason_before_the_first_word_does_not_end_the_wait_for_it() {
    fn after<D: Dialect>(events: &[Value]) -> Option<Done> {
        let mut reader = Reading::<D>::default();
        events.iter().for_each(|event| reader.push(format!("data: {event}\r\n\r\n").as_bytes()));
        reader.finished_after()
    }
    let gemini = |parts: Value, reason: Option<&str>| json!({"candidates": [{"content": {"parts": parts}, "finishReason": reason}]});
    let compatible =
        |delta: Value, reason: Option<&str>| json!({"choices": [{"delta": delta, "finish_reason": reason}]});
    let (thought, word) = (json!([{"text": "Hm.", "thought": true}]), json!([{"text": "A plank."}]));
    let gemini = [
        gemini(json!([]), Some("STOP")),
        gemini(thought.clone(), None),
        gemini(thought, Some("STOP")),
        gemini(word.clone(), None),
        gemini(word, Some("STOP")),
    ];
    let (thought, word) = (json!({"reasoning": "Hm."}), json!({"content": "A plank."}));
    let compatible = [
        compatible(json!({}), Some("stop")),
        compatible(thought.clone(), None),
        compatible(thought, Some("stop")),
        compatible(word.clone(), None),
        compatible(word, Some("stop")),
    ];

    for (events, done) in [(1, None), (2, None), (3, Some(Done::Thought)), (4, None), (5, Some(Done::Spoke))] {
        assert_eq!(after::<gemini::GenerateContent>(&gemini[..events]), done, "{events}");
        assert_eq!(after::<compatible::ChatCompletions>(&compatible[..events]), done, "{events}");
    }
}

#[test]
fn words_that_came_in_one_read_are_one_also_where_each_brings_its_numbers() {
    let event = |part: &str, tokens: u32| {
        format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{part}]}}}}],\"usageMetadata\":{{\"promptTokenCount\":9,\"candidatesTokenCount\":{tokens}}}}}\r\n\r\n"
        )
    };
    let thought = |text: &str, tokens| event(&format!("{{\"text\":\"{text}\",\"thought\":true}}"), tokens);
    let word = |text: &str, tokens| event(&format!("{{\"text\":\"{text}\"}}"), tokens);
    let mut reader = Reading::<gemini::GenerateContent>::default();

    let events = [thought("Ships. ", 1), thought("Hm.", 2), word("A plank", 3), word(" is", 4), word(" a promise.", 5)];
    reader.push(events.concat().as_bytes());

    let heard: Vec<ReplyEvent> = std::iter::from_fn(|| reader.take()).map(|event| event.unwrap()).collect();
    let counted = |tokens| Usage { input_tokens: Some(9), output_tokens: Some(tokens), ..Usage::default() };
    assert_eq!(
        heard,
        [
            ReplyEvent::Reasoning("Ships. Hm.".into()),
            ReplyEvent::Usage(counted(2)),
            ReplyEvent::Text("A plank is a promise.".into()),
            ReplyEvent::Usage(counted(5)),
        ]
    );
}
