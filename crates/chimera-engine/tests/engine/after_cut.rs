//! An answer breaks off after its first word: another goes on with it, or begins anew, and everybody is told.

use std::time::Duration;

use chimera_core::{
    AfterCut, AttemptOutcome, ConversationState::*, ErrorClass, EventKind, InterruptCause, ReplyEvent, Role,
    StateReason, Usage,
};
use chimera_engine::StopWhen;

use crate::support::{Seating, Table, model};

const LONG: Duration = Duration::from_secs(10);

fn table(rule: AfterCut, models: &[&str]) -> Table {
    let mut table = Seating::of(&["Ada", "Ben"]).route(models).after_cut(rule).table();
    table.start();
    table
}

#[test]
fn the_next_model_goes_on_with_what_was_said() {
    let mut table = table(AfterCut::Continue, &["one", "two"]);
    table.says("The old light");
    let mark = table.mark();

    table.fails(ErrorClass::Truncated);
    assert_eq!(table.happened_since(mark), ["attempt.ended", "fallback.switched", "attempt.started"]);
    assert_eq!(table.asked_model().as_deref(), Some("two"));
    table.answers("lighthouse was dark.");

    assert_eq!(table.transcript(), ["Ada: The old lighthouse was dark."]);
    assert_eq!(
        &table.happened_since(mark)[3..8],
        ["message.taken_over", "message.completed", "attempt.ended", "turn.ended", "turn.started"]
    );
    assert_eq!(taken_over(&table), [13]);
    assert_eq!(after_words(&table), [true], "it is said aloud");
}

#[test]
fn what_was_said_is_quoted_to_whoever_goes_on_and_never_put_into_its_mouth() {
    let mut table = table(AfterCut::Continue, &["one", "two"]);
    table.says("The old <|im_start|>light");
    table.fails(ErrorClass::IdleTimeout);

    let last = table.prompt().messages.last().unwrap();

    assert_eq!(last.role, Role::User);
    assert!(last.text.contains("\"\"\"\nThe old < |im_start|>light\n\"\"\""), "{}", last.text);
    assert!(table.prompt().messages.iter().all(|message| message.role == Role::User), "nothing is the assistant's yet");
}

#[test]
fn the_first_word_of_a_new_answer_strikes_the_broken_one() {
    let mut table = table(AfterCut::Replace, &["one", "two"]);
    table.says("Half a story");
    table.fails(ErrorClass::Truncated);
    let (message, kept) = table.dialogue.words_so_far().unwrap();
    assert_eq!(kept, "Half a story", "until there is something better");

    table.says("A whole");

    assert_eq!(table.dialogue.words_so_far(), Some((message, "A whole")));
    assert_eq!(table.shown[&message], "A whole");
    table.answers(" story.");
    assert_eq!(table.transcript(), ["Ada: A whole story."]);
    assert_eq!(taken_over(&table), [0]);
    assert_eq!(raws(&table), [Some("Half a story".to_owned()), None], "what was struck stays with its attempt");
}

#[test]
fn by_itself_much_is_continued_and_little_replaced() {
    for (said, expected) in [("word ".repeat(10), 0), ("word ".repeat(60), 299)] {
        let mut table = table(AfterCut::Auto, &["one", "two"]);
        table.says(&said);
        table.fails(ErrorClass::ServerError);
        table.answers("And the end.");

        assert_eq!(taken_over(&table), [expected]);
    }
}

#[test]
fn a_model_that_nobody_stands_by_is_asked_again_itself_and_that_is_told_too() {
    let mut table = table(AfterCut::Continue, &["one"]);
    table.says("Half a");

    table.fails(ErrorClass::Truncated);
    assert_eq!(table.speaker(), None, "after a wait");
    table.waits(LONG);

    assert_eq!(table.asked_model().as_deref(), Some("one"));
    let Some(EventKind::FallbackSwitched { from, to, after_words: true, .. }) =
        table.kinds().find(|kind| matches!(kind, EventKind::FallbackSwitched { .. }))
    else {
        panic!("nobody was told")
    };
    assert_eq!((from, to), (&model("one"), &model("one")));
    table.answers(" story.");
    assert_eq!(table.transcript(), ["Ada: Half a story."]);
}

#[test]
fn after_the_second_try_of_the_same_the_words_stand_interrupted() {
    let mut table = table(AfterCut::Continue, &["one"]);

    for words in ["One", "two", "three"] {
        table.says(words);
        table.fails(ErrorClass::Truncated);
        table.waits(LONG);
    }

    assert_eq!(table.transcript(), ["Ada: One two three —"]);
    assert_eq!(table.turns(), ["Ada", "Ben"]);
}

#[test]
fn when_nobody_manages_to_go_on_what_was_said_stands() {
    for rule in [AfterCut::Continue, AfterCut::Replace] {
        let mut table = table(rule, &["one", "two"]);
        table.says("Half a story");
        table.fails(ErrorClass::Truncated);

        table.fails(ErrorClass::Unauthorized);

        assert_eq!(table.transcript(), ["Ada: Half a story —"]);
        let cause = table.conversation().lines.iter().next().unwrap().cause.clone();
        let detail = "in a test".to_owned();
        assert_eq!(cause, Some(InterruptCause::Provider { class: ErrorClass::Truncated, detail }), "why it broke off");
        assert_eq!(table.speaker(), Some("Ben"));
    }
}

#[test]
fn whoever_goes_on_may_be_tried_again_before_its_first_word() {
    let mut table = table(AfterCut::Continue, &["one", "two"]);
    table.says("Half a");
    table.fails(ErrorClass::Truncated);

    table.fails(ErrorClass::ServerError);
    table.waits(LONG);
    table.answers("story.");

    assert_eq!(table.transcript(), ["Ada: Half a story."]);
    assert_eq!(retries(&table)[..3], [0, 0, 1]);
}

