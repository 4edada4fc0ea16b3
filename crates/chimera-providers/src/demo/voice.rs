/// One authored voice: its manner, in pieces that the composer puts together.
///
/// In a piece, `{topic}` stands for the topic as one can name it in a sentence, `{key}` for the word it turns on,
/// `{quote}` for some words of whoever spoke last, `{name}` for who that was, and `{other}` for somebody else to speak
/// to. A piece is used only when there is something to stand for all that it names.
#[derive(Debug)]
pub(super) struct Voice {
    pub id: &'static str,
    pub label: &'static str,
    /// How often it ends on a word to somebody, in percent.
    pub hands_on: usize,
    /// When nothing has been said yet.
    pub openings: &'static [&'static str],
    /// To what a participant just said.
    pub reactions: &'static [&'static str],
    /// To what the user just said.
    pub answers: &'static [&'static str],
    /// What it has to say itself.
    pub thoughts: &'static [&'static str],
    /// What it has to say on a subject that it was prepared for, used before all else.
    pub prepared: &'static [Prepared],
    pub handovers: &'static [&'static str],
}

/// Thoughts for a topic in which all of `words` occur.
#[derive(Debug)]
pub(super) struct Prepared {
    pub words: &'static [&'static str],
    pub thoughts: &'static [&'static str],
}

/// The subject of the conversation that a new user is shown first.
pub(super) const THE_SHIP: &[&str] = &["plank", "ship"];
