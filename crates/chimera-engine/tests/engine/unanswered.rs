//! No model on a speaker's route answered: the conversation waits for a person, or the others go on without it.

use chimera_core::{ConversationState::*, ErrorClass, EventKind, Policy, StateReason, TurnOutcome, Unanswered};
use chimera_engine::Command;

use crate::support::{Seating, Table, model, three_turns};

const NAMES: [&str; 5] = ["Ada", "Ben", "Cleo", "Dora", "Enzo"];

fn passing_over(names: &[&str]) -> Table {
    let mut seating = Seating::of(names);
    seating.fallback.unanswered = Unanswered::PassOver;
    let mut table = seating.table();
    table.start();
    table
}

/// Everybody but this one has models.
fn goes_on_without(table: &mut Table, gone: &str, turns: usize) {
    for _ in 0..turns {
        if table.speaker() == Some(gone) {
            table.fails(ErrorClass::Unauthorized);
        } else {
            table.answers("So it is.");
        }
    }
}

#[test]
fn one_of_five_whose_provider_is_gone_is_passed_over_and_the_others_talk_on() {
    let mut table = passing_over(&NAMES);

    goes_on_without(&mut table, "Ben", 10);

    assert_eq!(table.state(), Running);
    let speakers: Vec<_> = table.transcript().iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(speakers, ["Ada", "Cleo", "Dora", "Enzo", "Ada", "Cleo", "Dora", "Enzo"]);
    let failed = |kind: &&EventKind| matches!(kind, EventKind::TurnEnded { outcome: TurnOutcome::Failed, .. });
    assert_eq!(table.kinds().filter(failed).count(), 2, "each time it is told");
}

#[test]
fn when_nobody_at_all_is_answered_for_a_person_is_waited_for() {
    let mut table = passing_over(&NAMES);

    for _ in 0..3 {
        assert_eq!(table.state(), Running);
        table.fails(ErrorClass::Unauthorized);
    }

    assert_eq!((table.state(), table.speaker()), (NeedsAttention, None));
    let class = ErrorClass::Unauthorized;
    assert!(matches!(table.reason(), StateReason::NoModelAnswered { class: told, .. } if told == class));
    table.does(Command::Skip);
    assert_eq!(table.speaker(), Some("Dora"), "and it leads on");
}

#[test]
fn a_round_in_which_nobody_answers_waits_for_a_person_and_one_in_which_somebody_does_goes_on() {
    let mut seating = Seating::of(&["Ada", "Ben"]).policy(Policy::Parallel);
    seating.fallback.unanswered = Unanswered::PassOver;
    let mut table = seating.table();
    table.start();
    for round in 1..=4 {
        table.turns_to("Ada");
        table.fails(ErrorClass::Unauthorized);
        table.answers("So it is.");
        assert_eq!((table.state(), table.rounds()), (Running, round + 1));
    }

    table.fails(ErrorClass::Unauthorized);
    table.fails(ErrorClass::Unauthorized);

    assert_eq!(table.state(), NeedsAttention);
}

#[test]
fn a_step_that_nobody_answered_waits_also_there() {
    let mut seating = Seating::of(&["Ada", "Ben"]);
    seating.fallback.unanswered = Unanswered::PassOver;
    let mut table = seating.table();
    table.step();

    table.fails(ErrorClass::Unauthorized);

    assert_eq!((table.state(), table.speaker()), (NeedsAttention, None), "one turn was asked for, and by whom is seen");
}

#[test]
fn other_models_can_be_asked_for_this_one_turn() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.fails(ErrorClass::Unauthorized);

    table.does(Command::RetryWith { route: vec![model("three"), model("four")] });
    assert_eq!((table.speaker(), table.asked_model().as_deref()), (Some("Ada"), Some("three")));
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.asked_model().as_deref(), Some("four"));
    table.answers("One.");
    table.answers("Two.");

    assert_eq!(table.asked_model().as_deref(), Some("ada"), "its own route is as it was");
}

#[test]
fn models_for_one_turn_are_refused_where_there_is_none_or_there_are_several() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    let with = |names: &[&str]| Command::RetryWith { route: names.iter().map(|name| model(name)).collect() };
    assert!(table.tries(with(&["three"])).is_err(), "nobody has failed");
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.tries(with(&[])).unwrap_err().field, Some("route"));

    let mut table = Seating::of(&["Ada", "Ben"]).policy(Policy::Parallel).table();
    table.start();
    table.fails(ErrorClass::Unauthorized);
    table.fails(ErrorClass::Unauthorized);
    let refusal = table.tries(with(&["three"])).unwrap_err();
    assert_eq!(refusal.field, Some("route"));
    assert!(refusal.message.contains("change their routes"), "{refusal}");
}

#[test]
fn nobody_else_speaks_in_the_place_of_one_who_left_before_its_alternative_was_tried_again() {
    let mut table = three_turns();
    table.regenerate(0);
    table.fails(ErrorClass::BadRequest);
    let participant = table.id("Ada");
    table.does(Command::Leave { participant });
    let mark = table.mark();

    for command in [Command::Retry, Command::RetryWith { route: vec![model("three")] }] {
        let refusal = table.tries(command).unwrap_err();
        assert!(refusal.message.contains("has left"), "{refusal}");
    }

    assert_eq!((table.happened_since(mark), table.speaker()), (Vec::new(), None));
    table.does(Command::Skip);
    assert_eq!(table.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three."]);
}