#[test]
fn a_model_that_is_closed_is_passed_over_though_words_were_said() {
    let mut table = table(AfterCut::Continue, &["one", "two"]);
    table.says("Half a story");
    table.fails(ErrorClass::Truncated);

    table.is_closed(ErrorClass::RateLimited);

    assert_eq!(table.transcript(), ["Ada: Half a story —"]);
}

#[test]
fn whoever_only_repeats_what_was_said_has_nothing_to_add() {
    let mut table = table(AfterCut::Continue, &["one", "two"]);
    table.says("That is all.");
    table.fails(ErrorClass::Truncated);

    table.answers("That is all.");

    assert_eq!(table.transcript(), ["Ada: That is all."]);
    assert_eq!(table.speaker(), Some("Ben"));
}

#[test]
fn an_empty_continuation_is_a_failure_like_any_other() {
    let mut table = table(AfterCut::Continue, &["one", "two"]);
    table.says("Half a");
    table.fails(ErrorClass::Truncated);

    table.finishes();
    table.waits(LONG);
    table.finishes();

    assert_eq!(table.transcript(), ["Ada: Half a —"]);
}

#[test]
fn a_turn_that_waits_for_somebody_to_go_on_can_be_stopped() {
    let mut table = table(AfterCut::Continue, &["one"]);
    table.says("Half a story");
    table.fails(ErrorClass::Truncated);

    table.stop(StopWhen::Now);

    assert_eq!(table.transcript(), ["Ada: Half a story —"]);
    assert_eq!((table.state(), table.reason()), (Completed, StateReason::User));
}

#[test]
fn after_a_crash_the_words_of_whoever_took_over_are_there_and_no_struck_ones() {
    let mut table = table(AfterCut::Replace, &["one", "two"]);
    table.says("Half a story");
    table.fails(ErrorClass::Truncated);
    table.says("A whole");

    let unfinished = table.crashes();
    table.recovers(unfinished);

    assert_eq!(table.transcript(), ["Ada: A whole —"]);
}

#[test]
fn what_every_attempt_used_is_kept() {
    let mut table = table(AfterCut::Continue, &["one", "two"]);
    let usage = |tokens| Usage { input_tokens: Some(tokens), output_tokens: Some(tokens), ..Usage::default() };
    table.hears(ReplyEvent::Usage(usage(7)));
    table.says("Half a");
    table.fails(ErrorClass::Truncated);
    table.says("story.");
    table.hears(ReplyEvent::Usage(usage(9)));
    table.finishes();

    let used = table.kinds().filter_map(|kind| match kind {
        EventKind::AttemptEnded { usage, .. } => *usage,
        _ => None,
    });
    let broken = Usage { estimated: true, ..usage(7) };
    assert_eq!(used.collect::<Vec<_>>(), [broken, usage(9)], "what a stream that breaks off says is not the last word");
}

#[test]
fn an_answer_that_broke_off_counts_what_was_heard_of_it_when_the_server_had_only_begun_to_count() {
    let mut table = table(AfterCut::Stop, &["one"]);
    let begun = Usage { input_tokens: Some(19), output_tokens: Some(1), ..Usage::default() };
    table.hears(ReplyEvent::Usage(begun));
    table.says(&"word ".repeat(800));

    table.fails(ErrorClass::Truncated);

    let used = table.kinds().find_map(|kind| match kind {
        EventKind::AttemptEnded { usage, .. } => *usage,
        _ => None,
    });
    let used = used.unwrap();
    assert_eq!((used.input_tokens, used.estimated), (Some(19), true));
    assert!(used.output_tokens.unwrap() >= 800, "{used:?}");
}

#[test]
fn what_the_guard_cut_off_stays_with_the_attempt() {
    let mut table = Table::with(&["Ada", "Ben"]);
    table.start();

    table.says("Ada: I say.\nBen: And I agree.");

    assert_eq!(table.transcript(), ["Ada: I say."]);
    assert_eq!(raws(&table), [Some("Ada: I say.\nBen: And I agree.".to_owned())]);
    table.answers("I do.");
    assert_eq!(raws(&table)[1], None, "where both are the same it is kept once");
}

#[test]
fn a_filter_after_words_is_not_got_around() {
    let mut table = table(AfterCut::Continue, &["one", "two"]);
    table.says("Half a");

    table.fails(ErrorClass::ContentPolicy);

    assert_eq!(table.transcript(), ["Ada: Half a —"]);
    assert_eq!(table.speaker(), Some("Ben"));
}

fn taken_over(table: &Table) -> Vec<u32> {
    let at = |kind: &EventKind| match kind {
        EventKind::MessageTakenOver { from_char, .. } => Some(*from_char),
        _ => None,
    };
    table.kinds().filter_map(at).collect()
}

fn after_words(table: &Table) -> Vec<bool> {
    let said = |kind: &EventKind| match kind {
        EventKind::FallbackSwitched { after_words, .. } => Some(*after_words),
        _ => None,
    };
    table.kinds().filter_map(said).collect()
}

fn raws(table: &Table) -> Vec<Option<String>> {
    let raw = |kind: &EventKind| match kind {
        EventKind::AttemptEnded { outcome, raw, .. } if *outcome != AttemptOutcome::Cancelled => Some(raw.clone()),
        _ => None,
    };
    table.kinds().filter_map(raw).collect()
}

fn retries(table: &Table) -> Vec<u32> {
    let retry = |kind: &EventKind| match kind {
        EventKind::AttemptStarted { retry, .. } => Some(*retry),
        _ => None,
    };
    table.kinds().filter_map(retry).collect()
}
