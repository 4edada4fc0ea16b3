//! What the user says and wishes while an alternative is asked for, or after nobody gave it; and what is left of a
//! wish when nobody answers.

use chimera_core::{
    AfterCut, ConversationState::*, EndRules, ErrorClass, ModelFacts, Money, Policy, StateReason, Unpriced,
};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table, model, three_turns};

#[test]
fn what_is_said_before_an_alternative_has_begun_stands_behind_it() {
    let mut table = three_turns();
    table.regenerate(1);

    table.user_says("Hello.");
    table.user_says("@Ben, are you sure?");
    assert_eq!(table.speaker(), Some("Ben"), "who goes on");
    table.answers("Another two.");

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Another two.", "User: Hello.", "User: @Ben, are you sure?"]);
    let parent = |message| table.conversation().lines.find(message).unwrap().parent;
    assert_eq!(parent(table.message(5)), Some(table.message(0)), "an alternative to what Ben said");
    assert_eq!(parent(table.message(3)), Some(table.message(5)), "and what was said comes after it");
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::User));
    table.resume();
    assert_eq!(table.speaker(), Some("Ben"), "who is called");
}

#[test]
fn what_was_said_meanwhile_goes_back_to_the_talk_when_the_alternative_is_left_be() {
    for is_asleep in [false, true] {
        for command in [Command::Skip, Command::Stop(StopWhen::Now)] {
            let mut table = three_turns();
            table.regenerate(1);
            table.user_says("Hello, @Ada.");
            table.fails(ErrorClass::BadRequest);
            assert_eq!(table.state(), NeedsAttention);
            if is_asleep {
                table.falls_asleep();
            }

            table.does(command.clone());

            assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three.", "User: Hello, @Ada."]);
            assert_eq!(table.conversation().lines.branches().len(), 1);
            table.step();
            assert_eq!(table.speaker(), Some("Ada"), "and calls whom it calls");
        }
    }
}

#[test]
fn what_is_said_after_nobody_gave_an_alternative_stands_behind_it_when_it_is_tried_again() {
    let mut table = three_turns();
    table.regenerate(1);
    table.fails(ErrorClass::BadRequest);

    table.user_says("Hello.");
    table.falls_asleep();
    table.does(Command::Retry);
    table.answers("Another two.");

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Another two.", "User: Hello."]);
}

#[test]
fn whoever_cuts_in_before_an_alternative_has_begun_is_heard_where_the_talk_was() {
    let mut table = three_turns();
    table.regenerate(1);

    table.user_cuts_in("Never mind.");

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three.", "User: Never mind."]);
    assert_eq!((table.state(), table.speaker()), (Paused, None));
}

#[test]
fn a_pause_holds_also_when_nobody_answers_for_whoever_was_to_finish() {
    for is_asleep in [false, true] {
        for command in [Command::Retry, Command::Skip] {
            let mut table = Table::with(&["Ada", "Ben"]);
            table.start();
            table.pause();
            table.fails(ErrorClass::Unauthorized);
            assert_eq!(table.state(), NeedsAttention);
            if is_asleep {
                table.falls_asleep();
            }

            table.does(command);
            table.answers("One.");

            assert_eq!((table.state(), table.speaker()), (Paused, None), "one turn and no talk");
        }
    }
}

#[test]
fn a_paused_alternative_is_still_one() {
    for is_asleep in [false, true] {
        let mut table = three_turns();
        table.regenerate(1);
        table.pause();
        table.fails(ErrorClass::Unauthorized);
        if is_asleep {
            table.falls_asleep();
        }

        table.does(Command::Retry);
        table.answers("Another two.");
        assert_eq!((table.state(), table.speaker()), (Paused, None));

        table.regenerate(1);
        table.pause();
        table.resume();
        table.fails(ErrorClass::Unauthorized);
        table.does(Command::Skip);
        assert_eq!(table.transcript(), ["Ada: One.", "Ben: Another two."]);
        assert_eq!(table.state(), Paused);
    }
}

