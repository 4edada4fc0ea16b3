//! Whom the user calls by @name has one turn for it, and is not owed another.

use chimera_core::{ConversationState::*, ErrorClass};
use chimera_engine::{Command, EditAs};

use crate::support::Table;

/// The user called Ada, nobody answered for her, and she was passed over and muted; Ben speaks.
fn called_in_vain() -> Table {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.user_says("Welcom.");
    table.user_says("@Ada, what do you say?");
    table.start();
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.state(), NeedsAttention);
    let participant = table.id("Ada");
    table.does(Command::Mute { participant });
    table.does(Command::Skip);
    assert_eq!(table.speaker(), Some("Ben"));
    table
}

#[test]
fn whoever_had_its_turn_is_not_called_again_because_another_message_is_edited() {
    let mut table = called_in_vain();

    table.edit(0, "Welcome.");
    table.answers("I am here.");

    assert_eq!(table.speaker(), Some("Cleo"));
    let message = table.message(0);
    table.does(Command::Delete { message });
    table.does(Command::Undo);
    assert_eq!(table.conversation().called, []);
}

#[test]
fn whoever_is_called_by_other_words_than_before_is_called_again() {
    let mut table = called_in_vain();
    let ada = table.id("Ada");

    table.edit(1, "@Ada, once more: what do you say?");

    assert_eq!(table.conversation().called, [ada]);
}

#[test]
fn whoever_is_called_had_its_turn_on_the_branch_on_which_it_had_it_and_on_those_that_leave_it_later() {
    let mut table = called_in_vain();
    table.pause();
    table.answers("I am here.");
    let (ada, call, later, there) = (table.id("Ada"), table.message(1), table.message(2), table.first_branch());

    table.does(Command::Branch { from: call, name: None });
    assert_eq!(table.conversation().called, [ada], "here it has not been asked");
    table.does(Command::SwitchBranch { branch: there });
    assert_eq!(table.conversation().called, []);
    table.does(Command::Branch { from: later, name: None });
    assert_eq!(table.conversation().called, []);
}

#[test]
fn whoever_was_skipped_before_its_first_word_keeps_its_call_whatever_is_edited() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.user_says("Welcom.");
    table.user_says("@Ada, what do you say?");
    table.start();
    table.does(Command::Skip);
    let ada = table.id("Ada");
    assert_eq!(table.conversation().called, [ada]);

    let message = table.message(0);
    table.does(Command::Edit { message, text: "Welcome.".into(), edit: EditAs::Version });

    assert_eq!(table.conversation().called, [ada]);
}
