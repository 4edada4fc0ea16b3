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
}

fn piece() -> impl Strategy<Value = Piece> {
    let index = prop_oneof![9 => Just(0_u8), 1 => Just(1)];
    (text(), text(), text(), any::<u32>(), index).prop_map(|(word, id, padding, number, index)| Piece {
        word,
        id,
        padding,
        number,
        index,
    })
}

fn event(vendor: &str, piece: &Piece) -> Value {
    let Piece { word, id, padding, number, index } = piece;
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

proptest! {
    #[test]
    fn a_stream_says_what_its_events_say_one_by_one(pieces in prop::collection::vec(piece(), 1..20)) {
        for vendor in &VENDORS {
            let events: Vec<String> = pieces.iter().map(|piece| format!("data: {}\n\n", event(vendor.name, piece))).collect();
            let alone: String = events.iter().map(|event| (vendor.read)(&[event.as_bytes()]).text).collect();

            let together = (vendor.read)(&[events.concat().as_bytes()]);

            prop_assert_eq!(together.text, alone, "{}", vendor.name);
        }
    }
}
