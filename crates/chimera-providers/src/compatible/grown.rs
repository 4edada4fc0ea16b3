use std::borrow::Cow;

use super::wire::Spoken;
use crate::lenient::{Parts, Text};

/// What wholes have said that grow from event to event.
#[derive(Debug, Default, Clone)]
pub(super) struct Grown {
    content: String,
    refusal: String,
    thought: String,
}

impl Grown {
    /// Blanks may have come piece by piece before the first of them.
    pub(super) fn after(blanks: &str) -> Self {
        Self { content: blanks.to_owned(), ..Self::default() }
    }

    /// What this one says that was not said before. One that does not go on from there says nothing new.
    pub(super) fn by<'a>(&mut self, mut whole: Spoken<'a>) -> Spoken<'a> {
        // Whoever sends blanks in pieces may leave them out of the whole.
        if self.content.trim().is_empty() && !whole.content.text.starts_with(&self.content) {
            self.content.clear();
        }
        let thought = whole.take_thought();
        Spoken {
            content: Parts { text: grow(&mut self.content, whole.content.text), ..Parts::default() },
            refusal: Text(grow(&mut self.refusal, whole.refusal.0)),
            reasoning_content: Text(grow(&mut self.thought, thought.0)),
            reasoning: Text::default(),
        }
    }
}

fn grow<'a>(said: &mut String, whole: Cow<'a, str>) -> Cow<'a, str> {
    let new = whole.strip_prefix(said.as_str()).unwrap_or_default().to_owned();
    said.push_str(&new);
    new.into()
}
