//! Nearly all events of a stream are the same but for one word, and what is the same need not be understood again.
//!
//! This is no second parser: all it knows of JSON is that a text without quotes, backslashes and control characters
//! stands for itself, and so does a row of digits; a word with backslashes is given to the parser alone. An event that
//! equals the one before it in every byte around such places says another word and does nothing else that the one before
//! it did not do. Numbers of tokens, which some vendors send with every word, are cut out of it for the dialect to read.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr2, memmem};

/// Fields that differ from event to event and that no dialect reads: padding, running numbers, names of the event.
const UNREAD: [&str; 5] = [r#""id":"#, r#""item_id":"#, r#""created":"#, r#""obfuscation":"#, r#""sequence_number":"#];

/// Under which names dialects read what has been used so far.
const USED: [&str; 2] = [r#""usage":"#, r#""usageMetadata":"#];

/// What an event says that is like the one before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Again<'d> {
    pub word: Cow<'d, str>,
    /// The object with the numbers of tokens, where the one before it had one.
    pub used: Option<&'d str>,
}

/// What an event said besides its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    /// What has been used so far, and nothing more.
    Numbers,
}

/// The event before this one, if all it did was to say one word, and perhaps numbers.
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
    Used,
}

impl Refrain {
    /// What is said by an event that differs in nothing else from the one before it, or in nothing that anybody reads.
    pub(super) fn again<'d>(&self, name: &str, data: &'d str) -> Option<Again<'d>> {
        if self.gaps.is_empty() || name != self.name {
            return None;
        }
        let (mut known, mut rest, mut again) = (0, data, Again { word: Cow::Borrowed(""), used: None });
        for Gap { place, holds } in &self.gaps {
            rest = rest.strip_prefix(&self.data[known..place.start])?;
            let length = if *holds == Holds::Word {
                let (said, length) = said(&data[data.len() - rest.len() - 1..])?;
                again.word = said;
                length
            } else {
                holds.measure(rest)?
            };
            let (held, behind) = rest.split_at(length);
            if *holds == Holds::Used {
                again.used = Some(held);
            }
            (known, rest) = (place.end, behind);
        }
        (rest == &self.data[known..] && !again.word.is_empty()).then_some(again)
    }

    /// Keeps an event with the place of its one word, if there was nothing beside that but numbers, or forgets what it
    /// knew.
    pub(super) fn learn(&mut self, name: &str, data: &str, word: Option<(Range<usize>, Beside)>) {
        self.gaps.clear();
        let Some((word, beside)) = word.filter(|(word, _)| is_word(data, word)) else { return };
        if beside == Beside::Numbers {
            let Some(used) = used(data) else { return };
            self.gaps.push(used);
        }
        let taken = self.gaps.first().map_or(0..0, |used| used.place.clone());
        let is_free = |gap: &Gap| gap.place.start != word.start && !taken.contains(&gap.place.start);
        self.gaps.extend(UNREAD.iter().filter_map(|key| gap(data, key)).filter(is_free));
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
            Self::Used => object(text),
        }
    }
}

/// The text whose opening quote this begins with, and its length as it is written. One with letters that are written in
/// another way is the only one that is understood anew.
fn said(quoted: &str) -> Option<(Cow<'_, str>, usize)> {
    let text = &quoted[1..];
    if let Some(length) = Holds::Word.measure(text) {
        return Some((Cow::Borrowed(&text[..length]), length));
    }
    let mut end = 1;
    loop {
        end += memchr2(b'"', b'\\', quoted.as_bytes().get(end..)?)?;
        if quoted.as_bytes()[end] == b'"' {
            break;
        }
        end += 2;
    }
    let text = serde_json::from_str::<String>(&quoted[..=end]).ok()?;
    Some((Cow::Owned(text), end - 1))
}

/// Whether a text in quotes lies there that stands for itself. An empty one says nothing, which is something else than
/// a word.
fn is_word(data: &str, word: &Range<usize>) -> bool {
    let parts = data.get(..word.start).zip(data.get(word.start..));
    parts.is_some_and(|(before, from)| {
        before.ends_with('"') && !word.is_empty() && Holds::Word.measure(from) == Some(word.len())
    })
}

/// Where an event says what has been used so far. With two such places only the dialect knows which of them counts.
fn used(data: &str) -> Option<Gap> {
    let mut places = USED.iter().flat_map(|key| {
        let at = memmem::find_iter(data.as_bytes(), key.as_bytes());
        at.map(|at| at + key.len())
    });
    let value = places.next().filter(|_| places.next().is_none())?;
    let start = value + data[value..].bytes().take_while(|byte| *byte == b' ').count();
    let end = start + object(&data[start..])?;
    Some(Gap { place: start..end, holds: Holds::Used })
}

