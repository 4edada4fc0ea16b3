//! What is done to the shape of a conversation, and that nothing said is lost by it.

use chimera_core::{Author, EventKind, MessageId};
use chimera_engine::{Command, EditAs, StopWhen};
use proptest::prelude::*;

use super::moves::user_words;
use crate::support::{Table, model};

/// What is done to the shape of the conversation; the numbers pick one of what there is by then.
#[derive(Debug, Clone)]
pub enum Shape {
    Regenerates(usize, Option<&'static str>),
    Chooses(usize),
    Edits(usize, String, EditAs),
    Deletes(usize),
    Restores(usize),
    Branches(usize),
    ContinuesFrom(usize),
    Switches(usize),
    Renames(usize, String),
    EditsSummary(usize, String),
    Undoes,
    Redoes,
}

pub fn shape() -> impl Strategy<Value = Shape> {
    let any = || 0..40usize;
    let edit = prop::sample::select(vec![EditAs::Version, EditAs::Version, EditAs::Branch]);
    let model = prop::option::of(Just("one"));
    prop_oneof![
        4 => (any(), model).prop_map(|(message, model)| Shape::Regenerates(message, model)),
        3 => any().prop_map(Shape::Chooses),
        3 => (any(), user_words(), edit).prop_map(|(message, text, edit)| Shape::Edits(message, text, edit)),
        3 => any().prop_map(Shape::Deletes),
        1 => any().prop_map(Shape::Restores),
        2 => any().prop_map(Shape::Branches),
        2 => any().prop_map(Shape::ContinuesFrom),
        2 => any().prop_map(Shape::Switches),
        1 => (any(), "[a-z]{1,8}").prop_map(|(branch, name)| Shape::Renames(branch, name)),
        1 => (any(), "[a-z]{1,8}").prop_map(|(summary, text)| Shape::EditsSummary(summary, text)),
        4 => Just(Shape::Undoes),
        2 => Just(Shape::Redoes),
    ]
}

/// Every message stays on some branch, with all its wordings, whatever is edited, deleted, regenerated or undone.
pub fn nothing_said_is_lost(table: &Table) {
    let lines = &table.conversation().lines;
    let mut parent = None;
    for line in lines.path() {
        assert_eq!(line.parent, parent, "the branch has a gap");
        parent = Some(line.message);
    }
    assert_eq!(lines.head(), parent);
    for kind in table.kinds() {
        let (message, version, text) = match kind {
            EventKind::MessageCompleted { message, text, .. } => (message, 1, text),
            EventKind::MessageInterrupted { message, text, .. } => (message, 1, text),
            EventKind::MessageEdited { message, version, text, .. } => (message, *version, text),
            _ => continue,
        };
        assert_eq!(lines.wording(*message, version), Some(text.as_str()));
        assert!(lines.branch_with(*message).is_some(), "{text:?} is on no branch");
    }
}

pub fn whatever_was_done_can_be_undone_and_done_again(table: &mut Table) {
    _ = table.tries(Command::Stop(StopWhen::Now));
    let shape = |table: &Table| {
        let lines = &table.conversation().lines;
        let each = |id| (lines.is_deleted(id), lines.version(id));
        let all: Vec<_> = messages(table).into_iter().map(each).collect();
        (all, lines.current_branch().id, lines.head())
    };
    let before = shape(table);

    let undone = std::iter::from_fn(|| table.tries(Command::Undo).ok()).count();
    let (all, ..) = shape(table);
    assert!(all.iter().all(|(deleted, version)| !deleted && version.is_some_and(|(shown, _)| shown == 1)));

    // What came later than the last undo of the story cannot be among what is done again.
    for _ in 0..undone {
        table.does(Command::Redo);
    }
    assert_eq!(shape(table), before);
}

fn messages(table: &Table) -> Vec<MessageId> {
    let begun = table.kinds().filter_map(|kind| match kind {
        EventKind::MessageStarted { message, .. } => Some(*message),
        EventKind::MessageCompleted { message, author: Author::User, .. } => Some(*message),
        _ => None,
    });
    begun.collect()
}

impl Shape {
    /// The command, if there is anything it could be about.
    pub fn of(self, table: &Table) -> Option<Command> {
        let messages = messages(table);
        let message = |n: usize| messages.get(n % messages.len().max(1)).copied();
        let branches = table.conversation().lines.branches();
        let branch = |n: usize| branches[n % branches.len()].id;
        Some(match self {
            Shape::Regenerates(n, name) => Command::Regenerate { message: message(n)?, model: name.map(model) },
            Shape::Chooses(n) => Command::ChooseAlternative { message: message(n)? },
            Shape::Edits(n, text, edit) => Command::Edit { message: message(n)?, text, edit },
            Shape::Deletes(n) => Command::Delete { message: message(n)? },
            Shape::Restores(n) => Command::Restore { message: message(n)? },
            Shape::Branches(n) => Command::Branch { from: message(n)?, name: None },
            Shape::ContinuesFrom(n) => Command::ContinueFrom { message: message(n)? },
            Shape::Switches(n) => Command::SwitchBranch { branch: branch(n) },
            Shape::Renames(n, name) => Command::RenameBranch { branch: branch(n), name },
            Shape::EditsSummary(n, text) => {
                let standing = table.conversation().standing_summaries();
                Command::EditSummary { summary: standing.get(n % standing.len().max(1))?.1.id, text }
            }
            Shape::Undoes => Command::Undo,
            Shape::Redoes => Command::Redo,
        })
    }
}
