//! A round that the app did not live to see the end of.

use chimera_core::{ConversationState, EventKind, InterruptCause, Policy, StateReason};
use chimera_engine::{Dialogue, Input};

use crate::support::{Seating, Table};

fn interrupted_in_mid_round() -> Table {
    let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Parallel).table();
    table.start();
    table.turns_to("Ben");
    table.answers("From Ben.");
    table.turns_to("Cleo");
    table.says("From Cl");
    table
}

#[test]
fn what_was_said_is_shown_after_a_crash_whole_where_it_was_whole() {
    let mut table = interrupted_in_mid_round();
    table.user_says("Meanwhile.");

    let unfinished = table.crashes();
    assert!(table.dialogue.needs_recovery());
    table.recovers(unfinished);

    assert_eq!(table.transcript(), ["Ben: From Ben.", "Cleo: From Cl —", "User: Meanwhile."]);
    assert_eq!((table.state(), table.reason()), (ConversationState::Paused, StateReason::Restarted));
    let cause = table.conversation().lines.find(table.message(2)).and_then(|line| line.cause.clone());
    assert_eq!(cause, Some(InterruptCause::Restarted));
    table.resume();
    assert_eq!(table.asked_at_once(), ["Ada", "Ben", "Cleo"]);
}

#[test]
fn an_answer_is_kept_whole_before_anybody_learns_that_it_is_whole() {
    let mut table = interrupted_in_mid_round();

    let unfinished = table.crashes();
    table.forgets_what_is_not_whole();
    table.recovers(unfinished);

    assert_eq!(table.transcript(), ["Ben: From Ben."]);
}

#[test]
fn nothing_is_lost_when_the_app_is_closed_or_the_computer_sleeps_in_mid_round() {
    for (input, reason) in [(Input::ShutDown, StateReason::Restarted), (Input::Slept, StateReason::Slept)] {
        let mut table = interrupted_in_mid_round();

        table.handle(input).unwrap();

        assert_eq!(table.transcript(), ["Ben: From Ben.", "Cleo: From Cl —"]);
        assert_eq!(table.reason(), reason);
    }
}

#[test]
fn the_prompts_of_a_round_can_be_read_again_as_they_were() {
    let mut table = interrupted_in_mid_round();
    table.user_says("Meanwhile.");
    table.answers("eo.");
    table.turns_to("Ada");
    table.answers("From Ada.");

    let attempts = table.kinds().filter_map(|kind| match kind {
        EventKind::AttemptStarted { attempt, .. } => Some(*attempt),
        _ => None,
    });
    for attempt in attempts.collect::<Vec<_>>() {
        let prompt = Dialogue::prompt_of(table.dialogue.id(), &table.log, attempt).unwrap();
        assert!(prompt.exact, "{prompt:?}");
    }
}
