//! The computer falls asleep in mid-sentence: what was said is kept, and nothing is paid for twice.

use std::time::Duration;

use chimera_core::ConversationState::{Completed, NeedsAttention, Paused, Running};
use chimera_core::{ErrorClass, EventKind, InterruptCause, StateReason};
use chimera_engine::{Command, Input};
use chimera_testkit::script;

use crate::support::{House, Seating, Table};

const A_NIGHT: Duration = Duration::from_secs(8 * 60 * 60);

#[test]
fn what_was_said_before_the_computer_slept_is_kept_and_nobody_is_asked_again() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Half a story");
    let asked = table.requests.len();

    table.handle(Input::Slept).unwrap();

    assert_eq!(table.transcript(), ["Ada: Half a story —"]);
    assert_eq!((table.state(), table.reason()), (Paused, StateReason::Slept));
    let cause = table.kinds().find_map(|kind| match kind {
        EventKind::MessageInterrupted { cause, .. } => Some(cause.clone()),
        _ => None,
    });
    assert_eq!(cause, Some(InterruptCause::Slept));
    assert_eq!(table.requests.len(), asked);
    table.resume();
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn who_had_not_said_a_word_is_asked_again_only_when_a_person_resumes() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.handle(Input::Slept).unwrap();

    assert_eq!((table.state(), table.speaker()), (Paused, None));
    assert!(!table.dialogue.is_under_way());
}

#[test]
fn who_waits_for_a_limit_goes_on_waiting_through_the_night() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.fails(ErrorClass::ServerError);

    table.handle(Input::Slept).unwrap();

    assert_eq!((table.state(), table.reason()), (Running, StateReason::User));
    table.waits(Duration::from_secs(3));
    assert_eq!(table.speaker(), Some("Ada"));
}

#[test]
fn who_stands_in_line_for_a_place_goes_on_standing_there() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.is_queued();

    table.handle(Input::Slept).unwrap();

    assert_eq!((table.state(), table.speaker()), (Running, Some("Ada")));
}

#[test]
fn a_moderator_that_is_to_be_asked_again_later_is_waited_for_and_one_that_is_listened_to_is_not() {
    let mut waits = Seating::of(&["Ada", "Ben", "Cleo"]).moderated_by("judge").table();
    waits.start();
    waits.fails(ErrorClass::ServerError);
    waits.handle(Input::Slept).unwrap();
    assert_eq!(waits.state(), Running);
    waits.waits(Duration::from_secs(3));
    assert_eq!(waits.speaker(), Some("Moderator"));

    waits.handle(Input::Slept).unwrap();

    assert_eq!((waits.state(), waits.reason()), (Paused, StateReason::Slept));
}

#[test]
fn a_conversation_that_was_over_is_over_again_when_an_alternative_slept() {
    let mut table = Seating::of(&["Ada", "Ben"]).ends_after(1).table();
    table.start();
    table.answers("The end.");
    let reason = table.reason();
    table.regenerate(0);
    table.says("Or not");

    table.handle(Input::Slept).unwrap();

    assert_eq!((table.state(), table.reason()), (Completed, reason));
    assert_eq!(table.transcript(), ["Ada: Or not —"]);
}

#[test]
fn a_conversation_that_needs_a_person_or_rests_is_left_alone() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.handle(Input::Slept).unwrap();
    table.start();
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.state(), NeedsAttention);
    let mark = table.mark();

    table.handle(Input::Slept).unwrap();

    assert_eq!(table.mark(), mark);
}

#[tokio::test(start_paused = true)]
async fn a_runner_notices_within_five_seconds_that_its_computer_slept() {
    let house = House::with(Seating::of(&["Ada", "Ben"]), [("ada", vec![script().says("Half a story").hangs()])]);
    house.does(Command::Start).await;
    house.until_shown("Half a story").await;

    house.clock.sleeps(A_NIGHT);
    let woken = tokio::time::Instant::now();
    house.until_state(Paused).await;

    assert!(woken.elapsed() <= Duration::from_secs(5), "{:?}", woken.elapsed());
    assert_eq!(house.transcript(), ["Ada: Half a story"]);
    assert_eq!(house.model("ada").listeners(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_broke_in_the_night_is_not_held_against_the_model() {
    let breaks = script().says("Half a story").waits(Duration::from_secs(1)).fails(ErrorClass::Unreachable);
    let house = House::with(Seating::of(&["Ada", "Ben"]), [("ada", vec![breaks])]);
    house.does(Command::Start).await;
    house.until_shown("Half a story").await;

    house.clock.sleeps(A_NIGHT);
    house.until_state(Paused).await;

    let kinds: Vec<_> = house.journal.events().into_iter().map(|event| event.kind).collect();
    let is_fault = |kind: &EventKind| {
        matches!(kind, EventKind::MessageInterrupted { cause: InterruptCause::Provider { .. }, .. })
            || matches!(kind, EventKind::AttemptEnded { outcome: chimera_core::AttemptOutcome::Failed { .. }, .. })
    };
    assert!(!kinds.iter().any(is_fault), "{kinds:?}");
}

#[tokio::test(start_paused = true)]
async fn a_nap_cuts_nobody_off() {
    let says = script().says("Half a story.").waits(Duration::from_secs(10)).says(" And the rest.").finishes();
    let house = House::with(Seating::of(&["Ada", "Ben"]).ends_after(1), [("ada", vec![says])]);
    house.does(Command::Start).await;
    house.until_shown("Half a story").await;

    house.clock.sleeps(Duration::from_secs(20));
    house.until_state(chimera_core::ConversationState::Completed).await;

    assert_eq!(house.transcript(), ["Ada: Half a story. And the rest."]);
}
