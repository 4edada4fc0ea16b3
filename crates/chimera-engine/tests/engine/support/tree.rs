use chimera_core::{BranchId, EventKind, MessageId};
use chimera_engine::{Command, EditAs};

use super::Table;

impl Table {
    /// The n-th message ever begun, counted from 0.
    pub fn message(&self, n: usize) -> MessageId {
        let begun = self.kinds().filter_map(|kind| match kind {
            EventKind::MessageStarted { message, .. } => Some(*message),
            EventKind::MessageCompleted { message, turn: None, .. } => Some(*message),
            _ => None,
        });
        begun.collect::<Vec<_>>()[n]
    }

    pub fn first_branch(&self) -> BranchId {
        BranchId::first_of(self.dialogue.id())
    }

    pub fn branch(&self) -> &str {
        &self.conversation().lines.current_branch().name
    }

    pub fn regenerate(&mut self, n: usize) {
        let message = self.message(n);
        self.does(Command::Regenerate { message, model: None });
    }

    pub fn edit(&mut self, n: usize, text: &str) {
        let (message, text) = (self.message(n), text.to_owned());
        self.does(Command::Edit { message, text, edit: EditAs::Version });
    }

    pub fn prompted(&self) -> String {
        self.prompt().messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// Ada: One. Ben: Two. Ada: Three. And a pause.
pub fn three_turns() -> Table {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("One.");
    table.answers("Two.");
    table.pause();
    table.answers("Three.");
    table
}
