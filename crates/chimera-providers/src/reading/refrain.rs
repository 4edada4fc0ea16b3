//! Nearly all events of a stream are the same but for one word, and what is the same need not be understood again.
//!
//! This is no second parser: all it knows of JSON is that a text without quotes, backslashes and control characters
//! stands for itself. An event that equals the one before it in every byte around such a text says another word and
//! does nothing else that the one before it did not do.

use std::ops::Range;

/// The event before this one, if all it did was to say one word.
#[derive(Debug, Default, Clone)]
pub(super) struct Refrain {
    is_known: bool,
    name: String,
    before: String,
    behind: String,
}

impl Refrain {
    /// The word of an event that differs in nothing else from the one before it.
    pub(super) fn word<'d>(&self, name: &str, data: &'d str) -> Option<&'d str> {
        if !self.is_known || name != self.name {
            return None;
        }
        let word = data.strip_prefix(&*self.before)?.strip_suffix(&*self.behind)?;
        is_plain(word).then_some(word)
    }

    /// Keeps what stands around the word that was all an event said, or forgets what it knew.
    pub(super) fn learn(&mut self, name: &str, data: &str, word: Option<Range<usize>>) {
        let parts =
            word.and_then(|word| Some((data.get(..word.start)?, data.get(word.clone())?, data.get(word.end..)?)));
        let whole =
            parts.filter(|(before, word, behind)| before.ends_with('"') && is_plain(word) && behind.starts_with('"'));
        self.is_known = whole.is_some();
        if let Some((before, _, behind)) = whole {
            for (kept, new) in [(&mut self.name, name), (&mut self.before, before), (&mut self.behind, behind)] {
                kept.clear();
                kept.push_str(new);
            }
        }
    }
}

/// Whether it stands for itself in JSON. An empty text says nothing, which is something else than a word.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
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
}
