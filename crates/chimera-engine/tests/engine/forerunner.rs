//! Faults that an earlier program had. None of them may come back.

use chimera_core::{AfterCut, ErrorClass, EventKind, Policy, ProviderError, Role};

use crate::support::{Seating, Table};

#[test]
fn a_providers_error_text_never_becomes_a_message() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.fails_with(ProviderError::new(ErrorClass::BadRequest, "Error: invalid model parameter"));
    table.does(chimera_engine::Command::Skip);
    table.says("So ");
    table.fails_with(ProviderError::new(ErrorClass::Truncated, "Error: connection reset"));

    assert_eq!(table.transcript(), ["Ben: So —"]);
    assert!(!format!("{:?}", table.prompt()).contains("Error:"), "nor does it reach another model");
}

#[test]
fn the_window_holds_the_last_messages_and_not_the_first() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    for line in 0..80 {
        table.answers(&format!("Line {line}. {}", "words ".repeat(500)));
    }

    let prompt = format!("{:?}", table.prompt().messages);

    assert!(prompt.contains("Line 79."));
    assert!(!prompt.contains("Line 0."));
}

#[test]
fn not_every_ai_is_an_assistant_without_a_name() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.start();
    for line in ["From Ada.", "From Ben.", "From Cleo."] {
        table.answers(line);
    }

    for message in &table.prompt().messages {
        match message.role {
            Role::Assistant => assert_eq!(message.text, "From Ada."),
            Role::User => assert!(!message.text.contains("From Ada.")),
        }
    }
    let others = &table.prompt().messages.last().unwrap().text;
    assert_eq!(others, "Ben: From Ben.\n\nCleo: From Cleo.");
}

#[test]
fn what_the_user_says_during_a_run_reaches_the_next_speaker() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("As I was");

    table.user_says("Please be brief.");
    table.answers(" saying.");

    assert!(table.prompt().messages.last().unwrap().text.ends_with("User: Please be brief."));
}

#[test]
fn fallback_works_before_the_first_word_and_the_talk_goes_on_after_it() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    table.fails(ErrorClass::Unauthorized);
    table.says("The second model ");
    table.fails(ErrorClass::Truncated);

    assert_eq!(table.transcript(), ["Ada: The second model —"]);
    assert_eq!((table.speaker(), table.asked_model().as_deref()), (Some("Ben"), Some("one")));
}

#[test]
fn fallback_works_after_the_first_word_too() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).after_cut(AfterCut::Auto).table();
    table.start();
    let beginning = "It stood there for a hundred years before anybody asked. ".repeat(4);
    table.says(&beginning);

    table.fails(ErrorClass::Truncated);
    assert_eq!((table.speaker(), table.asked_model().as_deref()), (Some("Ada"), Some("two")));
    table.answers("Then somebody did.");

    assert_eq!(table.transcript(), [format!("Ada: {}", beginning + "Then somebody did.")]);
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn no_model_is_asked_but_for_a_turn() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).ends_after(2).table();
    table.start();
    table.answers("One.");
    table.answers("Two.");

    let attempts = table.kinds().filter(|kind| matches!(kind, EventKind::AttemptStarted { .. })).count();
    assert_eq!((table.requests.len(), attempts), (2, 2), "a health check would be a third, and cost money");
}

#[test]
fn the_first_and_the_second_speaker_differ_and_both_sit_at_the_table() {
    for policy in [Policy::RoundRobin, Policy::Balanced, Policy::Random, Policy::Parallel] {
        for seed in 0..50 {
            let mut seating = Seating::of(&["Ada", "Ben", "Cleo"]).policy(policy);
            seating.seed = seed;
            let mut table = seating.table();
            table.start();
            table.answers("Ada, Ada, I say!");

            let turns = table.turns();
            assert_ne!(turns[0], turns[1]);
            assert!(turns.iter().all(|name| ["Ada", "Ben", "Cleo"].contains(name)));
        }
    }
}

#[test]
fn parallel_is_not_accepted_to_do_nothing() {
    let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Parallel).table();

    table.start();

    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);
}
