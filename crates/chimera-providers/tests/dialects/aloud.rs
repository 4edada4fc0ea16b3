//! Models whose thoughts come in the place of the answer, between tags, from servers that do not part them.

use chimera_core::{ErrorClass, Finish};
use chimera_providers::compatible::{ChatCompletions, ReplyReader};
use chimera_testkit::Heard;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::reading::read;

fn event(delta: &Value, finish: Option<&str>) -> String {
    format!("data: {}\n\n", json!({"choices": [{"delta": delta, "finish_reason": finish}]}))
}

/// An answer that comes in these pieces and ends well.
fn answer(pieces: &[&str]) -> Heard {
    let pieces = pieces.iter().map(|piece| event(&json!({"content": piece}), None));
    let stream: String = pieces.chain([event(&json!({}), Some("stop"))]).collect();
    read::<ChatCompletions>(&[stream.as_bytes()])
}

/// The same in one document.
fn whole(content: &Value) -> Heard {
    let mut reader = ReplyReader::default();
    reader
        .whole(json!({"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}).to_string().as_bytes());
    let mut heard = Heard::default();
    std::iter::from_fn(|| reader.take()).for_each(|event| heard.hear(event));
    heard
}

const ANSWERS: [(&str, &str, &str); 19] = [
    // what comes, thoughts, answer
    ("<think>\nHm.\n</think>\n\nA plank.", "Hm.\n", "A plank."),
    ("\n <think>Hm.</think>A plank.", "Hm.", "\n A plank."),
    ("<thinking>Hm.</think></thinking> A plank.", "Hm.</think>", "A plank."),
    ("<thought>Hm.</thought>A plank.", "Hm.", "A plank."),
    ("<seed:think>Hm.</seed:think>A plank.", "Hm.", "A plank."),
    ("◁think▷Hm ◁.◁/think▷A plank.", "Hm ◁.", "A plank."),
    ("◁A plank.", "", "◁A plank."),
    ("[THINK]Hm.[/THINK]A plank.", "Hm.", "A plank."),
    ("<|channel>thought\nHm.<channel|>A plank.", "Hm.", "A plank."),
    ("<think>\n\n</think>\n\nA plank.", "", "A plank."),
    ("<think>a </thi </think", "a </thi </think", ""),
    ("<think>1 < 2</think>3 > 2</think>", "1 < 2", "3 > 2</think>"),
    ("<think>Hm.</think><think>A plank.</think>", "Hm.", "<think>A plank.</think>"),
    ("What <think>is</think> for.", "", "What <think>is</think> for."),
    ("`<think>` is a tag.</think>", "", "`<think>` is a tag.</think>"),
    ("<thin ice>", "", "<thin ice>"),
    ("<thin", "", "<thin"),
    (" [", "", " ["),
    ("Hm.</think>A plank.", "", "Hm.</think>A plank."),
];

#[test]
fn only_what_begins_with_a_tag_has_thoughts_in_it() {
    for (said, thoughts, text) in ANSWERS {
        for heard in [answer(&[said]), whole(&json!(said))] {
            assert_eq!((heard.reasoning.as_str(), heard.text.as_str()), (thoughts, text), "{said}");
            let end = if text.is_empty() { Err(ErrorClass::EmptyAnswer) } else { Ok(Finish::Stop) };
            assert_eq!(heard.finish(), end, "{said}");
        }
    }
}

#[test]
fn a_beginning_of_a_tag_that_the_line_broke_behind_was_never_said() {
    let stream = event(&json!({"content": "<thi"}), None);

    let heard = read::<ChatCompletions>(&[stream.as_bytes()]);

    assert_eq!((heard.text.as_str(), heard.finish()), ("", Err(ErrorClass::Truncated)));
}

#[test]
fn a_whole_beside_the_pieces_does_not_repeat_their_thoughts() {
    let so_far = |piece: &str, whole: &str| {
        format!("data: {}\n\n", json!({"choices": [{"delta": {"content": piece}, "message": {"content": whole}}]}))
    };
    let stream = [
        so_far("<think>Hm", "<think>Hm"),
        so_far("", "<think>Hm"),
        so_far(".</think>A", "<think>Hm.</think>A"),
        so_far("", "<think>Hm.</think>A"),
        event(&json!({}), Some("stop")),
    ];

    let heard = read::<ChatCompletions>(&[stream.concat().as_bytes()]);

    assert_eq!((heard.reasoning.as_str(), heard.text.as_str()), ("Hm.", "A"));
}

#[test]
fn thoughts_among_the_parts_of_a_whole_answer_are_none_of_its_words() {
    let part = |kind: &str, words: Value| json!({"type": kind, kind: words});
    let parts = [part("thinking", json!([part("text", json!("Ships."))])), part("text", json!("A plank."))];

    let heard = whole(&json!(parts));

    assert_eq!((heard.reasoning.as_str(), heard.text.as_str()), ("Ships.", "A plank."));
}

proptest! {
    #[test]
    fn how_the_pieces_are_cut_makes_no_difference(
        said in prop_oneof![
            prop::sample::select(&ANSWERS[..]).prop_map(|(said, ..)| said.to_owned()),
            "(<think>|</think>|<thi|nk>|</|a|\n| ){1,8}",
        ],
        cuts in prop::collection::vec(any::<Index>(), 0..8),
    ) {
        let place = |cut: &Index| said.floor_char_boundary(cut.index(said.len() + 1));
        let mut places: Vec<usize> = cuts.iter().map(place).chain([0, said.len()]).collect();
        places.sort_unstable();
        let pieces: Vec<&str> = places.windows(2).map(|pair| &said[pair[0]..pair[1]]).collect();

        prop_assert_eq!(answer(&pieces), answer(&[&said]));
    }
}
