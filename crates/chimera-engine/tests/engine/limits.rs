//! How long a model may keep us waiting, and how much it may say.

use std::time::Duration;

use chimera_core::{
    AttemptOutcome, ConversationState, ErrorClass, EventKind, InterruptCause, MAX_MESSAGE_BYTES, ReplyEvent,
};
use chimera_engine::{Input, Patience};

use crate::support::{Seating, Table};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_model_without_a_first_word_in_time_is_given_up_for_the_next() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    table.waits(seconds(29));
    table.hears(ReplyEvent::Alive);
    assert_eq!(table.asked_model().as_deref(), Some("one"));
    table.waits(seconds(1));

    assert_eq!(table.asked_model().as_deref(), Some("two"), "a ping is no word");
    assert_eq!(failures(&table), [ErrorClass::FirstTokenTimeout]);
}

#[test]
fn a_thought_is_progress_though_nothing_is_shown() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    for _ in 0..5 {
        table.waits(seconds(25));
        table.hears(ReplyEvent::Reasoning("Hm.".into()));
    }
    table.answers("I have thought about it.");

    assert_eq!(failures(&table), []);
}

#[test]
fn a_model_that_was_already_thinking_is_not_paid_for_the_same_thoughts_again() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    table.hears(ReplyEvent::Reasoning("Hm.".into()));
    table.fails(ErrorClass::ServerError);

    assert_eq!(table.asked_model().as_deref(), Some("two"));
}

#[test]
fn a_model_that_falls_silent_is_cut_off_and_its_words_are_kept() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.waits(seconds(20));
    table.says("Where was");
    table.waits(seconds(59));
    table.says(" I");
    table.waits(seconds(59));
    assert_eq!(table.speaker(), Some("Ada"));
    table.waits(seconds(1));

    assert_eq!(table.transcript(), ["Ada: Where was I —"]);
    assert_eq!(failures(&table), [ErrorClass::IdleTimeout]);
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn an_answer_without_an_end_is_cut_after_a_quarter_of_an_hour() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    for _ in 0..18 {
        table.says("and ");
        table.waits(seconds(50));
    }

    assert_eq!(failures(&table), [ErrorClass::TotalTimeout]);
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn a_local_model_has_time_to_be_loaded() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.is_patient(Patience::LOCAL);

    table.waits(seconds(299));
    assert_eq!(table.speaker(), Some("Ada"));
    table.waits(seconds(1));

    assert_eq!(failures(&table), [ErrorClass::FirstTokenTimeout]);
}

#[test]
fn a_shorter_patience_rings_earlier() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.is_patient(Patience { first_token: seconds(5), ..Patience::CLOUD });
    table.waits(seconds(5));

    assert_eq!(failures(&table), [ErrorClass::FirstTokenTimeout]);
}

#[test]
fn a_wake_up_that_was_replaced_is_not_listened_to() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    let (replaced, _) = table.alarm.unwrap();
    table.is_patient(Patience { first_token: seconds(5), ..Patience::CLOUD });
    let newest = table.alarm;

    table.handle(Input::Wake(replaced)).unwrap();

    assert_eq!(table.alarm, newest);
}

#[test]
fn a_message_that_is_too_long_is_cut_and_says_so() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    // Three bytes a letter: the limit falls inside one.
    let half = "€".repeat(MAX_MESSAGE_BYTES / 6);

    table.says(&half);
    table.says(&half);
    table.says("€€€");

    let Some(EventKind::MessageInterrupted { text, cause, .. }) =
        table.kinds().find(|kind| matches!(kind, EventKind::MessageInterrupted { .. }))
    else {
        panic!("the message was not cut")
    };
    assert_eq!(cause, &InterruptCause::TooLong);
    assert!(text.len() <= MAX_MESSAGE_BYTES && text.len() > MAX_MESSAGE_BYTES - 3);
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn nothing_is_said_behind_the_word_that_did_not_fit() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.says(&"a".repeat(MAX_MESSAGE_BYTES - 1));
    table.says("€\nBe");

    assert!(table.kinds().any(|kind| {
        matches!(kind, EventKind::MessageInterrupted { text, .. } if text.len() == MAX_MESSAGE_BYTES - 1)
    }));
}

#[test]
fn what_was_held_back_never_makes_a_message_too_long() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.says(&"a".repeat(MAX_MESSAGE_BYTES));
    table.says("\nBe");
    table.finishes();

    assert!(
        table
            .kinds()
            .any(|kind| matches!(kind, EventKind::MessageInterrupted { text, .. } if text.len() == MAX_MESSAGE_BYTES))
    );
    assert_eq!(table.state(), ConversationState::Running);
}

fn failures(table: &Table) -> Vec<ErrorClass> {
    let class = |kind: &EventKind| match kind {
        EventKind::AttemptEnded { outcome: AttemptOutcome::Failed { class, .. }, .. } => Some(*class),
        _ => None,
    };
    table.kinds().filter_map(class).collect()
}
