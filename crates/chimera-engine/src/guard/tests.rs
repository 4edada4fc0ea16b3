use proptest::prelude::*;

use super::Guard;

fn guard() -> Guard {
    Guard::new("Ada", ["Ben", "Ada Lovelace", "User"])
}

/// What is passed on of an answer in these pieces, and whether the guard ended it.
fn passed(pieces: &[&str]) -> (String, bool) {
    let mut guard = guard();
    let mut passed: String = pieces.iter().map(|piece| guard.push(piece)).collect();
    let over = guard.is_over();
    passed.push_str(&guard.finish());
    (passed, over)
}

fn whole(text: &str) -> String {
    passed(&[text]).0
}

#[test]
fn the_speakers_own_name_in_front_is_dropped() {
    for text in ["Ada: Hello", "ada : Hello", "**Ada:** Hello", "**Ada**: Hello", "\n Ada:\nHello", "Ada： Hello"] {
        assert_eq!(whole(text), "Hello", "of {text:?}");
    }
    assert_eq!(whole("Ada: Ada: Hello"), "Hello", "some models repeat themselves");
}

#[test]
fn emphasis_behind_a_name_belongs_to_the_words() {
    assert_eq!(whole("Ada: *waves*"), "*waves*");
    assert_eq!(whole("*Ada* waves"), "*Ada* waves");
}

#[test]
fn a_name_without_a_colon_is_a_word_like_any_other() {
    for text in ["Ada", "Ada is my name", "Adam: who?", "**Ada:", "Ada Lovelace: she was first"] {
        assert_eq!(whole(text), text);
    }
}

#[test]
fn the_answer_is_over_where_a_line_of_another_begins() {
    for text in ["Hello.\nBen: hi", "Hello.\n\n  **Ben**: hi", "Hello.\nUSER: hi", "Hello.\nada lovelace:"] {
        assert_eq!(passed(&[text]), ("Hello.".into(), true), "of {text:?}");
    }
}

#[test]
fn whoever_is_addressed_first_or_in_a_line_does_not_end_it() {
    for text in ["Ben: what do you say?", "I asked Ben: why?", "Hello.\nBenjamin: no", "Hello.\nBen agrees: yes"] {
        assert_eq!(passed(&[text]), (text.into(), false));
    }
}

#[test]
fn nothing_is_passed_on_after_the_end() {
    assert_eq!(passed(&["Hello.\nBen:", " hi\nAda: again"]), ("Hello.".into(), true));
}

#[test]
fn blanks_around_an_answer_are_dropped_and_those_within_are_kept() {
    assert_eq!(whole(" \n\tfirst  \n\n  second\r\n "), "first  \n\n  second");
    assert_eq!(whole(" \n "), "");
}

#[test]
fn a_flood_of_blanks_takes_no_memory() {
    let mut guard = guard();
    guard.push("so");
    for _ in 0..1000 {
        guard.push(&"\n".repeat(1000));
    }

    assert!(guard.push("on").len() < 10_000);
}

#[test]
fn what_cannot_become_a_name_is_passed_on_at_once() {
    let mut guard = guard();

    assert_eq!(guard.push("Good"), "Good");
    assert_eq!(guard.push(" day,\nB"), " day,");
    assert_eq!(guard.push("r"), "\nBr");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn the_same_words_are_passed_on_however_the_answer_is_cut(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "Ada", "Ben", "ada lovelace", "User", ":", "：", "*", "**", " ", "\n", "\r\n", "é", "😀", "x", "A", "B",
            ]),
            0..24,
        ),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let text = parts.concat();
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| ends[cut.index(ends.len())]).chain([0, text.len()]).collect();
        cuts.sort_unstable();
        let pieces: Vec<&str> = cuts.windows(2).map(|two| &text[two[0]..two[1]]).collect();

        let (cut, _) = passed(&pieces);

        prop_assert_eq!(&cut, &whole(&text));
        prop_assert_eq!(cut.trim(), &cut, "no blanks are left around it");
    }
}
