//! What the user says: at any moment, heard at once.

use chimera_core::{ChoiceReason, ConversationState::*, ErrorClass, EventKind, Policy};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table};

#[test]
fn what_the_user_says_stands_in_the_very_next_prompt() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("I was say");

    table.user_says("What about trains?");
    table.answers("ing.");

    let last = table.prompt().messages.last().unwrap();
    assert_eq!(last.text, "Ada: I was saying.\n\nUser: What about trains?");
}

#[test]
fn what_the_user_says_while_a_model_is_failing_reaches_the_one_asked_instead() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    table.user_says("Take your time.");
    table.fails(ErrorClass::Unauthorized);

    assert_eq!(table.asked_model().as_deref(), Some("two"));
    assert!(table.prompt().messages.last().unwrap().text.contains("User: Take your time."));
}

#[test]
fn the_user_can_speak_in_every_state_and_changes_none() {
    let states: [(_, fn(&mut Table)); 5] = [
        (Draft, |_| {}),
        (Running, Table::start),
        (Paused, |table| {
            table.start();
            table.pause();
        }),
        (Completed, |table| {
            table.start();
            table.stop(StopWhen::Now);
        }),
        (NeedsAttention, |table| {
            table.start();
            table.fails(ErrorClass::BadRequest);
        }),
    ];

    for (state, lead_to) in states {
        let mut table = Table::with(&["Ada", "Ben"]);
        lead_to(&mut table);
        let mark = table.mark();

        table.user_says("Hello!");

        assert_eq!(table.state(), state);
        assert_eq!(table.happened_since(mark), ["message.completed"]);
    }
}

#[test]
fn saying_nothing_is_refused() {
    let mut table = Table::with(&["Ada", "Ben"]);

    assert!(table.tries(Command::Say { text: " \n".into() }).is_err());
    assert!(table.tries(Command::Say { text: "x".repeat(200_001) }).is_err());
}

#[test]
fn whom_the_user_calls_speaks_next_under_every_policy() {
    for policy in [Policy::RoundRobin, Policy::Balanced] {
        let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(policy).table();
        table.start();
        let present = table.speaker().unwrap().to_owned();

        table.user_says(&format!("@{} once more, please", present.to_lowercase()));
        table.answers("One.");

        assert_eq!(table.speaker(), Some(present.as_str()), "even twice in a row");
        assert_eq!(last_reason(&table), ChoiceReason::Mentioned);
    }
}

#[test]
fn several_who_are_called_speak_in_the_order_of_the_call_and_once() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.user_says("@Cleo and then @Ada: what do you think?");

    table.start();
    for line in ["one", "two", "three"] {
        table.answers(line);
    }

    assert_eq!(table.turns(), ["Cleo", "Ada", "Ben", "Cleo"]);
}

#[test]
fn a_call_that_no_word_answered_still_stands() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.user_says("@Cleo?");
    table.start();
    assert_eq!(table.speaker(), Some("Cleo"));

    table.stop(StopWhen::Now);
    table.start();

    assert_eq!(table.speaker(), Some("Cleo"));
}

#[test]
fn a_name_without_the_sign_is_no_order() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);

    table.user_says("I liked what Cleo said, mail me at x@cleo");
    table.start();

    assert_eq!(table.speaker(), Some("Ada"));
}

#[test]
fn a_call_by_another_ai_is_no_order_either() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.start();

    table.answers("@Cleo, what do you say?");

    assert_eq!(table.speaker(), Some("Ben"));
}

fn last_reason(table: &Table) -> ChoiceReason {
    let reason = |kind: &EventKind| match kind {
        EventKind::TurnStarted { choice, .. } => Some(choice.reason),
        _ => None,
    };
    table.kinds().rev().find_map(reason).unwrap()
}
