//! Where one model's words end and another's go on: what it repeats is dropped, and what lies between is put right.

/// Characters of what was said in which a repetition is looked for.
const TAIL_CHARS: usize = 1_000;
/// A shorter repetition is chance.
const MIN_OVERLAP: usize = 4;
/// Unless it is the beginning of the broken word, which then goes on.
const MIN_FRAGMENT: usize = 3;
const MAX_BLANK_CHARS: usize = 8;

/// Reads the beginning of a continuation and passes on what is new in it.
///
/// As long as what has come might still be a repetition of the words before the break, it is held back, so the words
/// passed on are the same however the answer was cut into pieces.
#[derive(Debug)]
pub struct Seam {
    /// The end of what was said.
    tail: Vec<char>,
    /// Blanks on either side of the break.
    blank: String,
    held: String,
    heard: bool,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing but blanks has come.
    Blank,
    /// What came may be a repetition.
    Judging,
    /// All that comes is new.
    Behind,
}

impl Seam {
    /// `blank` is what was heard behind the last word of `said` before the break.
    pub fn behind(said: &str, blank: &str) -> Self {
        let chars = said.chars().count();
        let tail = said.chars().skip(chars.saturating_sub(TAIL_CHARS)).collect();
        let blank = blank.chars().take(MAX_BLANK_CHARS).collect();
        Self { tail, blank, held: String::new(), heard: false, place: Place::Blank }
    }

    /// The piece as the model wrote it: blanks at the beginning say whether a new word begins.
    pub fn overhear(&mut self, piece: &str) {
        if self.place == Place::Blank {
            let room = MAX_BLANK_CHARS.saturating_sub(self.blank.chars().count());
            self.blank.extend(piece.chars().take_while(|c| c.is_whitespace()).take(room));
            if piece.contains(|c: char| !c.is_whitespace()) {
                self.place = Place::Judging;
            }
        }
    }

    /// Takes the next words and gives back what is new.
    pub fn push(&mut self, words: &str) -> String {
        self.heard |= !words.is_empty();
        if self.place == Place::Behind {
            return words.to_owned();
        }
        self.held.push_str(words);
        let is_open = self.held.chars().all(|c| matches!(c, '.' | '…'));
        if is_open || may_repeat(&self.tail, without_dots(&self.held)) {
            return String::new();
        }
        self.join()
    }

    /// Nothing more comes: what was held back is judged as it is.
    pub fn finish(&mut self) -> String {
        if self.place == Place::Behind { String::new() } else { self.join() }
    }

    /// Whether words have come, new or not.
    pub fn has_heard(&self) -> bool {
        self.heard
    }

    fn join(&mut self) -> String {
        self.place = Place::Behind;
        let held = std::mem::take(&mut self.held);
        let new = without_dots(&held);
        match overlap(&self.tail, new) {
            0 => format!("{}{new}", self.glue(new)),
            repeated => new[repeated..].to_owned(),
        }
    }

    /// What belongs between the last character before the break and the first behind it.
    fn glue(&self, new: &str) -> &str {
        let (Some(last), Some(first)) = (self.tail.last(), new.chars().next()) else { return "" };
        if self.blank.contains('\n') {
            return if self.blank.matches('\n').count() > 1 { "\n\n" } else { "\n" };
        }
        let stands_alone = |c: char| c.is_alphanumeric() && !has_no_spaces(c);
        let opens = matches!(*last, '(' | '[' | '{' | '“' | '‘' | '«' | '-' | '–' | '/' | '\'' | '’' | '@' | '#');
        let begins = stands_alone(first) || matches!(first, '(' | '[' | '{' | '“' | '‘' | '«' | '*' | '_' | '`' | '$');
        let spaced = !self.blank.is_empty() || (begins && !opens && !has_no_spaces(*last));
        if spaced && !last.is_whitespace() { " " } else { "" }
    }
}

/// Many begin a continuation with dots, to show that it is one.
fn without_dots(words: &str) -> &str {
    let rest = words.trim_start_matches('…');
    let rest = rest.strip_prefix("...").map_or(rest, |rest| rest.trim_start_matches('.'));
    if rest.len() < words.len() { rest.trim_start() } else { words }
}

/// How many bytes at the beginning of `new` repeat the end of `tail`; blanks of any kind count as the same.
pub fn overlap(tail: &[char], new: &str) -> usize {
    let (tail, (new, ends)) = (folded(tail.iter().copied()).0, folded(new.chars()));
    let repeats = |at: &usize| new.starts_with(&tail[*at..]) && is_telling(&tail[*at..], new.get(tail.len() - at));
    starts(&tail).find(repeats).map_or(0, |at| ends[tail.len() - at - 1])
}

/// Whether more words could make a repetition of this.
fn may_repeat(tail: &[char], new: &str) -> bool {
    let (tail, new) = (folded(tail.iter().copied()).0, folded(new.chars()).0);
    starts(&tail).any(|at| {
        let rest = &tail[at..];
        rest.len() >= MIN_FRAGMENT && rest.starts_with(&new) && (rest.len() > new.len() || rest.len() < MIN_OVERLAP)
    })
}

fn is_telling(repeated: &[char], next: Option<&char>) -> bool {
    repeated.len() >= MIN_OVERLAP
        || (repeated.len() >= MIN_FRAGMENT && next.is_some_and(|next| next.is_alphanumeric()))
        || (repeated.len() >= MIN_FRAGMENT && repeated.iter().all(|c| has_no_spaces(*c)))
}

/// Where words begin, from the front: the longest repetition is found first.
fn starts(tail: &[char]) -> impl Iterator<Item = usize> {
    (0..tail.len()).filter(|at| {
        let (before, here) = (at.checked_sub(1).map(|before| tail[before]), tail[*at]);
        here != ' ' && (has_no_spaces(here) || before.is_none_or(|before| !before.is_alphanumeric()))
    })
}

/// The characters with every run of blanks as one space, and the byte behind each.
fn folded(chars: impl Iterator<Item = char>) -> (Vec<char>, Vec<usize>) {
    let (mut folded, mut ends, mut end) = (Vec::new(), Vec::new(), 0);
    for c in chars {
        end += c.len_utf8();
        match folded.last() {
            Some(' ') if c.is_whitespace() => ends.pop(),
            _ => {
                folded.push(if c.is_whitespace() { ' ' } else { c });
                None
            }
        };
        ends.push(end);
    }
    (folded, ends)
}

/// Letters of scripts that are written without spaces.
fn has_no_spaces(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
        || matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