#[test]
fn a_round_with_several_broken_answers_is_one_turn_that_broke() {
    let names = ["Ada", "Ben", "Cleo"];
    let mut table = Seating::of(&names).policy(Policy::Parallel).after_cut(AfterCut::Stop).table();
    table.start();
    let breaks_off = |table: &mut Table, name: &str| {
        table.turns_to(name);
        table.says_in_a_round("I was about to");
        table.fails(ErrorClass::Truncated);
    };

    names.iter().for_each(|name| breaks_off(&mut table, name));
    assert_eq!((table.state(), table.rounds()), (Running, 2));
    names.iter().for_each(|name| breaks_off(&mut table, name));
    assert_eq!((table.state(), table.rounds()), (Running, 3));
    names.iter().for_each(|name| breaks_off(&mut table, name));
    assert_eq!(table.state(), NeedsAttention, "three in a row");
}

#[test]
fn a_round_with_a_whole_answer_is_a_turn_that_did_not_break() {
    let names = ["Ada", "Ben", "Cleo"];
    let mut table = Seating::of(&names).policy(Policy::Parallel).after_cut(AfterCut::Stop).table();
    table.start();
    for round in 1..5 {
        assert_eq!((table.state(), table.rounds()), (Running, round));
        table.turns_to("Ada");
        table.answers("One.");
        for name in ["Ben", "Cleo"] {
            table.turns_to(name);
            table.says_in_a_round("I was about to");
            table.fails(ErrorClass::Truncated);
        }
    }
}

#[test]
fn an_alternative_that_may_not_be_paid_for_is_refused_and_changes_nothing() {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(2).table();
    table.start();
    table.answers("One.");
    table.answers("Two.");
    let end = EndRules { money: Some(Money::from_nanos(1_000)), unpriced: Unpriced::Refuse, ..EndRules::NONE };
    table.sets(end);
    let (mark, reason) = (table.mark(), table.reason());

    let message = table.message(1);
    let refusal = table.tries(Command::Regenerate { message, model: Some(model("unpriced")) }).unwrap_err();

    assert!(refusal.message.contains("unpriced"), "{refusal}");
    assert_eq!(table.happened_since(mark), [] as [&str; 0]);
    assert_eq!((table.state(), table.reason()), (Completed, reason));
}

#[test]
fn an_alternative_that_the_budget_ends_between_two_attempts_leaves_everything_as_it_was() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).ends_after(2).table();
    table.is_known(&ModelFacts::default());
    table.start();
    table.answers("One.");
    table.answers("Two.");
    let reason = table.reason();
    let used = u32::try_from(table.conversation().past.ledger.tokens()).unwrap();
    table.sets(EndRules { tokens: Some(used + 5_000), ..EndRules::NONE });
    table.regenerate(1);

    // It may have written as much as it was reserved for, and there is no room for another.
    table.fails(ErrorClass::IdleTimeout);

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two."]);
    assert_eq!((table.state(), table.reason()), (Completed, reason));
}

#[test]
fn an_alternative_that_was_to_be_the_last_turn_and_failed_leaves_nothing_behind() {
    let mut table = three_turns();
    table.regenerate(1);
    table.stop(StopWhen::AfterTurn);

    table.fails(ErrorClass::BadRequest);

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three."]);
    assert_eq!((table.state(), table.conversation().lines.branches().len()), (Completed, 1));
}

#[test]
fn the_same_when_the_budget_ended_it_between_two_attempts() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).ends_after(2).table();
    table.is_known(&ModelFacts::default());
    table.start();
    table.answers("One.");
    table.answers("Two.");
    let used = u32::try_from(table.conversation().past.ledger.tokens()).unwrap();
    table.sets(EndRules { tokens: Some(used + 5_000), ..EndRules::NONE });
    table.regenerate(1);
    table.stop(StopWhen::AfterTurn);

    table.fails(ErrorClass::IdleTimeout);

    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two."]);
    assert_eq!((table.state(), table.conversation().lines.branches().len()), (Completed, 1));
}
