use super::*;

/// What stands in the end, when the continuation comes in one piece.
fn joined(said: &str, new: &str) -> String {
    in_pieces(said, "", [new])
}

fn in_pieces<'p>(said: &str, blank: &str, pieces: impl IntoIterator<Item = &'p str>) -> String {
    let mut seam = Seam::behind(said, blank);
    let mut text = said.to_owned();
    for piece in pieces {
        seam.overhear(piece);
        // As the guard passes it on: without blanks in front.
        let words = if text == said && seam.held.is_empty() { piece.trim_start() } else { piece };
        text.push_str(&seam.push(words));
    }
    text.push_str(&seam.finish());
    text
}

#[test]
fn a_repetition_is_trimmed() {
    let table = [
        ("The old lighthouse", "was dark.", "The old lighthouse was dark."),
        ("The old lighthouse", "The old lighthouse was dark.", "The old lighthouse was dark."),
        ("The old lighthouse", "lighthouse was dark.", "The old lighthouse was dark."),
        ("The old light", "lighthouse was dark.", "The old lighthouse was dark."),
        ("The old\n\nlighthouse", "old lighthouse was dark.", "The old\n\nlighthouse was dark."),
        ("The old lighthouse", "…lighthouse was dark.", "The old lighthouse was dark."),
        ("The old lighthouse", "... was dark.", "The old lighthouse was dark."),
        ("The old lighthouse", "The old lighthouse", "The old lighthouse"),
        ("The old lighthouse", "The old harbour.", "The old lighthouse The old harbour."),
        ("灯台は古くて", "古くて暗い。", "灯台は古くて暗い。"),
        ("One, two,", "three.", "One, two, three."),
        ("One, two", ", three.", "One, two, three."),
        ("A half-", "finished story.", "A half-finished story."),
        ("", "Words.", "Words."),
    ];
    for (said, new, expected) in table {
        assert_eq!(joined(said, new), expected, "{said:?} + {new:?}");
    }
}

#[test]
fn a_short_word_that_comes_twice_is_no_repetition() {
    assert_eq!(joined("Whatever it is", "is what it was.").matches("is").count(), 2);
    assert_eq!(joined("The cat and a", "and so on"), "The cat and a and so on");
}

#[test]
fn blanks_on_either_side_of_the_break_are_heeded() {
    assert_eq!(in_pieces("One.", "", ["\n\nTwo."]), "One.\n\nTwo.");
    assert_eq!(in_pieces("One.", "\n", ["Two."]), "One.\nTwo.");
    assert_eq!(in_pieces("古い", " ", ["new"]), "古い new");
    assert_eq!(in_pieces("One", "", [" ", "two"]), "One two");
}

#[test]
fn the_words_are_the_same_however_they_are_cut_into_pieces() {
    let said = "The keeper climbed the stairs of the old light";
    for new in ["of the old lighthouse and lit the lamp.", " and lit the lamp.", "The keeper went down."] {
        let whole = in_pieces(said, "", [new]);
        for at in new.char_indices().map(|(at, _)| at).skip(1) {
            assert_eq!(in_pieces(said, "", [&new[..at], &new[at..]]), whole, "cut at {at} of {new:?}");
        }
        let letters: Vec<_> = new.split("").filter(|letter| !letter.is_empty()).collect();
        assert_eq!(in_pieces(said, "", letters), whole);
    }
}

#[test]
fn a_long_text_is_only_searched_at_its_end() {
    let said = "x ".repeat(100_000);

    assert_eq!(in_pieces(said.trim(), "", ["y"]).len(), said.len() + 1);
}
