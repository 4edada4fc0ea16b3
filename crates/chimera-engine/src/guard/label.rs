use crate::names::{clean, fold, key};

/// A name as models write it in front of a line: `Ada:`, `ada :`, `**Ada**:`, `**Ada:**`.
#[derive(Debug)]
pub struct Label {
    /// Without case: as it is written at the table, and without the signs around it where it has any.
    forms: Vec<Vec<char>>,
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
    pub fn own(name: &str) -> Self {
        Self { forms: forms(name), whose: Whose::Own }
    }

    pub fn of_another(name: &str) -> Self {
        Self { forms: forms(name), whose: Whose::Another }
    }

    /// A star in front may be emphasis, and it may be how the name begins.
    pub fn fits(&self, text: &str) -> Fit {
        let readings = self.forms.iter().flat_map(|form| (0..=MAX_MARKS).map(move |marks| (form, marks)));
        Fit::best(readings.map(|(form, marks)| self.read(form, marks, text).unwrap_or(Fit::Maybe)))
    }

    /// With so many marks in front. `None` when the text ends before it is decided.
    fn read(&self, form: &[char], marks: usize, text: &str) -> Option<Fit> {
        let mut rest = text.chars();
        for _ in 0..marks {
            if !is_mark(rest.next()?) {
                return Some(Fit::No);
            }
        }
        let mut name = form.iter();
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

fn forms(name: &str) -> Vec<Vec<char>> {
    let (written, core) = (fold(&clean(name)), key(name).chars().collect());
    if core == written { vec![written] } else { vec![written, core] }
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
