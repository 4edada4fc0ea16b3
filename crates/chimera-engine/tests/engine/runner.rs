//! The runner: effects in order, durable before told, and nothing of a provider can hold it up. Time is tokio's and
//! stands still until everybody waits.

use std::time::Duration;

use chimera_core::{ConversationState::*, ErrorClass, EventKind};
use chimera_engine::{Command, CommandError, SayWhen, StopWhen};
use chimera_testkit::{Script, script};
use tokio::time::{Instant, sleep};

use crate::support::{Entry, House, MemoryJournal, Seating};

const MS: Duration = Duration::from_millis(1);

fn two() -> Seating {
    Seating::of(&["Ada", "Ben"])
}

#[tokio::test(start_paused = true)]
async fn two_models_talk_until_the_end_rule() {
    let house = House::with(
        two().ends_after(3),
        [("ada", vec![Script::answer("One."), Script::answer("Three.")]), ("ben", vec![Script::answer("Two.")])],
    );

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    assert_eq!(house.transcript(), ["Ada: One.", "Ben: Two.", "Ada: Three."]);
}

#[tokio::test(start_paused = true)]
async fn a_command_answers_with_what_it_recorded_after_it_is_durable() {
    let house = House::with_journal(MemoryJournal::slow(20 * MS), two(), [("ada", vec![]), ("ben", vec![])]);

    let events = house
        .does(Command::Say { text: "Hello".into(), when: SayWhen::After, to: Vec::new(), images: Vec::new() })
        .await;

    assert_eq!(house.journal.events()[1..], events);
    assert!(matches!(&events[0].kind, EventKind::MessageCompleted { text, .. } if text == "Hello"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_and_nothing_is_recorded() {
    let house = House::with(two(), [("ada", vec![])]);

    let refused = house.tries(Command::Pause).await;

    assert!(matches!(refused, Err(CommandError::Refused { message, .. }) if message.contains("start it first")));
    assert_eq!(house.journal.events().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_first_words_are_shown_at_once_and_those_that_follow_are_gathered() {
    let mut quick = script();
    for _ in 0..100 {
        quick = quick.says("word ").waits(MS);
    }
    let house = House::with(two().ends_after(1), [("ada", vec![quick.says("end").finishes()])]);

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    let deltas = house.journal.deltas();
    assert_eq!(deltas[0].text, "word");
    assert!((3..=6).contains(&deltas.len()), "100 words in 100 ms were shown in {} pieces", deltas.len());
    assert_eq!(house.transcript(), [format!("Ada: {}", house.journal.shown())]);
    let offsets: Vec<_> = deltas.iter().map(|delta| delta.offset as usize).collect();
    let lengths = deltas.iter().map(|delta| delta.text.chars().count());
    let expected: Vec<_> = lengths.scan(0, |sum, length| Some(std::mem::replace(sum, *sum + length))).collect();
    assert_eq!(offsets, expected);
}

#[tokio::test(start_paused = true)]
async fn a_message_is_durable_before_its_words_are_shown_and_shown_before_it_is_whole() {
    let house = House::with_journal(
        MemoryJournal::slow(5 * MS),
        two().ends_after(1),
        [("ada", vec![Script::answer("Hello there.")])],
    );

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    let entries = house.journal.entries();
    let place = |wanted: fn(&Entry) -> bool| entries.iter().position(wanted).unwrap();
    let started = place(|e| matches!(e, Entry::Event(e) if matches!(e.kind, EventKind::MessageStarted { .. })));
    let shown = place(|e| matches!(e, Entry::Shown(_)));
    let whole = place(|e| matches!(e, Entry::Event(e) if matches!(e.kind, EventKind::MessageCompleted { .. })));
    assert!(started < shown && shown < whole);
}

#[tokio::test(start_paused = true)]
async fn the_words_so_far_are_kept_every_quarter_of_a_second() {
    let mut slow = script();
    for _ in 0..40 {
        slow = slow.says("word ").waits(25 * MS);
    }
    let house = House::with(two(), [("ada", vec![slow.says("last").hangs()])]);

    house.does(Command::Start).await;
    house.until_shown("last").await;
    sleep(250 * MS).await;

    let kept = |entry: &Entry| matches!(entry, Entry::Checkpoint(..));
    let checkpoints = house.journal.entries().iter().filter(|entry| kept(entry)).count();
    assert!((4..=7).contains(&checkpoints), "{checkpoints} checkpoints in 1.25 s");
    assert_eq!(house.journal.checkpoints().into_values().collect::<Vec<_>>(), [house.journal.shown()]);
}

#[tokio::test(start_paused = true)]
async fn no_checkpoint_comes_after_the_end_of_its_message() {
    let mut slow = script();
    for _ in 0..20 {
        slow = slow.says("word ").waits(30 * MS);
    }
    let house =
        House::with_journal(MemoryJournal::slow(200 * MS), two().ends_after(1), [("ada", vec![slow.finishes()])]);

    house.does(Command::Start).await;
    house.until_state(Completed).await;
    sleep(2_000 * MS).await;

    let entries = house.journal.entries();
    let whole = |e: &Entry| matches!(e, Entry::Event(e) if matches!(e.kind, EventKind::MessageCompleted { .. }));
    let last = entries.iter().rposition(|entry| matches!(entry, Entry::Checkpoint(..))).unwrap();
    assert!(last < entries.iter().position(whole).unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_slow_disk_does_not_hold_up_the_words() {
    let mut quick = script();
    for _ in 0..20 {
        quick = quick.says("word ").waits(40 * MS);
    }
    let house = House::with_journal(MemoryJournal::slow(700 * MS), two(), [("ada", vec![quick.hangs()])]);

    house.does(Command::Start).await;
    house.until_shown("word").await;
    let first = Instant::now();
    house.until_shown(&["word"; 20].join(" ")).await;

    assert!(first.elapsed() < 900 * MS, "it took {:?}", first.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_stop_drops_the_call_and_keeps_the_words() {
    let house = House::with(two(), [("ada", vec![script().says("Half a story").hangs()])]);
    house.does(Command::Start).await;
    house.until_shown("Half").await;

    house.does(Command::Stop(StopWhen::Now)).await;

    assert_eq!(house.transcript(), ["Ada: Half a story"]);
    assert_eq!(house.model("ada").listeners(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_model_that_hangs_is_given_up_in_time_and_its_call_is_dropped() {
    let house = House::with(
        two().route(&["one", "two"]).ends_after(1),
        [("one", vec![script().hangs()]), ("two", vec![Script::answer("Here.")])],
    );
    let begun = Instant::now();

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    assert_eq!(begun.elapsed().as_secs(), 30);
    assert_eq!(house.transcript(), ["Ada: Here."]);
    assert_eq!(house.model("one").listeners(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_failed_server_is_asked_again_after_a_wait() {
    let house = House::with(
        two().ends_after(1),
        [("ada", vec![script().fails(ErrorClass::ServerError), Script::answer("Here.")])],
    );

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    assert_eq!(house.transcript(), ["Ada: Here."]);
    assert_eq!(house.model("ada").requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_not_configured_needs_attention() {
    let house = House::with(two(), []);

    house.does(Command::Start).await;
    house.until_state(NeedsAttention).await;

    assert_eq!(house.transcript(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_has_failed_and_nothing_more() {
    let house = House::with(
        two().route(&["one", "two"]).ends_after(2),
        [
            ("one", vec![script().panics(), script().panics(), script().panics(), script().says("Well").panics()]),
            ("two", vec![Script::answer("Here.")]),
        ],
    );

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    assert_eq!(house.transcript(), ["Ada: Here.", "Ben: Well"]);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_just_ends_was_cut_off() {
    let house = House::with(two().ends_after(1), [("ada", vec![script().says("Well")])]);

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    assert!(house.journal.events().iter().any(|event| matches!(
        &event.kind,
        EventKind::MessageInterrupted { text, cause: chimera_core::InterruptCause::Provider { class, .. }, .. }
            if text == "Well" && *class == ErrorClass::Truncated
    )));
}

#[tokio::test]
async fn a_flood_of_words_starves_nobody() {
    let mut flood = script();
    for _ in 0..200_000 {
        flood = flood.says("word ");
    }
    let house = House::with(two(), [("ada", vec![flood.finishes()])]);
    house.does(Command::Start).await;
    house.until_shown("word").await;

    house.does(Command::Stop(StopWhen::Now)).await;

    let words = house.journal.shown().split_whitespace().count();
    assert!(words < 200_000, "the stop was heard only after all had been said");
    assert_eq!(house.transcript(), [format!("Ada: {}", house.journal.shown())]);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_ends_the_runner_and_the_next_goes_on_from_the_log() {
    let mut house = House::with(
        two().ends_after(2),
        [
            ("ada", vec![script().says("Half a story").waits(1_000 * MS).says(" more").finishes()]),
            ("ben", vec![Script::answer("And so on.")]),
        ],
    );
    house.does(Command::Start).await;
    house.until_shown("Half").await;
    house.journal.until(|journal| !journal.checkpoints().is_empty()).await;

    house.journal.fails_after(0);
    house.runner.gone().await;
    assert_eq!(house.model("ada").listeners(), 0, "nobody listens to what cannot be kept");
    assert!(matches!(house.tries(Command::Pause).await, Err(CommandError::Gone)));
    house.journal.works_again();
    house.wakes().await;

    assert_eq!(house.state(), Paused);
    assert_eq!(house.transcript(), ["Ada: Half a story"]);
    house.does(Command::Resume).await;
    house.until_state(Completed).await;
    assert_eq!(house.transcript(), ["Ada: Half a story", "Ben: And so on."]);
}

#[tokio::test(start_paused = true)]
async fn a_command_that_could_not_be_written_says_so() {
    let house = House::with(two(), [("ada", vec![])]);
    house.journal.fails_after(0);

    let failed = house.tries(Command::Start).await;

    assert!(matches!(failed, Err(CommandError::Journal(error)) if error.to_string().contains("the disk is full")));
    house.runner.gone().await;
    assert!(house.runner.is_gone());
}

#[tokio::test(start_paused = true)]
async fn a_runner_with_nothing_to_do_ends_itself_after_a_minute() {
    let house = House::with(two(), [("ada", vec![])]);
    let begun = Instant::now();

    house.runner.gone().await;

    assert_eq!(begun.elapsed().as_secs(), 60);
    assert!(matches!(house.tries(Command::Start).await, Err(CommandError::Gone)));
}

#[tokio::test(start_paused = true)]
async fn a_local_model_that_is_being_loaded_is_waited_for() {
    let loaded = script().waits(200_000 * MS).says("Good morning.").finishes();
    let house = House::with(two().route(&["local/llama"]).ends_after(1), [("llama", vec![loaded])]);

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    assert_eq!(house.transcript(), ["Ada: Good morning."]);
}

#[tokio::test(start_paused = true)]
async fn a_runner_that_waits_for_a_model_does_not_end_itself() {
    let silent = script().says("Let me think.").waits(59_000 * MS).says(" Yes.").finishes();
    let house = House::with(two().ends_after(1), [("ada", vec![silent])]);

    house.does(Command::Start).await;
    house.does(Command::Pause).await;
    house.until_state(Completed).await;

    assert_eq!(house.transcript(), ["Ada: Let me think. Yes."]);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_writes_every_word_and_pauses() {
    let house = House::with_journal(
        MemoryJournal::slow(10 * MS),
        two(),
        [("ada", vec![script().says("Half").waits(5 * MS).says(" a story").hangs()])],
    );
    house.does(Command::Start).await;
    house.until_shown("Half").await;
    sleep(10 * MS).await;

    house.runner.clone().shut_down().await;

    assert_eq!(house.state(), Paused);
    assert_eq!(house.transcript(), ["Ada: Half a story"]);
    assert_eq!(house.journal.shown(), "Half a story");
    assert_eq!(house.model("ada").listeners(), 0);
    assert!(house.runner.is_gone());
}

#[tokio::test(start_paused = true)]
async fn a_runner_that_nobody_holds_any_more_shuts_itself_down() {
    let House { runner, journal, .. } = House::with(two(), [("ada", vec![script().says("Half").hangs()])]);
    runner.command(Command::Start).await.unwrap();
    journal.until(|journal| journal.shown().contains("Half")).await;

    drop(runner);

    journal
        .until(|journal| {
            let paused = |kind: &EventKind| matches!(kind, EventKind::ConversationStateChanged { state: Paused, .. });
            journal.events().iter().any(|event| paused(&event.kind))
        })
        .await;
}