/// How long the object is that this begins with. One with a backslash in it is left to the parser.
fn object(text: &str) -> Option<usize> {
    let (mut depth, mut in_text) = (0_u32, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' => return None,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' => depth += 1,
            b'}' if depth <= 1 => return (depth == 1).then_some(at + 1),
            b'}' => depth -= 1,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
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

    impl Refrain {
        fn word<'d>(&self, name: &str, data: &'d str) -> Option<Cow<'d, str>> {
            self.again(name, data).map(|again| again.word)
        }
    }

    fn alone(word: Range<usize>) -> Option<(Range<usize>, Beside)> {
        Some((word, Beside::Nothing))
    }

    const BEFORE: &str = r#"{"delta":{"content":""#;
    const BEHIND: &str = r#""},"finish_reason":null}"#;

    fn event(word: &str) -> String {
        format!("{BEFORE}{word}{BEHIND}")
    }

    fn knowing(word: &str) -> Refrain {
        let mut refrain = Refrain::default();
        refrain.learn("", &event(word), alone(BEFORE.len()..BEFORE.len() + word.len()));
        refrain
    }

    #[test]
    fn the_same_event_with_another_word_is_known() {
        let refrain = knowing(" plank");

        for word in [" is", "船", "error", "🦁 and more", "}", "null"] {
            assert_eq!(refrain.word("", &event(word)).as_deref(), Some(word));
        }
    }

    #[test]
    fn letters_that_are_written_in_another_way_are_read() {
        let refrain = knowing(" plank");

        for (written, word) in
            [(r"a\n", "a\n"), (r#"\"one\""#, "\"one\""), (r"\\", "\\"), (r"\u8239\ud83e\udd81", "船🦁")]
        {
            assert_eq!(refrain.word("", &event(written)).as_deref(), Some(word), "{written}");
        }
    }

    #[test]
    fn whatever_differs_in_more_is_not() {
        let refrain = knowing(" plank");

        assert_eq!(refrain.word("message", &event(" is")), None, "it has another name");
        assert_eq!(refrain.word("", &event(" is").replace("null", "\"stop\"")), None);
        assert_eq!(refrain.word("", &event(" is").replace("delta", "message")), None);
        for word in ["", r#"a","refusal":"b"#, r"a\x", r"a\", "a\tb", r"\ud83d"] {
            assert_eq!(refrain.word("", &event(word)), None, "{word:?}");
        }
    }

    #[test]
    fn what_was_not_a_plain_word_alone_is_not_learned_and_takes_what_was_known() {
        for (word, place) in [(r"a\n", Some(0..3)), ("7", None), ("", Some(0..0))] {
            let mut refrain = knowing(" plank");
            let place = place.map(|place| place.start + BEFORE.len()..place.end + BEFORE.len());

            refrain.learn("", &event(word), place.and_then(alone));

            assert_eq!(refrain.word("", &event(" is")), None, "{word:?}");
        }
        let mut number = Refrain::default();
        number.learn("", r#"{"text":7}"#, alone(8..9));
        assert_eq!(number.word("", r#"{"text":8}"#), None, "a number is no word");
    }

    const PADDED: &str =
        r#"{"id":"c-1","item_id": "i","delta":"plank","obfuscation":"x9","sequence_number":7,"created":12}"#;

    fn padded() -> Refrain {
        let mut refrain = Refrain::default();
        let at = PADDED.find("plank").unwrap();
        refrain.learn("", PADDED, alone(at..at + "plank".len()));
        refrain
    }

    #[test]
    fn fields_that_nobody_reads_may_differ() {
        let refrain = padded();

        for (from, to) in
            [("c-1", "c-2"), ("x9", ""), ("x9", "船"), (":7", ":123456"), (":12", ":0"), ("\"i\"", "\"\"")]
        {
            assert_eq!(refrain.word("", &PADDED.replace(from, to)), Some("plank".into()), "{from} becomes {to}");
        }
        let all = PADDED.replace("plank", " is").replace("x9", "aK39fj2").replace(":7", ":8").replace(":12", ":13");
        assert_eq!(refrain.word("", &all), Some(" is".into()));
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

        refrain.learn("", data, alone(at..at + "plank".len()));

        assert_eq!(refrain.word("", data), Some("plank".into()));
        assert_eq!(refrain.word("", &data.replace(r#"\"a\""#, r#"\"b\""#)), None);
    }

    const COUNTED: &str = r#"{"text":"plank","usage": {"in":{"n":19},"out":4,"kind":"a}"},"id":"c-1"}"#;

    fn counted(data: &str) -> Refrain {
        let mut refrain = Refrain::default();
        let at = data.find("plank").unwrap();
        refrain.learn("", data, Some((at..at + "plank".len(), Beside::Numbers)));
        refrain
    }

    #[test]
    fn numbers_are_cut_out_whole_and_may_differ() {
        let refrain = counted(COUNTED);

        for used in [r#"{"in":{"n":19},"out":5,"kind":"a}"}"#, "{}", r#"{"id":"x","out":[{"n":1}]}"#] {
            let next = format!(r#"{{"text":" is","usage": {used},"id":"c-2"}}"#);
            assert_eq!(refrain.again("", &next), Some(Again { word: " is".into(), used: Some(used) }), "{used}");
        }
    }

    #[test]
    fn what_is_in_the_place_of_numbers_but_no_plain_object_is_looked_at() {
        let refrain = counted(COUNTED);

        for used in ["null", "7", "[{}]", r#"{"kind":"a\"}"}"#, r#"{"out":5"#, "{}}", "}{", ""] {
            let next = format!(r#"{{"text":" is","usage": {used},"id":"c-2"}}"#);
            assert_eq!(refrain.again("", &next), None, "{used}");
        }
    }

    #[test]
    fn numbers_in_two_places_or_in_none_are_not_learned() {
        for data in [
            r#"{"text":"plank","usage":{"out":4},"x_groq":{"usage":{"out":5}}}"#,
            r#"{"text":"plank","usage":{"out":4},"usageMetadata":{"out":5}}"#,
            r#"{"text":"plank","usage":null,"x":{"out":5}}"#,
            r#"{"text":"plank","us\u0061ge":{"out":5}}"#,
        ] {
            assert_eq!(counted(data).again("", data), None, "{data}");
        }
    }
}
