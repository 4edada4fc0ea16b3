/// A number of tokens, estimated: four letters of plain English make one, two of other alphabets, and each sign of a
/// script that writes syllables or words with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tokens(pub usize);

impl Tokens {
    pub fn of(text: &str) -> Self {
        Self::of_quarters(quarters(text))
    }

    pub fn of_chars(chars: usize) -> Self {
        Self(chars.div_ceil(4))
    }

    pub fn third(self) -> Self {
        Self(self.0 / 3)
    }

    /// For the log and for people.
    pub fn count(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }

    pub(super) fn of_quarters(quarters: usize) -> Self {
        Self(quarters.div_ceil(4))
    }

    pub(crate) fn quarters(self) -> usize {
        self.0.saturating_mul(4)
    }
}

/// The size of a text in quarters of a token.
pub fn quarters(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(quarters_of).sum() }
}

fn quarters_of(c: char) -> usize {
    match c {
        '\0'..='\u{7f}' => 1,
        '\u{80}'..='\u{2e7f}' => 2,
        _ => 4,
    }
}

/// A text that is larger than this keeps its beginning and its end: a question usually stands at one of them.
pub fn shortened(text: &str, size: Tokens) -> Option<String> {
    let room = size.quarters();
    if quarters(text) <= room {
        return None;
    }
    let half = room / 2;
    let head = text.char_indices().scan(0, |used, (at, c)| {
        *used += quarters_of(c);
        (*used <= half).then_some(at + c.len_utf8())
    });
    let tail = text.char_indices().rev().scan(0, |used, (at, c)| {
        *used += quarters_of(c);
        (*used <= half).then_some(at)
    });
    let (head, tail) = (head.last().unwrap_or(0), tail.last().unwrap_or(text.len()));
    Some(format!("{} (…) {}", &text[..head], &text[tail..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_write_more_with_a_sign_count_for_more() {
        assert_eq!(Tokens::of("four letters"), Tokens(3));
        assert_eq!(Tokens::of("мост"), Tokens(2));
        assert_eq!(Tokens::of("橋の話"), Tokens(3));
    }

    #[test]
    fn a_shortened_text_is_no_larger_than_it_may_be_but_for_the_gap() {
        for text in ["words ".repeat(100), "橋の話".repeat(50), "мост ".repeat(80)] {
            let short = shortened(&text, Tokens(40)).unwrap();
            assert!(quarters(&short.replace(" (…) ", "")) <= 160, "{short}");
            let (head, tail) = short.split_once(" (…) ").unwrap();
            assert!(head.chars().count() > 15 && text.starts_with(head) && text.ends_with(tail), "{short}");
        }
        assert_eq!(shortened("short", Tokens(2)), None);
    }
}
