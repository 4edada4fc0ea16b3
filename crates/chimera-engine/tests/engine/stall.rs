//! A speaker that hangs is passed over by the conversation's own rule, whatever its provider takes for life.

use std::time::Duration;

use chimera_core::{
    AttemptOutcome, ConversationChange, ConversationState::*, EventKind, InterruptCause, ReplyEvent, StateReason,
    TurnOutcome,
};
use chimera_engine::Command;

use crate::support::{Seating, Table};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn table() -> Table {
    let mut table = Seating::of(&["Ada", "Ben"]).stalls_after(20).table();
    table.start();
    table
}

#[test]
fn a_speaker_without_a_new_word_for_too_long_is_passed_over_and_its_words_are_kept() {
    let mut table = table();
    table.says("It seems ");
    table.waits(seconds(19));
    table.says("to me ");
    for _ in 0..19 {
        table.waits(seconds(1));
        table.hears(ReplyEvent::Reasoning("hm".into()));
    }
    assert_eq!(table.speaker(), Some("Ada"));

    table.waits(seconds(1));

    assert_eq!((table.state(), table.speaker()), (Running, Some("Ben")));
    assert_eq!(table.transcript(), ["Ada: It seems to me —"]);
    let stalled = |kind: &EventKind| {
        matches!(kind, EventKind::MessageInterrupted { cause: InterruptCause::Stalled { after_s: 20 }, .. })
    };
    assert!(table.kinds().any(stalled));
}

#[test]
fn one_that_never_said_a_word_leaves_no_message_and_the_turn_says_why() {
    let mut table = table();

    table.waits(seconds(20));

    assert_eq!((table.speaker(), table.transcript().len()), (Some("Ben"), 0));
    let ended: Vec<_> = table.kinds().filter(|kind| matches!(kind, EventKind::TurnEnded { .. })).collect();
    assert!(matches!(ended[..], [EventKind::TurnEnded { outcome: TurnOutcome::Stalled, .. }]));
    let cancelled =
        |kind: &EventKind| matches!(kind, EventKind::AttemptEnded { outcome: AttemptOutcome::Cancelled, .. });
    assert!(table.kinds().any(cancelled), "it is no fault of the model's");
}

#[test]
fn a_table_where_everybody_hangs_asks_for_a_person() {
    let mut table = table();

    table.waits(seconds(61));

    assert_eq!((table.state(), table.speaker()), (NeedsAttention, None));
    assert!(matches!(table.reason(), StateReason::NoModelAnswered { .. }));
}

#[test]
fn the_rule_can_be_made_and_taken_back_while_somebody_hangs() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("So ");
    let stall = |stall_after_s| Command::ChangeConversation {
        change: ConversationChange { stall_after_s: Some(stall_after_s), ..ConversationChange::default() },
    };

    table.does(stall(10));
    table.waits(seconds(5));
    table.does(stall(0));
    table.waits(seconds(30));
    assert_eq!(table.speaker(), Some("Ada"), "only its provider's patience counts again");

    table.does(stall(10));
    table.waits(seconds(0));
    assert_eq!(table.speaker(), Some("Ben"));
}
