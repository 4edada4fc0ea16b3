//! The words of a round on their way to the disk.

use std::time::Duration;

use chimera_core::ConversationState::Completed;
use chimera_core::{AttemptOutcome, EventKind, Policy};
use chimera_engine::Command;
use chimera_testkit::Script;
use tokio::time::sleep;

use crate::support::{Entry, House, MemoryJournal, Seating};

const MS: Duration = Duration::from_millis(1);

fn round() -> Seating {
    Seating::of(&["Ada", "Ben"]).policy(Policy::Parallel).ends_after(2)
}

fn slowly(words: u32) -> Script {
    (0..words).fold(Script::default(), |script, _| script.says("word ").waits(25 * MS))
}

#[tokio::test(start_paused = true)]
async fn what_each_of_a_round_says_is_kept_every_quarter_of_a_second_and_shown_to_nobody() {
    let scripts = [("ada", vec![slowly(40).says("last").hangs()]), ("ben", vec![slowly(40).says("last").hangs()])];
    let house = House::with(round(), scripts);

    house.does(Command::Start).await;
    sleep(1_500 * MS).await;

    assert!(house.journal.deltas().is_empty());
    let kept = house.journal.withheld();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|kept| kept.text.ends_with("word last")), "{kept:?}");
    let writes = house.journal.entries().iter().filter(|entry| matches!(entry, Entry::Withheld(_))).count();
    assert!((8..=14).contains(&writes), "{writes} writes for two voices in 1.25 s");
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_on_disk_before_it_is_told_that_it_is_whole() {
    let journal = MemoryJournal::slow(100 * MS);
    let scripts = [("ada", vec![slowly(4).says("end.").finishes()]), ("ben", vec![slowly(40).finishes()])];
    let house = House::with_journal(journal, round(), scripts);

    house.does(Command::Start).await;
    house.until_state(Completed).await;

    let entries = house.journal.entries();
    let answered = entries.iter().position(|entry| match entry {
        Entry::Event(event) => {
            matches!(event.kind, EventKind::AttemptEnded { outcome: AttemptOutcome::Answered { .. }, .. })
        }
        Entry::Shown(_) | Entry::Checkpoint(..) | Entry::Withheld(_) => false,
    });
    let whole = entries.iter().position(|entry| matches!(entry, Entry::Withheld(kept) if kept.text.ends_with("end.")));
    assert!(whole.unwrap() < answered.unwrap());
}
