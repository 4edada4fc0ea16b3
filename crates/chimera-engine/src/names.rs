//! Finding participants' names in what is said. Letters' case does not matter, words are whole, and of two names that
//! fit the longer is meant: "Ada Lovelace" is not Ada.

use chimera_core::{Participant, ParticipantId};

/// How the user is called at the table.
pub const USER: &str = "User";

/// A name on one line, without what would let it pose as something else.
pub fn clean(name: &str) -> String {
    let spaced: String = name.chars().map(|c| if c.is_control() || c == ':' || c == '：' { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if words.is_empty() { "Nameless".to_owned() } else { words.join(" ") }
}

/// Letters without case, for comparing.
pub fn fold(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The names at a table, longest first.
pub struct Names(Vec<(Vec<char>, ParticipantId)>);

/// One name in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    pub participant: ParticipantId,
    /// Written as @name.
    pub call: bool,
    /// Stands in a sentence that asks something.
    pub asked: bool,
}

impl Names {
    pub fn of(participants: &[Participant]) -> Self {
        let mut names: Vec<_> =
            participants.iter().map(|participant| (fold(&clean(&participant.name)), participant.id)).collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self(names)
    }

    /// Whom the text calls by @name, in order, each once.
    pub fn calls(&self, text: &str) -> Vec<ParticipantId> {
        let mut calls = Vec::new();
        for mention in self.mentions(text).iter().filter(|mention| mention.call) {
            if !calls.contains(&mention.participant) {
                calls.push(mention.participant);
            }
        }
        calls
    }

    /// Every name in the text, in order.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        let text = fold(text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            match self.name_at(&text, at) {
                Some((length, participant)) => {
                    let call = at > 0 && text[at - 1] == '@' && (at < 2 || !is_word(text[at - 2]));
                    found.push(Mention { participant, call, asked: asks(&text[at + length..]) });
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    fn name_at(&self, text: &[char], at: usize) -> Option<(usize, ParticipantId)> {
        let rest = &text[at..];
        let (name, participant) = self.0.iter().find(|(name, _)| {
            rest.starts_with(name)
                && (at == 0 || !joined(text[at - 1], rest[0]))
                && rest.get(name.len()).is_none_or(|next| !joined(rest[name.len() - 1], *next))
        })?;
        Some((name.len(), *participant))
    }
}

/// Whether the text holds the phrase in whole words, whatever the case of the letters.
pub fn says(text: &str, phrase: &str) -> bool {
    let (text, phrase) = (fold(text), fold(phrase));
    let (Some(first), Some(last)) = (phrase.first(), phrase.last()) else { return false };
    text.windows(phrase.len()).enumerate().any(|(at, window)| {
        window == phrase
            && (at == 0 || !joined(text[at - 1], *first))
            && text.get(at + phrase.len()).is_none_or(|next| !joined(*last, *next))
    })
}

/// Whether the sentence that goes on here ends in a question mark.
fn asks(rest: &[char]) -> bool {
    let end = rest.iter().find(|c| matches!(c, '.' | '!' | '?' | '\n' | '。' | '！' | '？' | '؟'));
    end.is_some_and(|c| matches!(c, '?' | '？' | '؟'))
}

/// Whether two letters belong to one word, so that no name begins or ends between them.
fn joined(left: char, right: char) -> bool {
    is_word(left) && is_word(right) && !is_unspaced(left) && !is_unspaced(right)
}

fn is_word(c: char) -> bool {
    // Combining accents belong to the letter before them.
    c.is_alphanumeric() || c == '_' || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Scripts that put no space around a name.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use chimera_core::{Sampling, Timestamp};

    use super::*;

    fn seated(names: &[&str]) -> Vec<Participant> {
        let id = |seat: usize| ParticipantId::new(Timestamp::from_millis(0), [seat as u8; 10]);
        let seat = |(seat, name): (usize, &&str)| Participant {
            id: id(seat),
            name: (*name).to_owned(),
            hue: 0,
            persona: None,
            instructions: String::new(),
            talkativeness: 0.5,
            route: Vec::new(),
            sampling: Sampling::default(),
            muted: false,
        };
        names.iter().enumerate().map(seat).collect()
    }

    fn mentioned(names: &[&str], text: &str) -> Vec<(usize, bool, bool)> {
        let table = seated(names);
        let seat = |id| table.iter().position(|participant| participant.id == id).unwrap();
        Names::of(&table).mentions(text).iter().map(|m| (seat(m.participant), m.call, m.asked)).collect()
    }

    #[test]
    fn the_case_of_letters_does_not_matter() {
        assert_eq!(mentioned(&["Ada", "Émile"], "ADA and éMILE."), [(0, false, false), (1, false, false)]);
    }

    #[test]
    fn a_name_inside_a_word_is_no_name() {
        assert_eq!(mentioned(&["Ada", "Al"], "Adamant, Canada, all, ada_2"), []);
        assert_eq!(mentioned(&["Zoe"], "Zoe\u{308} is another name"), []);
    }

    #[test]
    fn of_two_names_that_fit_the_longer_is_meant() {
        let names = ["Ada", "Ada Lovelace"];

        assert_eq!(mentioned(&names, "Ada Lovelace spoke"), [(1, false, false)]);
        assert_eq!(mentioned(&names, "Ada Love spoke"), [(0, false, false)]);
    }

    #[test]
    fn an_at_sign_makes_a_call_and_an_address_does_not() {
        assert_eq!(mentioned(&["Ada"], "@ada, go on"), [(0, true, false)]);
        assert_eq!(mentioned(&["Ada"], "write to bob@ada"), [(0, false, false)]);
    }

    #[test]
    fn only_the_name_in_the_question_is_asked() {
        let text = "Ada is right. Ben, what do you say? I like Ada";

        assert_eq!(mentioned(&["Ada", "Ben"], text), [(0, false, false), (1, false, true), (0, false, false)]);
    }

    #[test]
    fn names_are_found_where_a_script_has_no_spaces_and_where_they_end_in_signs() {
        assert_eq!(mentioned(&["小明"], "@小明你好吗？"), [(0, true, true)]);
        assert_eq!(mentioned(&["C++"], "so C++ wins"), [(0, false, false)]);
    }
}
