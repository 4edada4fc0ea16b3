use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::courtesy;

/// What is measured of one turn.
#[derive(Debug)]
pub struct Turn {
    pub words: usize,
    /// Every sequence of three words; all of the turn where there are fewer.
    sequences: Vec<u64>,
    /// The stems of the words that carry meaning.
    pub telling: HashSet<u64>,
    /// In small letters.
    text: String,
}

/// What is behind this in a very long turn is not looked at.
const MAX_CHARS: usize = 8_000;
/// Shorter words are mostly those that every sentence needs.
const MIN_TELLING_CHARS: usize = 4;
/// What is left of a word when its endings are cut off.
const STEM_CHARS: usize = 6;

impl Turn {
    pub fn of(text: &str) -> Self {
        let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(end, _)| end);
        let text = text[..end].to_lowercase();
        let words = words(&text);
        let sequences = match words.len() {
            0 => Vec::new(),
            1..3 => vec![hash(words.as_slice())],
            _ => words.windows(3).map(hash).collect(),
        };
        let stem = |word: &String| hash(&word.chars().take(STEM_CHARS).collect::<String>());
        let telling = words.iter().filter(|word| is_telling(word)).map(stem).collect();
        Self { words: words.len(), sequences, telling, text }
    }

    /// Percent of its words that stand in sentences of thanks, praise, agreement or farewell.
    pub fn courtesy(&self) -> Option<u32> {
        courtesy::percent(&self.text)
    }

    /// Percent of its three-word sequences that stand in an earlier turn.
    pub fn repeats(&self, earlier: &[Arc<Turn>]) -> Option<u32> {
        let said: HashSet<u64> = earlier.iter().flat_map(|turn| turn.sequences.iter().copied()).collect();
        percent(self.sequences.iter().filter(|sequence| said.contains(sequence)).count(), self.sequences.len())
    }

    /// Percent of its telling words that stand in an earlier turn.
    pub fn reuses(&self, earlier: &[Arc<Turn>]) -> Option<u32> {
        let used = |word: &&u64| earlier.iter().any(|turn| turn.telling.contains(word));
        percent(self.telling.iter().filter(used).count(), self.telling.len())
    }
}

pub fn percent(part: usize, whole: usize) -> Option<u32> {
    (whole > 0).then(|| u32::try_from(part * 100 / whole).unwrap_or(100))
}

/// Letters and digits that belong together. Scripts without blanks are taken letter by letter.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        if is_a_word_alone(c) {
            words.push(c.to_string());
            open = false;
        } else if c.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if open => word.push(c),
                _ => words.push(c.to_string()),
            }
            open = true;
        } else if !matches!(c, '\'' | '’') {
            open = false;
        }
    }
    words
}

fn is_telling(word: &str) -> bool {
    word.chars().count() >= MIN_TELLING_CHARS || word.chars().next().is_some_and(is_a_word_alone)
}

fn is_a_word_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{0e00}'..='\u{0e7f}')
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
