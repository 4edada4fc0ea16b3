//! A model fails before its first word: the policy, as it is seen from the table.

use std::time::Duration;

use chimera_core::{ConversationState::*, ErrorClass, EventKind, Finish, ProviderError, ReplyEvent, StateReason};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table, model};

const LONG: Duration = Duration::from_secs(10);

#[test]
fn the_next_model_on_the_route_is_asked_with_the_same_question() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();
    let question = table.prompt().messages.clone();
    let mark = table.mark();

    table.fails(ErrorClass::Unauthorized);

    assert_eq!(table.asked_model().as_deref(), Some("two"));
    assert_eq!(table.prompt().messages, question);
    assert_eq!(table.happened_since(mark), ["attempt.ended", "fallback.switched", "attempt.started"]);
    table.answers("Still here.");
    assert_eq!(table.transcript(), ["Ada: Still here."]);
}

#[test]
fn a_switch_says_from_whom_to_whom_and_why() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    table.fails(ErrorClass::QuotaExhausted);

    let Some(EventKind::FallbackSwitched { from, to, because, detail, .. }) =
        table.kinds().find(|kind| matches!(kind, EventKind::FallbackSwitched { .. }))
    else {
        panic!("no switch was recorded")
    };
    assert_eq!((from, to), (&model("one"), &model("two")));
    assert_eq!((because, detail.as_str()), (&ErrorClass::QuotaExhausted, "in a test"));
}

#[test]
fn a_server_that_failed_is_asked_twice_more_after_a_wait_and_then_the_next() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    for _ in 0..2 {
        table.fails(ErrorClass::ServerError);
        table.waits(LONG);
        assert_eq!(table.asked_model().as_deref(), Some("one"));
    }
    table.fails(ErrorClass::ServerError);

    assert_eq!(table.asked_model().as_deref(), Some("two"));
    assert_eq!(table.requests.len(), 4);
}

#[test]
fn when_no_model_answers_a_person_is_asked_and_nothing_becomes_a_message() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();
    table.fails(ErrorClass::ModelNotFound);
    let mark = table.mark();

    table.fails(ErrorClass::Unauthorized);

    assert_eq!(table.state(), NeedsAttention);
    let StateReason::NoModelAnswered { participant, class, .. } = table.reason() else { panic!() };
    assert_eq!((table.name(participant), class), ("Ada", ErrorClass::Unauthorized));
    assert_eq!(table.happened_since(mark), ["attempt.ended", "turn.ended", "conversation.state_changed"]);
    assert_eq!(table.transcript(), [""; 0]);
}

#[test]
fn a_retry_gives_the_same_speaker_its_whole_route_again() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();
    table.fails(ErrorClass::ModelNotFound);
    table.fails(ErrorClass::ModelNotFound);

    table.does(Command::Retry);

    assert_eq!((table.speaker(), table.asked_model().as_deref()), (Some("Ada"), Some("one")));
    table.answers("Back again.");
    assert_eq!(table.state(), Running);
    assert_eq!(table.turns(), ["Ada", "Ada", "Ben"]);
}

#[test]
fn a_step_that_failed_is_still_one_turn_when_it_is_tried_again() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.step();
    table.fails(ErrorClass::Unauthorized);

    table.does(Command::Retry);
    table.answers("There.");

    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Stepped));
}

#[test]
fn a_skip_leads_past_the_speaker_nobody_answered_for() {
    for policy in [chimera_core::Policy::RoundRobin, chimera_core::Policy::Balanced] {
        let mut table = Seating::of(&["Ada", "Ben"]).policy(policy).table();
        table.start();
        let silent = table.speaker().unwrap().to_owned();
        table.fails(ErrorClass::Unauthorized);

        table.does(Command::Skip);

        assert_eq!(table.state(), Running);
        assert_ne!(table.speaker(), Some(silent.as_str()));
    }
}

#[test]
fn what_needs_attention_can_be_ended_and_continued() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.fails(ErrorClass::Unauthorized);

    table.stop(StopWhen::Now);
    assert_eq!(table.state(), Completed);
    table.start();

    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn an_empty_answer_is_asked_for_once_more_and_never_becomes_a_message() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    table.says(" \n");
    table.finishes();
    table.waits(LONG);
    assert_eq!(table.asked_model().as_deref(), Some("one"));
    table.hears(ReplyEvent::Reasoning("Nothing to say.".into()));
    table.finishes();

    assert_eq!(table.asked_model().as_deref(), Some("two"));
    assert_eq!(table.transcript(), [""; 0]);
}

