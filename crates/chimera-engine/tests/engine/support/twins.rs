use std::ops::Deref;

use chimera_core::{ConversationId, Event};
use chimera_engine::{Dialogue, Effect, Input, Moment, Refusal};

/// A machine, and a second one of the same log that is told the same: what they make of it has to be the same, to the
/// letter. So every history that is played is also one that is played again.
pub struct Twins {
    one: Dialogue,
    other: Dialogue,
}

impl Twins {
    pub fn replay(id: ConversationId, log: &[Event]) -> Self {
        Self { one: Dialogue::replay(id, log), other: Dialogue::replay(id, log) }
    }

    pub fn plain(self) -> Self {
        Self { one: self.one.plain(), other: self.other.plain() }
    }

    pub fn handle(&mut self, at: Moment, input: Input) -> Result<Vec<Effect>, Refusal> {
        let made = self.one.handle(at, input.clone());
        assert_eq!(self.other.handle(at, input), made, "a replay makes something else of it");
        made
    }
}

impl Deref for Twins {
    type Target = Dialogue;

    fn deref(&self) -> &Dialogue {
        &self.one
    }
}
