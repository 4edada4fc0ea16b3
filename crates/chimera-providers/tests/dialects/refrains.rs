//! An event is not understood anew when the one before it was the same but for its word. That may not show.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::tables::VENDORS;

/// Texts that stand for themselves in JSON, and texts that do not.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{1,6}",
        1 => prop::sample::select(vec!["", " ", "\"", "\\", "\n", "\t", "船", "🦁", "error", "\"error\"", "\"id\":\"x\"", "{}", "null"])
            .prop_map(str::to_owned),
    ]
}

#[derive(Debug, Clone)]
struct Piece {
    word: String,
    id: String,
    padding: String,
    number: u32,
    index: u8,
    used: Value,
}

/// What an event says of tokens: mostly numbers that grow, now and then none at all or nonsense.
fn used() -> impl Strategy<Value = Value> {
    let odd = vec![
        json!(null),
        json!({}),
        json!([]),
        json!({"completion_tokens": "many", "candidatesTokenCount": -1}),
        json!({"note": "}\"{", "prompt_tokens": 3, "promptTokenCount": 3}),
    ];
    prop_oneof![
        4 => (any::<u16>(), any::<u16>()).prop_map(|(input, output)| json!({"prompt_tokens": input, "completion_tokens": output,
            "promptTokenCount": input, "candidatesTokenCount": output, "details": [{"modality": "TEXT"}]})),
        1 => prop::sample::select(odd),
    ]
}

fn piece() -> impl Strategy<Value = Piece> {
    let index = prop_oneof![9 => Just(0_u8), 1 => Just(1)];
    (text(), text(), text(), any::<u32>(), index, used()).prop_map(|(word, id, padding, number, index, used)| Piece {
        word,
        id,
        padding,
        number,
        index,
        used,
    })
}

fn event(vendor: &str, piece: &Piece) -> Value {
    let Piece { word, id, padding, number, index, used: _ } = piece;
    match vendor {
        "compatible" => json!({"id": id, "created": number, "obfuscation": padding,
            "choices": [{"index": index, "delta": {"content": word}, "finish_reason": null}], "usage": null}),
        "responses" => json!({"type": "response.output_text.delta", "item_id": id, "sequence_number": number,
            "delta": word, "obfuscation": padding}),
        "anthropic" => json!({"type": "content_block_delta", "index": index, "id": id, "sequence_number": number,
            "delta": {"type": "text_delta", "text": word}, "obfuscation": padding}),
        "gemini" => json!({"candidates": [{"content": {"parts": [{"text": word}]}, "index": index}], "id": id,
            "created": number, "obfuscation": padding}),
        other => panic!("no events of {other}"),
    }
}

/// The same with what has been used so far, where such events tell it.
fn counted(vendor: &str, piece: &Piece) -> Value {
    let mut event = event(vendor, piece);
    match vendor {
        "compatible" => event["usage"] = piece.used.clone(),
        "gemini" => event["usageMetadata"] = piece.used.clone(),
        _ => {}
    }
    event
}

fn stream(events: impl Iterator<Item = Value>) -> String {
    events.map(|event| format!("data: {event}\n\n")).collect()
}

proptest! {
    #[test]
    fn a_stream_says_what_its_events_say_one_by_one(pieces in prop::collection::vec(piece(), 1..20)) {
        for vendor in &VENDORS {
            let event = |piece| event(vendor.name, piece);
            let alone = pieces.iter().map(|piece| (vendor.read)(&[stream([event(piece)].into_iter()).as_bytes()]).text);

            let together = (vendor.read)(&[stream(pieces.iter().map(event)).as_bytes()]);

            prop_assert_eq!(together.text, alone.collect::<String>(), "{}", vendor.name);
        }
    }

    #[test]
    fn numbers_beside_the_words_count_as_if_each_event_were_understood_anew(pieces in prop::collection::vec(piece(), 1..20)) {
        for vendor in &VENDORS {
            let events = || pieces.iter().map(|piece| counted(vendor.name, piece));
            // An event that says nothing makes the next one be looked at.
            let apart = events().flat_map(|event| [event, json!({"type": "chimera.nothing", "choices": [], "candidates": []})]);

            let together = (vendor.read)(&[stream(events()).as_bytes()]);
            let apart = (vendor.read)(&[stream(apart).as_bytes()]);

            prop_assert_eq!((together.text, together.usage), (apart.text, apart.usage), "{}", vendor.name);
        }
    }
}
