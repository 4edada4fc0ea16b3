//! A key that a client gave is used up by what it asked for, and by nothing that only made room for it.

use std::time::Duration;

use chimera_core::{Author, Event, EventKind, Policy, Receipt};
use chimera_engine::{Command, SayWhen};
use chimera_testkit::script;
use tokio::time::sleep;

use crate::support::{House, Seating};

const WORDS: &str = "Stop, the bridge is closed.";

fn cuts_in() -> (Command, Option<Receipt>) {
    let command = Command::Say { text: WORDS.into(), when: SayWhen::Now, to: Vec::new(), images: Vec::new() };
    (command, Some(Receipt { client: 1, key: "k".into(), fingerprint: [0; 32] }))
}

fn says_it(events: &[Event]) -> bool {
    let by_user = |event: &Event| matches!(event.kind, EventKind::MessageCompleted { author: Author::User, .. });
    events.iter().any(by_user)
}

/// Ada has sent what may be a label, or both are being asked: cutting in cannot be written in one piece.
async fn about_to_be_cut(policy: Policy) -> House {
    let said = || script().says("Ada").hangs();
    let seating = Seating::of(&["Ada", "Ben"]).policy(policy);
    let house = House::with(seating, [("ada", vec![said(), said()]), ("ben", vec![said(), said()])]);
    house.does(Command::Start).await;
    sleep(Duration::from_millis(100)).await;
    house
}

#[tokio::test(start_paused = true)]
async fn whoever_cuts_in_and_says_so_again_is_told_of_its_words_and_has_said_them_once() {
    for policy in [Policy::RoundRobin, Policy::Parallel] {
        let house = about_to_be_cut(policy).await;

        for _ in 0..2 {
            let (command, receipt) = cuts_in();
            let events = house.runner.command_once(command, receipt).await.unwrap();
            assert!(says_it(&events), "{policy:?}: {events:#?}");
        }

        let said = house.transcript().into_iter().filter(|line| line.ends_with(WORDS)).count();
        assert_eq!(said, 1, "{policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn words_that_were_lost_halfway_have_not_used_up_their_key() {
    for policy in [Policy::RoundRobin, Policy::Parallel] {
        let mut house = about_to_be_cut(policy).await;
        house.journal.fails_after(1);
        let (command, receipt) = cuts_in();
        assert!(house.runner.command_once(command, receipt).await.is_err());
        house.runner.gone().await;
        house.journal.works_again();
        house.wakes().await;

        let (command, receipt) = cuts_in();
        let events = house.runner.command_once(command, receipt).await.unwrap();

        assert!(says_it(&events), "{policy:?}: {events:#?}");
    }
}
