//! The process dies at any moment: what was said is there, and the conversation waits.

use chimera_core::{
    AttemptOutcome, ConversationState::*, ErrorClass, EventKind, InterruptCause, StateReason, TurnOutcome,
};
use chimera_engine::{Checkpoint, Command, Input, StopWhen};

use crate::support::Table;

#[test]
fn a_half_spoken_turn_is_there_after_a_crash_and_the_conversation_is_paused() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a story");

    let unfinished = table.crashes();
    let mark = table.mark();
    table.recovers(unfinished);

    assert_eq!(table.transcript(), ["Ada: Half a story —"]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Restarted));
    assert_eq!(
        table.happened_since(mark),
        ["message.interrupted", "attempt.ended", "turn.ended", "conversation.state_changed",]
    );
    assert!(
        table
            .kinds()
            .any(|kind| { matches!(kind, EventKind::MessageInterrupted { cause: InterruptCause::Restarted, .. }) })
    );
    assert!(
        table
            .kinds()
            .any(|kind| { matches!(kind, EventKind::AttemptEnded { outcome: AttemptOutcome::Cancelled, .. }) })
    );

    table.resume();

    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn a_turn_in_which_nothing_was_said_gives_its_seat_back() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.answers("One.");

    let unfinished = table.crashes();
    table.recovers(unfinished);
    assert!(table.kinds().any(|kind| matches!(kind, EventKind::TurnEnded { outcome: TurnOutcome::Cancelled, .. })));
    table.resume();

    assert_eq!(table.speaker(), Some("Ben"), "it was Ben's turn before");
}

#[test]
fn a_message_whose_words_were_not_kept_is_closed_without_them() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Gone");

    table.crashes();
    table.recovers(Vec::new());
    table.resume();

    assert_eq!(table.transcript(), ["Ada:  —"]);
    assert!(table.prompt().messages.iter().all(|message| !message.text.contains("Ada: ")));
}

#[test]
fn recovering_twice_is_recovering_once() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half");
    let unfinished = table.crashes();
    table.recovers(unfinished.clone());
    let mark = table.mark();

    table.recovers(unfinished);

    assert_eq!(table.mark(), mark);
}

#[test]
fn recovering_what_is_under_way_or_whole_does_nothing() {
    let stray = |table: &Table| {
        let message = table.conversation().lines.head().unwrap();
        Command::Recover {
            unfinished: vec![Checkpoint { message, text: "something else".into() }],
            withheld: Vec::new(),
        }
    };
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half ");

    table.does(stray(&table));
    table.answers("whole.");
    table.does(stray(&table));

    assert_eq!(table.transcript(), ["Ada: Half whole."]);
    assert_eq!(table.state(), Running);
}

#[test]
fn what_was_left_open_has_to_be_recovered_before_anything_but_words() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half");
    let unfinished = table.crashes();

    let refusal = table.tries(Command::Resume).unwrap_err();
    table.user_says("Are you still there?");
    table.recovers(unfinished);
    table.resume();

    assert!(refusal.message.contains("recover it first"));
    assert_eq!(table.transcript(), ["Ada: Half —", "User: Are you still there?"]);
}

#[test]
fn a_paused_speaker_that_was_finishing_is_recovered_too() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half");
    table.pause();

    let unfinished = table.crashes();
    table.recovers(unfinished);

    assert_eq!(table.transcript(), ["Ada: Half —"]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Restarted));
}

#[test]
fn what_ended_before_the_crash_needs_no_recovery() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.fails(ErrorClass::Unauthorized);

    let unfinished = table.crashes();
    assert!(!table.dialogue.needs_recovery());
    table.recovers(unfinished);

    assert_eq!(table.state(), NeedsAttention);
    table.does(Command::Retry);
    assert_eq!(table.speaker(), Some("Ada"));
}

#[test]
fn a_shutdown_keeps_every_word_and_pauses() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a story");

    table.handle(Input::ShutDown).unwrap();

    assert_eq!(table.transcript(), ["Ada: Half a story —"]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Restarted));
    assert!(!table.dialogue.needs_recovery());
}

#[test]
fn a_shutdown_during_the_last_turn_completes_what_the_user_had_stopped() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("And so");
    table.does(Command::Stop(StopWhen::AfterTurn));

    table.handle(Input::ShutDown).unwrap();

    assert_eq!((table.state(), table.reason()), (Completed, StateReason::User));
}

#[test]
fn what_the_journal_lost_did_not_happen_and_the_conversation_goes_on_from_the_rest() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half ");
    table.answers("whole.");

    let unfinished = table.loses_its_last_write();
    assert_eq!(table.transcript(), ["Ada: "], "the end of the message was in that write");
    table.recovers(unfinished);

    assert_eq!(table.transcript(), ["Ada:  —"]);
    table.resume();
    assert_eq!(table.speaker(), Some("Ben"));
}
