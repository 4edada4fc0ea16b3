use chimera_core::{ReplyEvent, Secret};
use memchr::memchr;

use super::censor::SHORTEST;

/// What stands in an answer for a key.
const MARK: &str = "[key]";

/// Takes a key out of what a model says while it says it: a server may well know the key that it was shown. Only an end
/// that may be the beginning of the key is held back, and only until more is said.
pub struct Veil {
    /// None where there is no secret to hide.
    key: Option<Secret>,
    text: String,
    thought: String,
}

impl Veil {
    pub(super) fn new(key: Option<Secret>) -> Self {
        let key = key.map(|key| Secret::new(key.expose().trim())).filter(|key| key.expose().len() >= SHORTEST);
        Self { key, text: String::new(), thought: String::new() }
    }

    /// What may be told of the event.
    pub fn over(&mut self, event: ReplyEvent) -> ReplyEvent {
        let Some(key) = &self.key else { return event };
        let (told, kind): (_, fn(String) -> ReplyEvent) = match event {
            ReplyEvent::Text(text) => (without(key.expose(), &mut self.text, text), ReplyEvent::Text),
            ReplyEvent::Reasoning(text) => (without(key.expose(), &mut self.thought, text), ReplyEvent::Reasoning),
            event => return event,
        };
        if told.is_empty() { ReplyEvent::Alive } else { kind(told) }
    }

    /// What is still held back, when no more is said.
    pub fn rest(&mut self) -> impl Iterator<Item = ReplyEvent> + use<> {
        let (text, thought) = (std::mem::take(&mut self.text), std::mem::take(&mut self.thought));
        let told = [ReplyEvent::Reasoning(thought), ReplyEvent::Text(text)];
        told.into_iter()
            .filter(|event| !matches!(event, ReplyEvent::Text(text) | ReplyEvent::Reasoning(text) if text.is_empty()))
    }
}

/// What was held back and the new words, without the key. What is held back now is left in `held`.
fn without(key: &str, held: &mut String, mut words: String) -> String {
    if !held.is_empty() {
        held.push_str(&words);
        words = std::mem::take(held);
    }
    let key = key.as_bytes();
    let (mut clean, mut told, mut from) = (String::new(), 0, 0);
    while let Some(found) = memchr(key[0], &words.as_bytes()[from..]) {
        let at = from + found;
        let rest = &words.as_bytes()[at..];
        if rest.starts_with(key) {
            clean.push_str(&words[told..at]);
            clean.push_str(MARK);
            told = at + key.len();
            from = told;
        } else if key.starts_with(rest) {
            *held = words.split_off(at);
            break;
        } else {
            from = at + 1;
        }
    }
    if clean.is_empty() {
        return words;
    }
    clean.push_str(&words[told..]);
    clean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    const KEY: &str = "sk-s-sk-s5";

    /// Words with the key, with parts of it and with neither.
    fn words() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            3 => "[sk5 -]{1,4}",
            2 => Just(KEY.to_owned()),
            1 => (1..KEY.len()).prop_map(|end| KEY[..end].to_owned()),
            1 => (1..KEY.len()).prop_map(|start| KEY[start..].to_owned()),
            2 => prop::sample::select(vec!["船", "🦁", "words ", "s"]).prop_map(str::to_owned),
        ];
        prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    fn told(key: &str, pieces: &[&str]) -> (String, usize) {
        let mut veil = Veil::new(Some(Secret::new(key)));
        let (mut told, mut most_held) = (String::new(), 0);
        let hear = |told: &mut String, event| match event {
            ReplyEvent::Text(text) => told.push_str(&text),
            ReplyEvent::Alive => {}
            other => panic!("{other:?}"),
        };
        for piece in pieces {
            let event = veil.over(ReplyEvent::Text((*piece).to_owned()));
            hear(&mut told, event);
            assert!(veil.text.is_empty() || (key.starts_with(&veil.text) && veil.text != key), "{:?}", veil.text);
            most_held = most_held.max(veil.text.len());
        }
        veil.rest().for_each(|event| hear(&mut told, event));
        (told, most_held)
    }

    fn cut<'w>(words: &'w str, cuts: &[Index]) -> Vec<&'w str> {
        let letters: Vec<usize> = words.char_indices().map(|(at, _)| at).chain([words.len()]).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| *cut.get(&letters)).chain([0, words.len()]).collect();
        cuts.sort_unstable();
        cuts.windows(2).map(|pair| &words[pair[0]..pair[1]]).collect()
    }

    proptest! {
        #[test]
        fn a_key_is_taken_out_however_it_is_cut(words in words(), cuts in prop::collection::vec(any::<Index>(), 0..16)) {
            let (told, held) = told(KEY, &cut(&words, &cuts));

            prop_assert_eq!(&told, &words.replace(KEY, MARK));
            prop_assert!(held < KEY.len());
        }

        #[test]
        fn words_without_the_first_letter_of_the_key_are_never_held_back(words in "[^s]{0,40}", cuts in prop::collection::vec(any::<Index>(), 0..16)) {
            prop_assert_eq!(told(KEY, &cut(&words, &cuts)), (words, 0));
        }
    }

    #[test]
    fn what_is_no_secret_is_not_looked_for() {
        assert_eq!(told("ollama", &["ollama is here"]), ("ollama is here".to_owned(), 0));
    }

    #[test]
    fn words_and_thoughts_are_two_streams() {
        let mut veil = Veil::new(Some(Secret::new(KEY)));

        assert_eq!(veil.over(ReplyEvent::Text(KEY[..4].to_owned())), ReplyEvent::Alive);
        assert_eq!(veil.over(ReplyEvent::Reasoning(KEY[4..].to_owned())), ReplyEvent::Reasoning(KEY[4..].to_owned()));
        assert_eq!(veil.over(ReplyEvent::Text(KEY[4..].to_owned())), ReplyEvent::Text(MARK.to_owned()));
        assert_eq!(veil.rest().count(), 0);
    }
}
