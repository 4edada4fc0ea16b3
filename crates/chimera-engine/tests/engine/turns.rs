//! One turn after the other: who is up, and what a turn leaves in the log.

use std::time::Duration;

use chimera_core::{AttemptOutcome, ErrorClass, EventKind, Finish, Policy, ProviderError, Repair, ReplyEvent, Usage};
use chimera_engine::{Command, StopWhen};

use crate::support::{Seating, Table};

#[test]
fn round_robin_goes_around_in_the_seated_order() {
    let mut table = Table::with(&["Ada", "Ben", "Cleo"]);
    table.start();

    for line in ["one", "two", "three", "four"] {
        table.answers(line);
    }

    assert_eq!(table.turns(), ["Ada", "Ben", "Cleo", "Ada", "Ben"]);
}

#[test]
fn a_participant_that_is_alone_keeps_talking() {
    for policy in [Policy::RoundRobin, Policy::Balanced] {
        let mut table = Seating::of(&["Ada"]).policy(policy).table();
        table.start();

        table.answers("To be.");
        table.answers("Or not to be.");

        assert_eq!(table.turns(), ["Ada", "Ada", "Ada"]);
    }
}

#[test]
fn a_whole_turn_ends_and_the_next_begins_in_one_go() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    table.says("Done.");
    let mark = table.mark();

    table.finishes();

    assert_eq!(
        table.happened_since(mark),
        ["message.completed", "attempt.ended", "turn.ended", "turn.started", "attempt.started",]
    );
}

#[test]
fn a_message_begins_with_its_first_word_and_not_before() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    let mark = table.mark();

    table.hears(ReplyEvent::Opened { request_id: None, status: None });
    table.hears(ReplyEvent::Alive);
    table.hears(ReplyEvent::Reasoning("Hm.".into()));
    table.says("\n ");
    assert_eq!(table.happened_since(mark), ["attempt.thinking"]);
    table.says("Hello");

    assert_eq!(table.happened_since(mark), ["attempt.thinking", "message.started"]);
}

#[test]
fn every_message_has_the_one_before_as_its_parent() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_says("Welcome.");
    table.start();
    table.says("Half ");
    table.user_says("Do go on.");
    table.answers("whole.");
    table.answers("Next.");

    let lines: Vec<_> = table.conversation().lines.iter().collect();

    assert_eq!(table.transcript(), ["User: Welcome.", "Ada: Half whole.", "User: Do go on.", "Ben: Next."]);
    assert_eq!(lines[0].parent, None);
    assert!(lines.windows(2).all(|two| two[1].parent == Some(two[0].message)));
}

#[test]
fn an_attempt_keeps_who_answered_what_it_counted_and_how_long_it_took() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.waits(ms(100));
    table.hears(ReplyEvent::Opened { request_id: Some("r1".into()), status: Some(200) });
    table.hears(ReplyEvent::Model("ada-2026".into()));
    table.waits(ms(200));
    table.says("Hello");
    table.hears(ReplyEvent::Usage(Usage { input_tokens: Some(11), ..Usage::default() }));
    table.hears(ReplyEvent::Usage(Usage { output_tokens: Some(2), ..Usage::default() }));
    table.waits(ms(300));
    table.finishes();

    let Some(EventKind::AttemptEnded { outcome, answered_by, timings, usage, .. }) =
        table.kinds().find(|kind| matches!(kind, EventKind::AttemptEnded { .. }))
    else {
        panic!("no attempt has ended")
    };
    assert_eq!(outcome, &AttemptOutcome::Answered { finish: Finish::Stop });
    assert_eq!(answered_by.as_deref(), Some("ada-2026"));
    assert_eq!((timings.first_byte_ms, timings.first_token_ms, timings.total_ms), (Some(100), Some(300), Some(600)));
    let counted = Usage { input_tokens: Some(11), output_tokens: Some(2), ..Usage::default() };
    assert_eq!(usage, &Some(counted));
}

