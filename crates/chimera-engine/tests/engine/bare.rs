//! A branch that was made for an alternative which nobody gave: what is said on it is talk like any other.

use chimera_core::{ConversationState::*, ErrorClass};
use chimera_engine::{Command, StopWhen};

use crate::support::{Table, three_turns};

/// Nobody gave another of what Ben said, and the conversation is on the branch that was made for it.
fn failed() -> Table {
    let mut table = three_turns();
    table.regenerate(1);
    table.fails(ErrorClass::BadRequest);
    assert_eq!(table.state(), NeedsAttention);
    table
}

/// The same, but that the user has left it and come back.
fn come_back() -> Table {
    let mut table = failed();
    let (there, here) = (table.first_branch(), table.conversation().lines.current_branch().id);
    table.does(Command::SwitchBranch { branch: there });
    table.does(Command::SwitchBranch { branch: here });
    assert_eq!(table.state(), Paused);
    table
}

#[test]
fn who_talks_on_from_the_users_words_is_no_alternative() {
    let mut table = failed();
    table.user_says("Why?");

    let message = table.message(3);
    table.does(Command::ContinueFrom { message });
    table.answers("Because.");

    assert_eq!(table.transcript(), ["Ada: One.", "User: Why?", "Ada: Because."]);
}

#[test]
fn nor_is_who_speaks_where_the_user_came_back() {
    let mut table = come_back();
    table.user_says("Why?");

    table.resume();
    table.answers("Because.");

    assert_eq!(table.transcript(), ["Ada: One.", "User: Why?", "Ben: Because."]);
}

#[test]
fn what_is_given_up_there_before_its_first_word_takes_nothing_back() {
    for give_up in [Command::Stop(StopWhen::Now), Command::Stop(StopWhen::AfterTurn), Command::Skip] {
        let mut table = come_back();
        table.user_says("Why?");
        let (there, here) = (table.first_branch(), table.conversation().lines.current_branch().id);
        table.does(Command::SwitchBranch { branch: there });
        table.user_says("Elsewhere.");
        table.does(Command::SwitchBranch { branch: here });
        table.user_says("Well?");

        table.resume();
        table.does(give_up);

        assert_eq!(table.transcript(), ["Ada: One.", "User: Why?", "User: Well?"]);
        assert_eq!(table.conversation().lines.branches().len(), 2);
    }
}

#[test]
fn an_alternative_that_was_to_be_the_last_turn_is_one_when_it_goes_on_after_all() {
    let mut table = three_turns();
    table.regenerate(1);
    table.stop(StopWhen::AfterTurn);
    table.user_says("Why?");

    table.resume();
    table.answers("Another two.");

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Another two.", "User: Why?"]);
    assert_eq!((table.state(), table.speaker()), (Paused, None));
}
