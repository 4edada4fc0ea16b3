//! Models that are limited, down or off: the dialogue passes them over, and says so.

use std::time::Duration;

use chimera_core::{
    AttemptOutcome, ConversationState::*, ErrorClass, EventKind, ProviderError, ReplyEvent, StateReason,
};
use chimera_engine::StopWhen;
use chimera_engine::health::Ending;

use crate::support::{Seating, Table, model};

fn table() -> Table {
    Seating::of(&["Ada", "Ben"]).route(&["one", "two"]).table()
}

#[test]
fn a_closed_model_is_passed_over_and_the_message_says_why() {
    let mut table = table();
    table.start();
    let mark = table.mark();

    table.is_closed(ErrorClass::RateLimited);

    assert_eq!(table.asked_model().as_deref(), Some("two"));
    assert_eq!(table.happened_since(mark), ["attempt.ended", "fallback.switched", "attempt.started"]);
    let skipped = table.kinds().find_map(|kind| match kind {
        EventKind::AttemptEnded { outcome: AttemptOutcome::Skipped { class, detail, .. }, .. } => {
            Some((*class, detail.clone()))
        }
        _ => None,
    });
    assert_eq!(skipped, Some((ErrorClass::RateLimited, "not asked in a test".to_owned())));
    assert_eq!(table.reports, [], "nothing was learned of a model that was not asked");
}

fn comes_back_in(seconds: u64) -> ProviderError {
    let retry_after = Some(Duration::from_secs(seconds));
    ProviderError { retry_after, ..ProviderError::new(ErrorClass::RateLimited, "in a test") }
}

#[test]
fn a_model_that_named_a_time_is_come_back_to_when_nobody_else_may_be_asked() {
    for meets in [Table::meets_a_closed_door, Table::meets_a_refusal] {
        let mut table = table();
        table.start();
        table.fails_with(comes_back_in(3));
        assert_eq!(table.asked_model().as_deref(), Some("two"), "others may be free");
        let mark = table.mark();

        meets(&mut table);
        assert_eq!(table.happened_since(mark), ["attempt.ended", "fallback.switched"], "it is told at once");
        assert_eq!(table.speaker(), None);
        table.waits(Duration::from_secs(4));

        assert_eq!(table.asked_model().as_deref(), Some("one"));
        table.answers("Here I am.");
        assert_eq!(table.transcript(), ["Ada: Here I am."]);
    }
}

impl Table {
    fn meets_a_closed_door(&mut self) {
        self.is_closed(ErrorClass::Unauthorized);
    }

    fn meets_a_refusal(&mut self) {
        self.fails(ErrorClass::Unauthorized);
    }
}

#[test]
fn it_is_come_back_to_once_and_not_when_the_time_it_named_is_too_far() {
    let mut table = table();
    table.start();
    table.fails_with(comes_back_in(3));
    table.is_closed(ErrorClass::Unauthorized);
    table.waits(Duration::from_secs(4));
    table.is_closed(ErrorClass::RateLimited);
    assert_eq!(table.state(), NeedsAttention);

    let mut table = self::table();
    table.start();
    table.fails_with(comes_back_in(61));
    table.is_closed(ErrorClass::Unauthorized);
    assert_eq!(table.state(), NeedsAttention);
}

#[test]
fn a_turn_of_which_nobody_may_be_asked_waits_for_a_person() {
    let mut table = table();
    table.start();

    table.is_closed(ErrorClass::Unauthorized);
    table.is_closed(ErrorClass::QuotaExhausted);

    assert_eq!(table.state(), NeedsAttention);
    assert!(matches!(table.reason(), StateReason::NoModelAnswered { class: ErrorClass::QuotaExhausted, .. }));
}

#[test]
fn a_model_that_was_passed_over_takes_no_try_from_the_others() {
    let route = ["one", "two", "three", "four", "five", "six"];
    let mut table = Seating::of(&["Ada", "Ben"]).route(&route).table();
    table.start();
    for _ in 0..5 {
        table.is_closed(ErrorClass::RateLimited);
    }

    for _ in 0..2 {
        table.fails(ErrorClass::ServerError);
        table.waits(Duration::from_secs(10));
        assert_eq!(table.asked_model().as_deref(), Some("six"), "it has its tries like any other");
    }
}

#[test]
fn a_closed_door_that_comes_too_late_changes_nothing() {
    let mut table = table();
    table.start();
    let attempt = table.asked[0].attempt;
    table.stop(StopWhen::Now);
    let mark = table.mark();

    let closed = chimera_engine::health::Closed { class: ErrorClass::Overloaded, until: None, detail: String::new() };
    table.handle(chimera_engine::Input::NotAsked { attempt, closed }).unwrap();

    assert_eq!(table.happened_since(mark), [""; 0]);
}

#[test]
fn how_each_attempt_ended_is_told_of_its_model() {
    let mut table = table();
    let slow_down =
        ProviderError { retry_after: Some(Duration::from_secs(30)), ..ProviderError::new(ErrorClass::RateLimited, "") };
    table.start();

    table.fails_with(slow_down.clone());
    table.answers("Hello.");
    table.says("Half a ");
    table.fails(ErrorClass::Truncated);
    table.hears(ReplyEvent::Finished(chimera_core::Finish::Stop));
    table.stop(StopWhen::Now);

    let broken = |class| Ending::Failed(ProviderError::new(class, "in a test"));
    let empty = Ending::Failed(ProviderError::new(ErrorClass::EmptyAnswer, "it ended without a word"));
    let expected = [
        ("one", Ending::Failed(slow_down)),
        ("two", Ending::Answered),
        ("one", broken(ErrorClass::Truncated)),
        ("one", empty),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(name, ending)| (model(name), ending)).collect();
    assert_eq!(table.reports, expected);
}

#[test]
fn a_speaker_who_is_cut_off_says_nothing_against_its_model() {
    let mut table = table();
    table.start();
    table.says("Half a ");

    table.stop(StopWhen::Now);

    assert_eq!(table.reports, [(model("one"), Ending::Cancelled)]);
}
