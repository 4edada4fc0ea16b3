//! Killed at any moment, Chimera loses nothing that it had said was kept.
//!
//! The parent is a companion on the socket of a real `chimera serve`, in which five personas talk over a real
//! connection to a slow model, and five answer beside them in rounds that nobody sees before they end. It writes down everything it is told, kills the process in mid-sentence, starts it again
//! on the same data folder, and holds the history against what it had been told.
//!
//! `CHIMERA_KILLS` sets how often; with it, the times are judged as well, which only a quiet machine can promise.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod companion;
mod dice;
mod house;
mod oracle;

use std::time::Duration;

use crate::companion::Companion;
use crate::dice::Dice;
use crate::house::House;
use crate::oracle::Oracle;

const KILLS: u32 = 100;
/// What the promise allows to be lost of words that were seen: a checkpoint is written every 250 ms.
const MOST_LOST: Duration = Duration::from_millis(500);
const MOST_UNUSABLE: Duration = Duration::from_secs(2);

#[tokio::test]
async fn nothing_that_was_acknowledged_is_lost_when_the_process_is_killed_again_and_again() {
    let asked = std::env::var("CHIMERA_KILLS").ok().map(|kills| kills.parse().expect("CHIMERA_KILLS is a number"));
    let kills: u32 = asked.unwrap_or(KILLS);
    let mut dice = Dice::new(7);
    let mut all = Toll::default();
    while all.kills < kills {
        let toll = one_house(&mut dice, KILLS.min(kills - all.kills)).await;
        all.add(&toll);
        println!("{all}");
    }
    if asked.is_some() {
        assert!(all.lost <= MOST_LOST, "words of {:?} were lost", all.lost);
        assert!(all.slowest <= MOST_UNUSABLE, "it took {:?} to be usable again", all.slowest);
    }
}

/// What was acknowledged in all, and what it came to.
#[derive(Default)]
struct Toll {
    kills: u32,
    events: usize,
    remarks: usize,
    answers: usize,
    lost: Duration,
    slowest: Duration,
}

impl Toll {
    fn add(&mut self, other: &Toll) {
        self.kills += other.kills;
        self.events += other.events;
        self.remarks += other.remarks;
        self.answers += other.answers;
        self.lost = self.lost.max(other.lost);
        self.slowest = self.slowest.max(other.slowest);
    }
}

impl std::fmt::Display for Toll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Toll { kills, events, remarks, answers, lost, slowest } = self;
        write!(
            f,
            "{kills} kills: {events} events, {remarks} remarks and {answers} answers of rounds acknowledged, none lost; of \
             words at most {lost:?}; usable again in at most {slowest:?}"
        )
    }
}

/// A history that is made and killed so many times. After each kill it is read from end to end and made anew from its log,
/// which takes longer the longer it is: so a thousand kills are ten histories.
async fn one_house(dice: &mut Dice, kills: u32) -> Toll {
    let house = House::build().await;
    let mut oracle = Oracle::default();
    let mut toll = Toll { kills, ..Toll::default() };

    for kill in 1..=kills {
        let (victim, usable) = house.start().await;
        toll.slowest = toll.slowest.max(usable);
        let mut companion = Companion::enter(&victim, &house.token, oracle.cursor()).await;
        oracle.compare(kill, &house, &victim).await;

        for conversation in [&house.talk, &house.rounds] {
            let goes_on = if kill == 1 { "conversation.start" } else { "conversation.resume" };
            companion.command(goes_on, conversation).await;
        }
        let words = 2 + dice.below(26);
        let interjects_at = dice.below(words * 2);
        for word in 0..words {
            companion.listen_for_words(&mut oracle).await;
            if word == interjects_at {
                let text = format!("Remark {kill} of somebody who listens.");
                let message = companion.say(&house.talk, &text, &mut oracle).await;
                oracle.was_promised(message, text);
                toll.remarks += 1;
            }
        }
        victim.kill();
        // What had left the process before the signal reached it counts as well.
        companion.drain(&mut oracle).await;
        oracle.process_died();
        house.check_the_file(kill);
    }
    let (victim, _) = house.start().await;
    oracle.compare(kills + 1, &house, &victim).await;
    victim.kill();

    let enough = |share: usize| kills as usize / share;
    assert!(oracle.cut_sentences() >= enough(4), "the kills came in mid-sentence");
    assert!(oracle.cut_rounds() >= enough(4), "the kills came in the middle of rounds");
    assert!(oracle.kept_answers() >= enough(10), "some of a round were through when it was killed");
    toll.events = oracle.events();
    toll.answers = oracle.kept_answers();
    toll.lost = oracle.longest_loss();
    toll
}
