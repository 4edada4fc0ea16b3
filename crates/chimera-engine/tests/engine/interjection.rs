//! What the user says: at any moment, heard at once.

use chimera_core::{ChoiceReason, ConversationState::*, ErrorClass, EventKind, Policy, StateReason};
use chimera_engine::{Command, SayWhen, StopWhen};

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

    assert!(
        table
            .tries(Command::Say { text: " \n".into(), when: SayWhen::After, to: Vec::new(), images: Vec::new() })
            .is_err()
    );
    assert!(
        table
            .tries(Command::Say { text: "x".repeat(200_001), when: SayWhen::Now, to: Vec::new(), images: Vec::new() })
            .is_err()
    );
}

#[test]
fn whom_the_user_calls_speaks_even_twice_in_a_row() {
    for policy in [Policy::RoundRobin, Policy::Balanced] {
        let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(policy).table();
        table.start();
        let present = table.speaker().unwrap().to_owned();

        table.user_says(&format!("@{} once more, please", present.to_lowercase()));
        table.answers("One.");

        assert_eq!(table.speaker(), Some(present.as_str()));
        assert_eq!(last_reason(&table), ChoiceReason::Mentioned);
    }
}

#[test]
fn whom_the_user_calls_speaks_next_under_every_policy() {
    use Policy::{Balanced, Manual, Moderator, Parallel, Random, RoundRobin};

    for policy in [RoundRobin, Balanced, Random, Manual, Parallel, Moderator] {
        let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).moderated_by("chair").policy(policy).table();
        table.start();

        table.user_says("@Cleo once more, please");
        while !table.conversation().called.is_empty() && table.speaker().is_some() {
            table.answers("One.");
        }

        assert_eq!((table.state(), table.speaker()), (Running, Some("Cleo")), "{policy:?}");
        assert_eq!(last_reason(&table), ChoiceReason::Mentioned, "{policy:?}");
    }
}

#[test]
fn those_who_are_called_where_a_call_is_waited_for_speak_and_then_it_is_waited_for_the_next() {
    let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Manual).table();
    table.start();
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::AwaitingNudge));

    table.user_says("@Ben, and then @Ada?");
    table.answers("One.");
    table.answers("Two.");

    assert_eq!(table.turns(), ["Ben", "Ada"]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::AwaitingNudge));
    table.user_says("So be it.");
    assert_eq!(table.speaker(), None, "that called nobody");
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

#[test]
fn who_is_cut_by_the_user_keeps_its_words_and_is_told_and_the_next_one_hears_why() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("As I was about to");

    table.user_cuts_in("Stop, the bridge is closed.");

    assert_eq!(table.transcript(), ["Ada: As I was about to —", "User: Stop, the bridge is closed."]);
    assert_eq!((table.state(), table.speaker()), (Running, Some("Ben")));
    let prompt = &table.prompt().messages.last().unwrap().text;
    assert!(
        prompt.ends_with("As I was about to (interrupted by User)\n\nUser: Stop, the bridge is closed."),
        "{prompt}"
    );
    table.answers("Closed?");
    let told = table.prompt().messages.iter().any(|message| message.text.starts_with("(User interrupted you here.)"));
    assert!(told, "{:?}", table.prompt().messages);
}

#[test]
fn who_is_cut_before_its_first_word_is_asked_anew_with_what_was_said() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.user_cuts_in("Before you begin: be brief.");

    assert_eq!(table.speaker(), Some("Ada"));
    assert!(table.prompt().messages.last().unwrap().text.ends_with("User: Before you begin: be brief."));
    assert_eq!(table.requests.len(), 2);
}

#[test]
fn who_was_nudged_and_is_cut_before_its_first_word_keeps_its_turn_unless_another_is_called() {
    let mut table = Seating::of(&["Ada", "Ben"]).policy(Policy::Manual).table();
    let ben = table.conversation().participants[1].id;
    table.does(Command::Nudge { participant: ben });

    table.user_cuts_in("And briefly.");
    assert_eq!(table.speaker(), Some("Ben"));
    table.user_cuts_in("@Ada, you instead.");

    assert_eq!(table.speaker(), Some("Ada"));
}

#[test]
fn cutting_in_moves_nothing_that_stands_still() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_cuts_in("Hello?");
    assert_eq!((table.state(), table.speaker()), (Draft, None));

    table.start();
    table.says("Half");
    table.pause();
    table.user_cuts_in("Enough.");

    assert_eq!((table.state(), table.speaker()), (Paused, None));
    assert_eq!(table.transcript(), ["User: Hello?", "Ada: Half —", "User: Enough."]);
}

#[test]
fn a_step_that_the_user_cuts_into_is_still_one_step() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.step();
    table.user_cuts_in("Wait.");
    table.says("Half");
    table.user_cuts_in("Wait again.");

    assert_eq!((table.state(), table.speaker()), (Paused, None));
    assert_eq!(table.turns(), ["Ada", "Ada"]);
}
