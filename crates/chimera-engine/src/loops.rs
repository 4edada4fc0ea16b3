//! Whether the AIs go round in circles, measured without asking anybody: how much of what they say has been said, how
//! much of it is thanks and farewell, and how many new words they find.
//!
//! A single turn may quote, agree or sum up. What is seen is a run: each of the newest turns, since a person last did
//! anything, is of that kind.

mod courtesy;
mod turn;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use chimera_core::{LoopSign, MessageStatus, StateReason};

use crate::{Conversation, Line};
use turn::Turn;

/// Turns that are looked at: what came back after longer than that is a reminder.
const WINDOW: usize = 16;

/// A run of turns that counts as a circle: so many, each at least so much of its kind.
struct Run {
    sign: LoopSign,
    turns: usize,
    percent: u32,
}

const RUNS: [Run; 4] = [
    // Word for word twice in a row is no accident, when it is more than a word or two.
    Run { sign: LoopSign::Repetition, turns: 2, percent: 90 },
    Run { sign: LoopSign::Repetition, turns: 3, percent: 60 },
    Run { sign: LoopSign::Agreement, turns: 4, percent: 50 },
    Run { sign: LoopSign::Stalling, turns: 4, percent: 75 },
];

/// Shorter turns repeat themselves by nature: they make no circle of two.
const MIN_WORDS_OF_TWO: usize = 8;
/// Fewer words say nothing about how many of them are new.
const MIN_TELLING_WORDS: usize = 6;

/// What was measured the last time, told by a digest of the words, for all turns but the newest are measured again and
/// again. Without it the same is found.
#[derive(Debug, Default)]
pub struct Measured(Mutex<Vec<(u64, Arc<Turn>)>>);

impl Measured {
    /// Keeps just these.
    fn turns<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<Arc<Turn>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = mem::take(&mut *kept);
        let measured = texts.map(|text| {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            let digest = hasher.finish();
            let known = before.iter().find(|(of, _)| *of == digest);
            (digest, known.map_or_else(|| Arc::new(Turn::of(text)), |(_, turn)| turn.clone()))
        });
        kept.extend(measured);
        kept.iter().map(|(_, turn)| turn.clone()).collect()
    }
}

pub fn detect(conversation: &Conversation, measured: &Measured) -> Option<StateReason> {
    let alone = conversation.past.tally.without_user as usize;
    if RUNS.iter().all(|run| alone < run.turns) {
        return None;
    }
    let is_said = |line: &&Line| line.status != MessageStatus::Streaming && !line.text.trim().is_empty();
    let mut said: Vec<&Line> = conversation.lines.iter().rev().filter(is_said).take(WINDOW).collect();
    said.reverse();
    let by_ai = said.iter().rev().take_while(|line| line.participant().is_some()).count();
    let newest = said.len() - alone.min(by_ai);
    let turns = measured.turns(said.iter().map(|line| line.text.as_str()));
    let ends: Vec<usize> = ends(&said).collect();
    detect_in(&turns, &ends, newest)
}

/// Where what was said at once ends, each time: those who answer in a round cannot repeat each other.
fn ends<'a>(said: &'a [&Line]) -> impl Iterator<Item = usize> + 'a {
    let goes_on = |at: usize| {
        let (round, next) = (said[at - 1].round, said.get(at).and_then(|line| line.round));
        round.is_some() && round == next
    };
    (1..=said.len()).filter(move |at| !goes_on(*at))
}

/// Only the turns from `newest` on may be part of the circle; those before are what they may repeat. Those of one round
/// count as one, which is of a kind when all of them are.
fn detect_in(turns: &[Arc<Turn>], ends: &[usize], newest: usize) -> Option<StateReason> {
    let begins = |at: usize| if at == 0 { 0 } else { ends[at - 1] };
    let alone = (0..ends.len()).filter(|at| begins(*at) >= newest).count();
    RUNS.iter().filter(|run| run.turns <= alone).find_map(|run| {
        let of_kind = |at: usize| {
            let (begin, end) = (begins(at), ends[at]);
            let percents: Option<Vec<u32>> =
                turns[begin..end].iter().map(|turn| percent(run, turn, &turns[..begin])).collect();
            percents?.into_iter().min()
        };
        // The newest is mostly not of the kind, and the others need not be measured then.
        let newest_first = (ends.len() - run.turns..ends.len()).rev();
        let percents = newest_first.map(|at| of_kind(at).filter(|percent| *percent >= run.percent));
        let turns = u32::try_from(run.turns).unwrap_or(u32::MAX);
        let mean = percents.sum::<Option<u32>>()? / turns;
        Some(StateReason::LoopDetected { sign: run.sign, turns, percent: mean })
    })
}

/// How much of a turn is of that kind; nothing can be said of one that is too short.
fn percent(run: &Run, turn: &Turn, earlier: &[Arc<Turn>]) -> Option<u32> {
    match run.sign {
        LoopSign::Repetition if run.turns == 2 && turn.words < MIN_WORDS_OF_TWO => None,
        LoopSign::Repetition => turn.repeats(earlier),
        LoopSign::Agreement => turn.courtesy(),
        LoopSign::Stalling if turn.telling.len() < MIN_TELLING_WORDS => None,
        LoopSign::Stalling => turn.reuses(earlier),
    }
}
