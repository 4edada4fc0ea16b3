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

/// The same in another shape in which vendors send words: all so far beside the piece, a part at once, or a whole.
fn shaped(vendor: &str, piece: &Piece, shape: u8) -> Value {
    let mut event = counted(vendor, piece);
    let word = &piece.word;
    match (vendor, shape) {
        ("compatible", 1) => event["choices"][0]["message"] = json!({"content": word}),
        ("compatible", 2) => {
            event["choices"][0]["delta"] = json!({});
            event["choices"][0]["message"] = json!({"content": word});
        }
        ("compatible", 3) => {
            event["choices"][0]["delta"] = json!(null);
            event["choices"][0]["message"] = json!({"content": word});
        }
        ("compatible", 4) => event["choices"][0]["finish_reason"] = json!("stop"),
        ("responses", 1) => event = json!({"type": "response.output_text.done", "text": word}),
        ("responses", 2) => event["type"] = json!("response.refusal.delta"),
        ("anthropic", 1) => {
            event = json!({"type": "content_block_start", "content_block": {"type": "text", "text": word}});
        }
        ("anthropic", 2) => event["delta"] = json!({"type": "thinking_delta", "thinking": word}),
        ("gemini", 1) => event["candidates"][0]["finishReason"] = json!("STOP"),
        ("gemini", 2) => event["candidates"][0]["content"]["parts"][0]["thought"] = json!(true),
        ("gemini", 3) => event["promptFeedback"] = json!({"blockReason": "SAFETY"}),
        _ => {}
    }
    event
}

const SHAPES: std::ops::Range<u8> = 0..5;

/// Pieces with the shape of each: mostly one and the same.
fn shapes() -> impl Strategy<Value = Vec<(Piece, u8)>> {
    let stray = prop::option::weighted(0.1, SHAPES);
    let tag = prop::option::weighted(
        0.2,
        prop::sample::select(vec!["<think>", "<th", "ink>", "</think>", "</th", "\n<think>"]),
    );
    let piece = (piece(), tag).prop_map(|(piece, tag)| Piece { word: tag.map_or(piece.word, str::to_owned), ..piece });
    (SHAPES, prop::collection::vec((piece, stray), 1..20))
        .prop_map(|(usual, pieces)| pieces.into_iter().map(|(piece, stray)| (piece, stray.unwrap_or(usual))).collect())
}

/// What says nothing in any dialect, and makes the next event be looked at.
fn nothing() -> Value {
    json!({"type": "chimera.nothing", "choices": [], "candidates": []})
}

#[test]
fn a_whole_that_grows_beside_empty_pieces_is_said_once() {
    let whole = |words: &str| json!({"choices": [{"delta": {}, "message": {"content": words}}]});
    let piece = |words: &str| json!({"choices": [{"delta": {"content": words}}]});
    let both =
        |piece: &str, words: &str| json!({"choices": [{"delta": {"content": piece}, "message": {"content": words}}]});
    let thought = |thought: &str, words: &str| json!({"choices": [{"delta": {}, "message": {"reasoning": thought, "content": words}}]});
    let compatible = VENDORS.iter().find(|vendor| vendor.name == "compatible").unwrap();

    for (events, text, thoughts) in [
        (vec![whole("A"), whole("A plank"), whole("A plank"), whole("A plank is.")], "A plank is.", ""),
        (vec![whole(" "), whole(" A"), whole(" A plank")], " A plank", ""),
        (vec![whole("\n\n"), whole("\n\n\n"), whole("\n\n\nA")], "\n\n\nA", ""),
        (vec![piece(" "), whole(" A"), whole(" A plank")], " A plank", ""),
        (vec![piece(" "), whole("A"), whole("A plank")], " A plank", ""),
        (vec![piece(" A"), piece(" plank"), whole(" A plank")], " A plank", ""),
        (vec![whole("A"), both(" plank", "A plank"), whole("A plank is")], "A plank", ""),
        (vec![whole("A"), whole("B")], "A", ""),
        (vec![thought("Hm", ""), thought("Hm.", ""), thought("Hm.", "A"), thought("Hm.", "A plank")], "A plank", "Hm."),
    ] {
        let heard = (compatible.read)(&[stream(events.iter().cloned()).as_bytes()]);

        assert_eq!((heard.text.as_str(), heard.reasoning.as_str()), (text, thoughts), "{events:?}");
    }
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
            let apart = events().flat_map(|event| [event, nothing()]);

            let together = (vendor.read)(&[stream(events()).as_bytes()]);
            let apart = (vendor.read)(&[stream(apart).as_bytes()]);

            prop_assert_eq!((together.text, together.usage), (apart.text, apart.usage), "{}", vendor.name);
        }
    }

    #[test]
    fn events_of_any_shape_mean_what_they_mean_when_each_is_understood_anew(pieces in shapes()) {
        for vendor in &VENDORS {
            let events = || pieces.iter().map(|(piece, shape)| shaped(vendor.name, piece, *shape));
            let apart = events().flat_map(|event| [event, nothing()]);

            let together = (vendor.read)(&[stream(events()).as_bytes()]);
            let apart = (vendor.read)(&[stream(apart).as_bytes()]);

            prop_assert_eq!(together, apart, "{}", vendor.name);
        }
    }
}
