//! Nearly all events of a stream are the same but for one word, and what is the same need not be understood again.
//!
//! This is no second parser: all it knows of JSON is that a text without quotes, backslashes and control characters
//! stands for itself, and so does a row of digits. An event that equals the one before it in every byte around such
//! places says another word and does nothing else that the one before it did not do.

use std::ops::Range;

use memchr::{memchr2, memmem};

/// Fields that differ from event to event and that no dialect reads: padding, running numbers, names of the event.
const UNREAD: [&str; 5] = [r#""id":"#, r#""item_id":"#, r#""created":"#, r#""obfuscation":"#, r#""sequence_number":"#];

/// The event before this one, if all it did was to say one word.
#[derive(Debug, Default, Clone)]
pub(super) struct Refrain {
    name: String,
    data: String,
    /// Where events like it differ, in their order; none, if it did something else.
    gaps: Vec<Gap>,
}

#[derive(Debug, Clone)]
struct Gap {
    place: Range<usize>,
    holds: Holds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Word,
    Text,
    Number,
}

impl Refrain {
    /// The word of an event that differs in nothing else from the one before it, or in nothing that anybody reads.
    pub(super) fn word<'d>(&self, name: &str, data: &'d str) -> Option<&'d str> {
        if self.gaps.is_empty() || name != self.name {
            return None;
        }
        let (mut known, mut rest, mut word) = (0, data, "");
        for Gap { place, holds } in &self.gaps {
            rest = rest.strip_prefix(&self.data[known..place.start])?;
            let (inside, behind) = rest.split_at(holds.measure(rest)?);
            if *holds == Holds::Word {
                word = inside;
            }
            (known, rest) = (place.end, behind);
        }
        (rest == &self.data[known..] && !word.is_empty()).then_some(word)
    }

    /// Keeps an event with the place of the word that was all it said, or forgets what it knew.
    pub(super) fn learn(&mut self, name: &str, data: &str, word: Option<Range<usize>>) {
        self.gaps.clear();
        let Some(word) = word.filter(|word| is_word(data, word)) else { return };
        let unread = UNREAD.iter().filter_map(|key| gap(data, key)).filter(|gap| gap.place.start != word.start);
        self.gaps.extend(unread);
        self.gaps.push(Gap { place: word, holds: Holds::Word });
        self.gaps.sort_unstable_by_key(|gap| gap.place.start);
        for (kept, new) in [(&mut self.name, name), (&mut self.data, data)] {
            kept.clear();
            kept.push_str(new);
        }
    }
}

impl Holds {
    /// How long what it holds is at the start of this.
    fn measure(self, text: &str) -> Option<usize> {
        match self {
            Self::Word | Self::Text => {
                let end = memchr2(b'"', b'\\', text.as_bytes())?;
                let is_plain = text.as_bytes()[end] == b'"' && text.bytes().take(end).all(|byte| byte >= 0x20);
                is_plain.then_some(end)
            }
            Self::Number => {
                let end = text.bytes().position(|byte| !byte.is_ascii_digit())?;
                let is_plain = end == 1 || (end > 1 && !text.starts_with('0'));
                is_plain.then_some(end)
            }
        }
    }
}

/// Whether a text in quotes lies there that stands for itself. An empty one says nothing, which is something else than
/// a word.
fn is_word(data: &str, word: &Range<usize>) -> bool {
    let parts = data.get(..word.start).zip(data.get(word.start..));
    parts.is_some_and(|(before, from)| {
        before.ends_with('"') && !word.is_empty() && Holds::Word.measure(from) == Some(word.len())
    })
}

