//! When a talk in rounds ends, and what it may cost.

use chimera_core::{ConversationState, EndRules, EventKind, Money, Policy, StateReason};
use std::time::Duration;

use crate::budget::price;
use crate::support::{Seating, Table, model};

fn three(end: EndRules) -> Table {
    let mut seating = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Parallel);
    seating.end = end;
    seating.table()
}

#[test]
fn every_turn_counts_and_the_last_round_is_no_longer_than_the_rule_leaves() {
    let mut table = three(EndRules { turns: Some(5), ..EndRules::NONE });
    table.start();

    table.everybody_answers("First");
    assert_eq!(table.asked_at_once(), ["Ada", "Ben"]);
    table.everybody_answers("Second");

    assert_eq!(table.reason(), StateReason::TurnsReached { turns: 5 });
}

#[test]
fn a_round_without_a_person_is_no_longer_than_that_rule_leaves_either() {
    let mut table = three(EndRules { turns_without_user: Some(3), ..EndRules::NONE });
    table.start();

    table.everybody_answers("First");

    assert_eq!(table.state(), ConversationState::Paused);
    assert_eq!(table.reason(), StateReason::TurnsWithoutUserReached { turns: 3 });
}

#[test]
fn who_has_had_its_turns_is_not_asked_again() {
    let mut table = three(EndRules { turns_per_participant: Some(1), ..EndRules::NONE });
    table.start();
    table.everybody_answers("First");

    assert_eq!(table.reason(), StateReason::TurnsPerParticipantReached { turns: 1 });
}

fn reserved(table: &Table) -> u32 {
    let reserve = |kind: &EventKind| match kind {
        EventKind::AttemptStarted { reserved, .. } => reserved.map(|reserve| reserve.tokens()),
        _ => None,
    };
    table.kinds().filter_map(reserve).sum()
}

#[test]
fn a_round_that_the_budget_has_no_room_for_becomes_the_closing_round_of_those_it_has_room_for() {
    for (tokens, asked) in [(4_500, vec!["Ada", "Ben", "Cleo"]), (3_000, vec!["Ada", "Ben"])] {
        let mut table = three(EndRules { tokens: Some(tokens), ..EndRules::NONE });

        table.start();

        assert_eq!(table.asked_at_once(), asked);
        assert!(reserved(&table) <= tokens);
    }
}

#[test]
fn nobody_is_asked_when_one_of_the_round_may_not_be() {
    let mut seating = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Parallel);
    seating.end = EndRules { money: Some(Money::from_cents(100)), ..EndRules::NONE };
    seating.participants[1].route = vec![model("two")];
    let mut table = seating.table();
    for priced in seating_models(&table, "Ben") {
        table.learns(&priced, Some(price()));
    }

    table.start();

    assert!(table.requests.is_empty(), "answers are there to be compared: it is all of them or nobody");
    assert_eq!(table.state(), ConversationState::Paused);
    assert!(matches!(table.reason(), StateReason::Unpriced { participant, .. } if participant == table.id("Ben")));
}

/// The models of everybody but this one.
fn seating_models(table: &Table, but: &str) -> Vec<String> {
    let others = table.conversation().participants.iter().filter(|seat| seat.name != but);
    others.flat_map(|seat| seat.route.iter().map(|model| model.model.clone())).collect()
}

#[test]
fn the_closing_round_is_one_round_too() {
    let mut table = three(EndRules { tokens: Some(9_000), ..EndRules::NONE });
    table.learns("one", Some(price()));
    table.start();

    for _ in 0..12 {
        if table.speaker().is_some() {
            table.answers("One of the words that are said here.");
        }
    }

    assert_eq!(table.state(), ConversationState::Completed);
    assert!(matches!(table.reason(), StateReason::TokensReached { .. }));
    assert!(table.kinds().any(|kind| matches!(kind, EventKind::ConversationClosing { .. })));
}

#[test]
fn who_says_no_word_for_too_long_is_passed_over_and_who_waits_in_line_is_not() {
    let mut table = Seating::of(&["Ada", "Ben", "Cleo", "Dora"]).policy(Policy::Parallel).stalls_after(20).table();
    table.start();
    table.waits(Duration::from_secs(15));
    table.turns_to("Ada");
    table.answers("From Ada.");
    assert_eq!(table.asked_at_once(), ["Ben", "Cleo", "Dora"]);

    table.waits(Duration::from_secs(10));

    assert_eq!(table.asked_at_once(), ["Dora"], "its time began when it was asked");
    table.answers("From Dora.");
    assert_eq!(table.transcript(), ["Ada: From Ada.", "Dora: From Dora."]);
}
