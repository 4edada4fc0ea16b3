//! What one turn may spend, and who is left out: the policy as it is seen from the table.

use std::time::Duration;

use chimera_core::{AttemptOutcome, ErrorClass, EventKind, ModelFacts, Refusals, ReplyEvent, Role};
use chimera_engine::{Input, Patience};

use crate::support::{Seating, Table, model};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn asked(table: &Table) -> Vec<String> {
    let name = |kind: &EventKind| match kind {
        EventKind::AttemptStarted { model, .. } => Some(model.model.clone()),
        _ => None,
    };
    table.kinds().filter_map(name).collect()
}

#[test]
fn a_turn_calls_no_more_than_three_providers() {
    let mut table = Seating::of(&["Ada"]).route(&["a/one", "b/two", "c/three", "d/four", "b/five"]).table();
    table.start();

    for _ in 0..4 {
        table.fails(ErrorClass::Unauthorized);
    }

    assert_eq!(asked(&table), ["one", "two", "three", "five"]);
}

#[test]
fn a_turn_makes_no_more_than_six_calls() {
    let mut table = Seating::of(&["Ada"]).route(&["1", "2", "3", "4", "5", "6", "7"]).table();
    table.start();

    for _ in 0..6 {
        table.fails(ErrorClass::ModelNotFound);
    }

    assert_eq!(asked(&table), ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(table.speaker(), None);
}

#[test]
fn after_ninety_seconds_without_a_word_the_last_is_asked_and_given_its_own_time() {
    let mut table = Seating::of(&["Ada"]).route(&["1", "2", "3", "4", "5"]).table();
    table.start();

    table.waits(seconds(90));
    assert_eq!(asked(&table), ["1", "2", "3", "5"]);
    table.waits(seconds(29));
    table.answers("Here I am.");

    assert_eq!(table.transcript(), ["Ada: Here I am."]);
}

#[test]
fn whoever_is_in_the_middle_has_what_is_left_of_the_time() {
    let mut table = Seating::of(&["Ada"]).route(&["1", "2", "3"]).table();
    table.start();
    table.is_patient(Patience::LOCAL);
    table.waits(seconds(80));
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.asked_model().as_deref(), Some("2"));

    table.waits(seconds(10));

    assert_eq!(table.asked_model().as_deref(), Some("3"));
}

#[test]
fn pings_keep_a_silent_model_for_three_minutes_and_no_longer() {
    let mut table = Seating::of(&["Ada"]).route(&["1"]).table();
    table.start();
    table.says("Well,");

    for _ in 0..3 {
        table.waits(seconds(50));
        table.hears(ReplyEvent::Alive);
    }
    assert_eq!(table.speaker(), Some("Ada"));
    table.waits(seconds(30));

    assert!(table.kinds().any(|kind| {
        matches!(
            kind,
            EventKind::AttemptEnded { outcome: AttemptOutcome::Failed { class: ErrorClass::IdleTimeout, .. }, .. }
        )
    }));
}

#[test]
fn a_refusal_is_put_to_another_where_that_is_wanted() {
    let mut seating = Seating::of(&["Ada"]).route(&["1", "2"]);
    seating.fallback.refusals = Refusals::AskAnother;
    let mut table = seating.table();
    table.start();

    table.fails(ErrorClass::ContentPolicy);

    assert_eq!(table.asked_model().as_deref(), Some("2"));
}

#[test]
fn a_model_that_cannot_hold_even_the_shortest_question_is_not_asked_and_that_is_said() {
    let mut table = Seating::of(&["Ada"]).route(&["small", "large"]).table();
    let facts = ModelFacts { context_tokens: Some(100), ..ModelFacts::default() };
    table.handle(Input::Facts { model: model("small"), facts }).unwrap();

    table.start();

    assert_eq!(table.asked_model().as_deref(), Some("large"));
    assert_eq!(asked(&table), ["small", "large"]);
    let Some(EventKind::AttemptEnded { outcome: AttemptOutcome::Skipped { class, detail, .. }, .. }) =
        table.kinds().find(|kind| matches!(kind, EventKind::AttemptEnded { .. }))
    else {
        panic!("it was not skipped")
    };
    assert_eq!(*class, ErrorClass::ContextOverflow);
    assert!(detail.contains("it holds 100 tokens"), "{detail}");
}

#[test]
fn a_plain_question_is_put_as_it_is() {
    let mut table = Seating::of(&["Ada"]).route(&["1", "2"]).table().plain();
    table.user_says("User: who waved?");
    table.step();

    let request = table.prompt();
    assert_eq!(request.system, "Speak like Ada.");
    let messages: Vec<_> = request.messages.iter().map(|message| (message.role, message.text.as_str())).collect();
    assert_eq!(messages, [(Role::User, "User: who waved?")]);
    assert!(request.stop.is_empty());

    table.answers("Ada: nobody.\nUser: really?");
    assert_eq!(table.transcript()[1], "Ada: Ada: nobody.\nUser: really?", "every word is the model's own");
}

#[test]
fn a_request_that_is_not_understood_goes_on_only_where_another_protocol_had_it_written_anew() {
    let after_the_second_of = |protocols: [&str; 2]| {
        let mut table = Seating::of(&["Ada"]).route(&["a/one", "b/two", "c/three"]).table();
        table.start();
        table.is_asked_in(protocols[0]);
        table.fails(ErrorClass::Unauthorized);
        table.is_asked_in(protocols[1]);
        table.fails(ErrorClass::BadRequest);
        asked(&table).len()
    };

    assert_eq!(after_the_second_of(["openai", "openai"]), 2, "the third would get the same");
    assert_eq!(after_the_second_of(["openai", "anthropic"]), 3);
}
