//! Whether the AIs go round in circles, measured without asking anybody: how much of what they say has been said, how
//! much of it is thanks and farewell, and how many new words they find.
//!
//! A single turn may quote, agree or sum up. What is seen is a run: each of the newest turns, since a person last did
//! anything, is of that kind.

mod courtesy;
mod turn;

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

pub fn detect(conversation: &Conversation) -> Option<StateReason> {
    let alone = conversation.past.tally.without_user as usize;
    if RUNS.iter().all(|run| alone < run.turns) {
        return None;
    }
    let is_said = |line: &&Line| line.status != MessageStatus::Streaming && !line.text.trim().is_empty();
    let mut said: Vec<&Line> = conversation.lines.iter().rev().filter(is_said).take(WINDOW).collect();
    said.reverse();
    let by_ai = said.iter().rev().take_while(|line| line.participant().is_some()).count();
    let turns: Vec<Turn> = said.iter().map(|line| Turn::of(&line.text)).collect();
    detect_in(&turns, alone.min(by_ai))
}

/// Only the newest `alone` turns may be part of the circle; those before are what they may repeat.
fn detect_in(turns: &[Turn], alone: usize) -> Option<StateReason> {
    RUNS.iter().filter(|run| run.turns <= alone).find_map(|run| {
        let newest = turns.len() - run.turns;
        let percents: Vec<u32> =
            (newest..turns.len()).map(|at| percent(run, &turns[at], &turns[..at])).collect::<Option<_>>()?;
        let is_circle = percents.iter().all(|percent| *percent >= run.percent);
        let turns = u32::try_from(run.turns).unwrap_or(u32::MAX);
        let mean = percents.iter().sum::<u32>() / turns;
        is_circle.then_some(StateReason::LoopDetected { sign: run.sign, turns, percent: mean })
    })
}

/// How much of a turn is of that kind; nothing can be said of one that is too short.
fn percent(run: &Run, turn: &Turn, earlier: &[Turn]) -> Option<u32> {
    match run.sign {
        LoopSign::Repetition if run.turns == 2 && turn.words < MIN_WORDS_OF_TWO => None,
        LoopSign::Repetition => turn.repeats(earlier),
        LoopSign::Agreement => turn.courtesy,
        LoopSign::Stalling if turn.telling.len() < MIN_TELLING_WORDS => None,
        LoopSign::Stalling => turn.reuses(earlier),
    }
}