/// The value of a field that nobody reads. The event was understood, so these letters are a key, unless their first
/// quote is one within a text.
fn gap(data: &str, key: &str) -> Option<Gap> {
    let at = memmem::find(data.as_bytes(), key.as_bytes()).filter(|at| !data[..*at].ends_with('\\'))?;
    let value = at + key.len();
    let value = value + data[value..].bytes().take_while(|byte| *byte == b' ').count();
    let (start, holds) = match data.as_bytes().get(value)? {
        b'"' => (value + 1, Holds::Text),
        b'0'..=b'9' => (value, Holds::Number),
        _ => return None,
    };
    let end = start + holds.measure(&data[start..])?;
    let is_whole = holds == Holds::Text || matches!(data.as_bytes().get(end), Some(b',' | b'}' | b' '));
    is_whole.then_some(Gap { place: start..end, holds })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = r#"{"delta":{"content":""#;
    const BEHIND: &str = r#""},"finish_reason":null}"#;

    fn event(word: &str) -> String {
        format!("{BEFORE}{word}{BEHIND}")
    }

    fn knowing(word: &str) -> Refrain {
        let mut refrain = Refrain::default();
        refrain.learn("", &event(word), Some(BEFORE.len()..BEFORE.len() + word.len()));
        refrain
    }

    #[test]
    fn the_same_event_with_another_word_is_known() {
        let refrain = knowing(" plank");

        for word in [" is", "船", "error", "🦁 and more", "}", "null"] {
            assert_eq!(refrain.word("", &event(word)), Some(word));
        }
    }

    #[test]
    fn whatever_differs_in_more_is_not() {
        let refrain = knowing(" plank");

        assert_eq!(refrain.word("message", &event(" is")), None, "it has another name");
        assert_eq!(refrain.word("", &event(" is").replace("null", "\"stop\"")), None);
        assert_eq!(refrain.word("", &event(" is").replace("delta", "message")), None);
        for word in ["", r#"a","refusal":"b"#, r"a\n", r"a\", "a\tb"] {
            assert_eq!(refrain.word("", &event(word)), None, "{word:?}");
        }
    }

    #[test]
    fn what_was_not_a_plain_word_alone_is_not_learned_and_takes_what_was_known() {
        for (word, place) in [(r"a\n", Some(0..3)), ("7", None), ("", Some(0..0))] {
            let mut refrain = knowing(" plank");
            let place = place.map(|place| place.start + BEFORE.len()..place.end + BEFORE.len());

            refrain.learn("", &event(word), place);

            assert_eq!(refrain.word("", &event(" is")), None, "{word:?}");
        }
        let mut number = Refrain::default();
        number.learn("", r#"{"text":7}"#, Some(8..9));
        assert_eq!(number.word("", r#"{"text":8}"#), None, "a number is no word");
    }

    const PADDED: &str =
        r#"{"id":"c-1","item_id": "i","delta":"plank","obfuscation":"x9","sequence_number":7,"created":12}"#;

    fn padded() -> Refrain {
        let mut refrain = Refrain::default();
        let at = PADDED.find("plank").unwrap();
        refrain.learn("", PADDED, Some(at..at + "plank".len()));
        refrain
    }

    #[test]
    fn fields_that_nobody_reads_may_differ() {
        let refrain = padded();

        for (from, to) in
            [("c-1", "c-2"), ("x9", ""), ("x9", "船"), (":7", ":123456"), (":12", ":0"), ("\"i\"", "\"\"")]
        {
            assert_eq!(refrain.word("", &PADDED.replace(from, to)), Some("plank"), "{from} becomes {to}");
        }
        let all = PADDED.replace("plank", " is").replace("x9", "aK39fj2").replace(":7", ":8").replace(":12", ":13");
        assert_eq!(refrain.word("", &all), Some(" is"));
    }

    #[test]
    fn what_is_in_the_place_of_such_a_field_but_no_plain_value_is_looked_at() {
        let refrain = padded();

        for (from, to) in [
            ("x9", r"x\n"),
            ("x9", r#"x","refusal":"no"#),
            ("x9", "a\tb"),
            (":7", ":-7"),
            (":7", ":07"),
            (":7", ":7.5"),
            (":7", r#":7,"usage":{}"#),
            (":7", ":null"),
            (r#""c-1""#, "7"),
        ] {
            assert_eq!(refrain.word("", &PADDED.replace(from, to)), None, "{from} becomes {to}");
        }
    }

    #[test]
    fn the_name_of_such_a_field_within_a_text_is_text() {
        let data = r#"{"note":"\"id\":\"a\"","delta":"plank"}"#;
        let at = data.find("plank").unwrap();
        let mut refrain = Refrain::default();

        refrain.learn("", data, Some(at..at + "plank".len()));

        assert_eq!(refrain.word("", data), Some("plank"));
        assert_eq!(refrain.word("", &data.replace(r#"\"a\""#, r#"\"b\""#)), None);
    }
}