#[test]
fn a_limit_that_is_reached_before_the_first_word_is_not_tried_twice() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();

    table.hears(ReplyEvent::Reasoning("First of all".into()));
    table.hears(ReplyEvent::Finished(Finish::Length));
    assert_eq!(table.asked_model().as_deref(), Some("two"));
    table.hears(ReplyEvent::Finished(Finish::Length));

    assert_eq!((table.state(), table.transcript()), (NeedsAttention, vec![]));
    assert!(matches!(table.reason(), StateReason::NoModelAnswered { class: ErrorClass::OutputLimit, .. }));
}

#[test]
fn a_refusal_without_a_word_is_left_to_a_person() {
    for finish in [Finish::Refusal, Finish::ContentFilter] {
        let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
        table.start();

        table.hears(ReplyEvent::Finished(finish));

        assert_eq!(table.state(), NeedsAttention);
        assert!(matches!(table.reason(), StateReason::NoModelAnswered { class: ErrorClass::ContentPolicy, .. }));
    }
}

#[test]
fn a_prompt_that_is_too_long_is_shortened_and_the_model_remembered() {
    let mut table = Table::with(&["Ada"]);
    for page in 0..40 {
        table.user_says(&format!("{page} {}", "words ".repeat(600)));
    }
    table.start();
    let mut sizes = vec![size_of_prompt(&table)];

    for _ in 0..2 {
        table.fails(ErrorClass::ContextOverflow);
        assert!(table.prompt().messages[0].text.contains("39 words"), "the newest stays");
        sizes.push(size_of_prompt(&table));
    }
    table.answers("Now it fits.");

    assert!(sizes[1] < sizes[0] / 2 && sizes[2] < sizes[1] / 2, "{sizes:?}");
    assert!(size_of_prompt(&table) <= sizes[2] + 100, "the next question is not too long again");
}

#[test]
fn a_prompt_that_is_still_too_long_goes_to_the_next_model_with_the_whole_window() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.user_says(&"words ".repeat(9_000));
    table.start();
    let whole = size_of_prompt(&table);

    for _ in 0..3 {
        table.fails(ErrorClass::ContextOverflow);
    }

    assert_eq!(table.asked_model().as_deref(), Some("two"));
    assert_eq!(size_of_prompt(&table), whole);
}

#[test]
fn a_wait_the_provider_asks_for_is_kept_when_nobody_else_can_be_asked() {
    let limited = |seconds| ProviderError {
        retry_after: Some(Duration::from_secs(seconds)),
        ..ProviderError::new(ErrorClass::RateLimited, "slow down")
    };

    let mut alone = Table::with(&["Ada", "Ben"]);
    alone.start();
    alone.fails_with(limited(8));
    alone.waits(Duration::from_millis(7_999));
    assert_eq!(alone.speaker(), None, "too early");
    alone.waits(Duration::from_millis(500));
    assert_eq!(alone.asked_model().as_deref(), Some("ada"));

    let mut routed = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    routed.start();
    routed.fails_with(limited(8));
    assert_eq!(routed.asked_model().as_deref(), Some("two"), "somebody else is free");
}

#[test]
fn a_conversation_that_is_paused_still_says_that_no_model_answered() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.pause();
    table.fails(ErrorClass::Unauthorized);

    assert_eq!(table.state(), NeedsAttention);
}

#[test]
fn a_stop_after_the_turn_ends_it_even_when_no_model_answers() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.stop(StopWhen::AfterTurn);
    table.fails(ErrorClass::Unauthorized);

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::User));
}

#[test]
fn a_route_without_models_is_said_and_not_tried() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&[]).table();

    table.start();

    assert!(matches!(table.reason(), StateReason::NoModelAnswered { class: ErrorClass::NotConfigured, .. }));
}

fn size_of_prompt(table: &Table) -> usize {
    table.prompt().messages.iter().map(|message| message.text.len()).sum()
}