#[test]
fn an_attempt_keeps_the_status_and_the_name_of_its_call_however_it_ended() {
    let kept = |end: &dyn Fn(&mut Table)| {
        let mut table = Table::with(&["Ada", "Ben"]);
        table.start();
        end(&mut table);
        let told = |kind: &EventKind| match kind {
            EventKind::AttemptEnded { status, request_id, .. } => Some((*status, request_id.clone())),
            _ => None,
        };
        table.kinds().find_map(told).unwrap()
    };
    let opens = |table: &mut Table| {
        table.hears(ReplyEvent::Opened { request_id: Some("r1".into()), status: Some(200) });
    };
    let refused = |table: &mut Table| {
        let refused = ProviderError::new(ErrorClass::Unauthorized, "no");
        table.fails_with(ProviderError { status: Some(401), request_id: Some("r2".into()), ..refused });
    };
    let known = || (Some(200), Some("r1".to_owned()));

    let answered = kept(&|table| {
        opens(table);
        table.says("Hello");
        table.finishes();
    });
    let cancelled = kept(&|table| {
        opens(table);
        table.does(Command::Stop(StopWhen::Now));
    });
    let cut = kept(&|table| {
        opens(table);
        table.says("Half of it");
        table.fails(ErrorClass::Truncated);
    });
    let failed_under_a_success = kept(&|table| {
        opens(table);
        table.fails(ErrorClass::EmptyAnswer);
    });

    let mut table = Seating::of(&["Ada"]).route(&["one", "two"]).table();
    table.start();
    refused(&mut table);
    table.is_closed(ErrorClass::RateLimited);
    let last = table.kinds().rev().find(|kind| matches!(kind, EventKind::AttemptEnded { .. }));
    let is_bare = matches!(last, Some(EventKind::AttemptEnded { status: None, request_id: None, .. }));

    assert!(is_bare, "it was not asked: {last:?}");
    assert_eq!([answered, cancelled, cut, failed_under_a_success], [(); 4].map(|()| known()));
    assert_eq!(kept(&refused), (Some(401), Some("r2".to_owned())));
    assert_eq!(kept(&|table| table.fails(ErrorClass::Unreachable)), (None, None));
}

#[test]
fn an_attempt_keeps_what_was_changed_of_its_question_however_it_ended() {
    let repairs = [Repair::NoStop, Repair::MaxCompletionTokens];
    let kept = |end: &dyn Fn(&mut Table)| {
        let mut table = Table::with(&["Ada", "Ben"]);
        table.start();
        for repair in repairs {
            table.hears(ReplyEvent::Repaired(repair));
        }
        end(&mut table);
        let ended = table.kinds().find_map(|kind| match kind {
            EventKind::AttemptEnded { repairs, timings, .. } => Some((repairs.clone(), timings.first_byte_ms)),
            _ => None,
        });
        ended.unwrap()
    };

    assert_eq!(kept(&|table| table.answers("Yes.")).0, repairs);
    assert_eq!(kept(&|table| table.fails(ErrorClass::BadRequest)).0, repairs);
    let stopped = kept(&|table| table.stop(StopWhen::Now));
    assert_eq!(stopped, (repairs.to_vec(), None), "a refusal is no byte of the answer");
}

#[test]
fn what_a_provider_does_not_count_is_estimated_and_says_so() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.answers("Twelve chars");

    let usage = table.kinds().find_map(|kind| match kind {
        EventKind::AttemptEnded { usage, .. } => *usage,
        _ => None,
    });
    let usage = usage.unwrap();
    assert!(usage.estimated);
    assert_eq!(usage.output_tokens, Some(3));
}

#[test]
fn the_same_inputs_make_the_same_log_down_to_its_ids() {
    let play = || {
        let mut table = Seating::of(&["Ada", "Ben", "Cleo"]).policy(Policy::Balanced).table();
        table.start();
        table.answers("One.");
        table.user_says("Cleo?");
        table.answers("Two.");
        table.log
    };

    assert_eq!(play(), play());
}

#[test]
fn a_clock_that_is_set_back_does_not_put_new_messages_before_old_ones() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.user_says("At noon.");

    table.clock_is_set_back(Duration::from_secs(3600));
    table.user_says("At noon again?");

    let ids: Vec<_> = table.conversation().lines.iter().map(|line| line.message).collect();
    assert!(ids.is_sorted(), "{ids:?}");
}

#[test]
fn an_answer_ends_where_it_begins_to_speak_for_another() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.says("Ada: I think");
    table.says(" so.\n\nBe");
    table.says("n: And I do not.");

    assert_eq!(table.transcript(), ["Ada: I think so."]);
    assert_eq!(table.speaker(), Some("Ben"), "the turn is over, and the call was cancelled");
}

#[test]
fn what_comes_from_an_attempt_that_is_over_is_not_listened_to() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();
    let late = table.asked[0].attempt;
    table.answers("One.");
    let mark = table.mark();

    let heard = Ok(ReplyEvent::Text("And another thing".into()));
    table.handle(chimera_engine::Input::Reply { attempt: late, heard }).unwrap();

    assert_eq!(table.mark(), mark);
    assert_eq!(table.transcript(), ["Ada: One."]);
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
