//! Cut off in mid-sentence: what was said stays, and nothing starts over behind anybody's back.

use std::time::Duration;

use chimera_core::{
    AttemptOutcome, ConversationState::*, EndRules, ErrorClass, EventKind, Finish, InterruptCause, ReplyEvent,
    StateReason, TurnOutcome,
};
use chimera_engine::{Command, Patience, StopWhen};

use crate::support::{Seating, Table};

#[test]
fn a_stopped_turn_keeps_what_was_said() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a ");
    table.says("story");
    let mark = table.mark();

    table.stop(StopWhen::Now);

    assert_eq!(table.transcript(), ["Ada: Half a story —"]);
    assert_eq!((table.state(), table.reason()), (Completed, StateReason::User));
    assert_eq!(table.speaker(), None, "the call was cancelled");
    assert_eq!(
        table.happened_since(mark),
        ["message.interrupted", "attempt.ended", "turn.ended", "conversation.state_changed",]
    );
    assert_eq!(cause(&table), InterruptCause::User);
    assert_eq!(outcomes(&table), [AttemptOutcome::Cancelled]);
    assert_eq!(turn_outcomes(&table), [TurnOutcome::Interrupted]);
}

#[test]
fn a_turn_stopped_before_its_first_word_leaves_no_message() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.stop(StopWhen::Now);

    assert_eq!(table.transcript(), [""; 0]);
    assert_eq!(turn_outcomes(&table), [TurnOutcome::Cancelled]);
}

#[test]
fn words_that_were_held_back_are_said_before_the_cut() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Wait for\nBen");

    table.stop(StopWhen::Now);

    assert_eq!(table.transcript(), ["Ada: Wait for\nBen —"], "it might have become another's line, and did not");
}

#[test]
fn a_wait_between_two_tries_can_be_stopped() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.fails(ErrorClass::ServerError);

    table.stop(StopWhen::Now);
    table.waits(std::time::Duration::from_secs(60));

    assert_eq!(table.state(), Completed);
    assert_eq!(table.speaker(), None);
    assert_eq!(turn_outcomes(&table), [TurnOutcome::Cancelled]);
}

#[test]
fn a_started_answer_stands_where_nobody_is_to_go_on() {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table();
    table.start();
    table.says("Half a ");
    let mark = table.mark();

    table.fails(ErrorClass::Truncated);

    assert_eq!(table.transcript(), ["Ada: Half a —"]);
    assert_eq!(table.speaker(), Some("Ben"), "the conversation goes on with the next turn");
    assert_eq!(
        table.happened_since(mark),
        ["message.interrupted", "attempt.ended", "turn.ended", "turn.started", "attempt.started",]
    );
    let detail = "in a test".to_owned();
    assert_eq!(cause(&table), InterruptCause::Provider { class: ErrorClass::Truncated, detail });
}

#[test]
fn three_turns_in_a_row_that_were_cut_call_for_a_person() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    for _ in 0..3 {
        assert_eq!(table.state(), Running);
        table.says("Well, ");
        table.fails(ErrorClass::Truncated);
    }

    assert_eq!(table.state(), NeedsAttention);
    assert!(matches!(table.reason(), StateReason::NoModelAnswered { class: ErrorClass::Truncated, .. }));
    assert_eq!(table.speaker(), None);
}

#[test]
fn a_whole_answer_between_the_cut_ones_releases_the_brake() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    for _ in 0..4 {
        table.says("Well, ");
        table.fails(ErrorClass::Truncated);
        table.says("Well, ");
        table.fails(ErrorClass::IdleTimeout);
        table.answers("All said.");
    }

    assert_eq!(table.state(), Running);
}

#[test]
fn after_the_brake_a_retry_has_three_turns_again() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    for _ in 0..3 {
        table.says("Well, ");
        table.fails(ErrorClass::Truncated);
    }

    table.does(Command::Retry);
    assert_eq!(table.speaker(), Some("Ada"), "who was cut last");
    table.says("Well, ");
    table.fails(ErrorClass::Truncated);

    assert_eq!(table.state(), Running);
}

#[test]
fn a_skipped_speaker_is_cut_off_and_the_next_goes_on() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("At length, and at great length,");

    table.does(Command::Skip);

    assert_eq!(table.transcript(), ["Ada: At length, and at great length, —"]);
    assert_eq!(table.speaker(), Some("Ben"));
    assert_eq!(cause(&table), InterruptCause::User);
}

#[test]
fn whoever_is_skipped_before_its_first_word_is_not_chosen_again_at_once() {
    for policy in [chimera_core::Policy::RoundRobin, chimera_core::Policy::Balanced] {
        let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(policy).table();
        table.start();
        let present = table.speaker().unwrap().to_owned();

        table.does(Command::Skip);

        assert_eq!(table.state(), Running);
        assert_ne!(table.speaker(), Some(present.as_str()));
    }
}

#[test]
fn a_refusal_with_words_is_kept_and_labelled() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.says("I would rather not.");
    table.hears(ReplyEvent::Finished(Finish::Refusal));

    assert_eq!(table.transcript(), ["Ada: I would rather not."]);
    assert_eq!(table.conversation().lines.iter().next().unwrap().finish, Some(Finish::Refusal));
    assert_eq!(turn_outcomes(&table), [TurnOutcome::Completed]);
}

fn cause(table: &Table) -> InterruptCause {
    let cause = |kind: &EventKind| match kind {
        EventKind::MessageInterrupted { cause, .. } => Some(cause.clone()),
        _ => None,
    };
    table.kinds().rev().find_map(cause).unwrap()
}

fn outcomes(table: &Table) -> Vec<AttemptOutcome> {
    let outcome = |kind: &EventKind| match kind {
        EventKind::AttemptEnded { outcome, .. } => Some(outcome.clone()),
        _ => None,
    };
    table.kinds().filter_map(outcome).collect()
}

fn turn_outcomes(table: &Table) -> Vec<TurnOutcome> {
    let outcome = |kind: &EventKind| match kind {
        EventKind::TurnEnded { outcome, .. } => Some(*outcome),
        _ => None,
    };
    table.kinds().filter_map(outcome).collect()
}

#[test]
fn who_was_muted_before_its_first_word_is_not_asked_anew_by_cutting_in() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.start();
    let participant = table.id("Ada");
    table.does(Command::Mute { participant });

    table.user_cuts_in("Before you begin: be brief.");

    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn who_was_muted_already_when_the_user_called_it_is_asked_anew() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    let participant = table.id("Ben");
    table.does(Command::Mute { participant });
    table.does(Command::Nudge { participant });

    table.user_cuts_in("And briefly.");
    table.user_cuts_in("Very briefly.");

    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn cutting_in_after_the_minutes_are_up_asks_nobody_anew() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.sets(EndRules { minutes: Some(1), ..EndRules::NONE });
    table.start();
    table.is_patient(Patience::LOCAL);
    table.waits(Duration::from_secs(70));
    assert_eq!(table.speaker(), Some("Ada"));

    table.user_cuts_in("Well?");

    assert_eq!((table.state(), table.speaker()), (Completed, None));
    assert_eq!(table.reason(), StateReason::MinutesReached { minutes: 1 });
}
