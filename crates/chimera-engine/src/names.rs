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

/// What a name is known by, however it is written: without the signs around it, the case of its letters and what cannot
/// be seen. Two names of one key are one name, at the table and wherever a model writes them.
pub fn key(name: &str) -> String {
    let seen: String = name.chars().filter(|c| !is_invisible(*c)).collect();
    let name = clean(&seen);
    let core = name.trim_matches(is_sign);
    let core = if core.is_empty() { &name } else { core };
    fold(core).into_iter().collect()
}

/// Whether there is anything in it but signs.
pub fn is_name(text: &str) -> bool {
    !text.chars().all(is_sign)
}

/// Marks and blanks that are put around a name and are no part of it to whoever reads it.
pub fn is_sign(c: char) -> bool {
    let is_mark = matches!(c, '*' | '_' | '#' | '[' | ']' | '<' | '>' | '`' | '"' | '@' | '.');
    c.is_whitespace() || is_mark || is_invisible(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Letters without case, for comparing.
pub fn fold(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The names at a table, longest first.
pub struct Names(Vec<Name>);

struct Name {
    letters: Vec<char>,
    participant: ParticipantId,
    /// Without the signs around it, so that it may be a word like any other: only as @name it is one.
    bare: bool,
}

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
        let mut names = Vec::new();
        for Participant { id: participant, name, .. } in participants {
            let (letters, core): (Vec<char>, Vec<char>) = (fold(&clean(name)), key(name).chars().collect());
            if core != letters {
                names.push(Name { letters: core, participant: *participant, bare: true });
            }
            names.push(Name { letters, participant: *participant, bare: false });
        }
        names.sort_by_key(|name| std::cmp::Reverse(name.letters.len()));
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
                    found.push(Mention { participant, call: is_called(&text, at), asked: asks(&text[at + length..]) });
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    fn name_at(&self, text: &[char], at: usize) -> Option<(usize, ParticipantId)> {
        let rest = &text[at..];
        let name = self.0.iter().find(|Name { letters, bare, .. }| {
            rest.starts_with(letters)
                && (at == 0 || !joined(text[at - 1], rest[0]))
                && rest.get(letters.len()).is_none_or(|next| !joined(rest[letters.len() - 1], *next))
                && (!bare || is_called(text, at))
        })?;
        Some((name.letters.len(), name.participant))
    }
}

/// Whether an @ stands before this place that belongs to no address.
fn is_called(text: &[char], at: usize) -> bool {
    at > 0 && text[at - 1] == '@' && (at < 2 || !is_word(text[at - 2]))
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
mod tests;
