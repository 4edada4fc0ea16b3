//! Waiting in line for other calls to end.

use std::time::Duration;

use chimera_core::{AttemptOutcome, ErrorClass, EventKind, Money, Policy, Timings};
use chimera_engine::{Patience, StopWhen};

use crate::support::{Seating, Table};

const LONG: Duration = Duration::from_secs(1_200);

fn last_end(table: &Table) -> (AttemptOutcome, Timings, Option<Money>) {
    let mut ends = table.kinds().rev().filter_map(|kind| match kind {
        EventKind::AttemptEnded { outcome, timings, cost, .. } => Some((outcome.clone(), *timings, *cost)),
        _ => None,
    });
    ends.next().unwrap()
}

fn queued() -> Table {
    let mut table = Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).stalls_after(60).table();
    table.start();
    table.is_queued();
    table
}

#[test]
fn the_wait_takes_nothing_of_the_time_for_the_first_word_nor_of_the_users_patience() {
    let mut table = queued();

    table.waits(LONG);
    assert_eq!(table.speaker(), Some("Ada"), "nobody was given up or passed over");
    table.is_patient(Patience::CLOUD);
    table.waits(Duration::from_secs(29));
    table.answers("Here.");

    let (outcome, timings, _) = last_end(&table);
    assert!(matches!(outcome, AttemptOutcome::Answered { .. }), "{outcome:?}");
    assert_eq!(timings.queued_ms, Some(1_200_000));
}

#[test]
fn from_when_it_goes_out_a_question_has_the_usual_time() {
    let mut table = queued();
    table.waits(LONG);
    table.is_patient(Patience::CLOUD);

    table.waits(Duration::from_secs(31));

    let (outcome, ..) = last_end(&table);
    let class = match outcome {
        AttemptOutcome::Failed { class, .. } => class,
        other => panic!("{other:?}"),
    };
    assert_eq!(class, ErrorClass::FirstTokenTimeout);
}

#[test]
fn the_next_on_the_route_has_its_time_however_long_it_waits_in_line() {
    let mut table = queued();
    table.is_patient(Patience::CLOUD);
    table.fails(ErrorClass::Unauthorized);
    assert_eq!(table.asked_model().as_deref(), Some("two"));

    table.is_queued();
    table.waits(LONG);
    table.is_patient(Patience::CLOUD);
    table.waits(Duration::from_secs(20));

    assert_eq!(table.asked_model().as_deref(), Some("two"), "it is still being waited for");
}

#[test]
fn the_log_says_who_waits_and_who_waits_no_more() {
    let mut table = queued();
    let mark = table.mark();

    table.is_patient(Patience::CLOUD);
    table.says("Now.");

    assert_eq!(table.happened_since(mark), ["attempt.admitted", "message.started"]);
    assert!(table.kinds().any(|kind| matches!(kind, EventKind::AttemptQueued { .. })));
}

#[test]
fn whoever_is_stopped_or_dies_in_line_has_asked_nobody_and_costs_nothing() {
    let mut stopped = queued();
    stopped.stop(StopWhen::Now);

    let mut dead = queued();
    let unfinished = dead.crashes();
    dead.recovers(unfinished);

    for table in [stopped, dead] {
        let (outcome, _, cost) = last_end(&table);
        assert_eq!((outcome, cost), (AttemptOutcome::Cancelled, Some(Money::ZERO)));
        assert_eq!(table.conversation().past.ledger.tokens(), 0);
        assert!(table.asked.is_empty());
    }
}

#[test]
fn a_moderator_waits_in_line_like_everybody_else() {
    let mut seating = Seating::of(&["Ada", "Ben"]);
    (seating.policy, seating.moderator) =
        (Policy::Moderator, Some(chimera_core::Moderator::Participant { participant: seating.participants[0].id }));
    let mut table = seating.table();
    table.start();

    table.is_queued();
    table.waits(LONG);
    table.is_patient(Patience::CLOUD);
    table.answers("Ben");

    assert_eq!(table.speaker(), Some("Ben"));
}
