/// A name as models write it in front of a line: `Ada:`, `ada :`, `**Ada**:`, `**Ada:**`.
#[derive(Debug)]
pub struct Label {
    /// Without case.
    name: Vec<char>,
    whose: Whose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// All of it will be taken away, marks behind the colon too.
    Own,
    /// The colon is enough to know.
    Another,
}

/// How far a beginning of a line is a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    No,
    /// It may become one.
    Maybe,
    Whole,
}

impl Fit {
    pub fn best(fits: impl Iterator<Item = Fit>) -> Fit {
        fits.max().unwrap_or(Fit::No)
    }
}

/// Stars and underscores in front of a name that still count as emphasis.
const MAX_MARKS: usize = 3;
/// Blanks between a name and its colon.
const MAX_GAP: usize = 1;

impl Label {
    pub fn own(name: Vec<char>) -> Self {
        Self { name, whose: Whose::Own }
    }

    pub fn of_another(name: Vec<char>) -> Self {
        Self { name, whose: Whose::Another }
    }

    pub fn fits(&self, text: &str) -> Fit {
        self.read(text).unwrap_or(Fit::Maybe)
    }

    /// `None` when the text ends before it is decided.
    fn read(&self, text: &str) -> Option<Fit> {
        let mut rest = text.chars();
        let marks = skip(&mut rest, MAX_MARKS, is_mark)?;
        let mut name = self.name.iter();
        while name.len() > 0 {
            if !rest.next()?.to_lowercase().all(|letter| name.next() == Some(&letter)) {
                return Some(Fit::No);
            }
        }
        let closing = skip(&mut rest, marks, is_mark)?;
        skip(&mut rest, MAX_GAP, |c| c == ' ')?;
        if !matches!(rest.next()?, ':' | '：') {
            return Some(Fit::No);
        }
        if self.whose == Whose::Own {
            for _ in closing..marks {
                if !is_mark(rest.next()?) {
                    return Some(Fit::No);
                }
            }
        }
        Some(Fit::Whole)
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_')
}

/// Steps over what is wanted, so many at most, and says over how many; `None` when more of it could still come.
fn skip(rest: &mut std::str::Chars<'_>, most: usize, wanted: fn(char) -> bool) -> Option<usize> {
    for found in 0..most {
        let mut ahead = rest.clone();
        if !wanted(ahead.next()?) {
            return Some(found);
        }
        *rest = ahead;
    }
    Some(most)
}
