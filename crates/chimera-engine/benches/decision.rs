//! What it costs to hand the floor on in a long talk at a full table: the answer is whole, the next speaker is chosen, its
//! turn begins and its question is ready.
//!
//! `cargo xtask bench engine-decision` runs it. The models hold little, so that the decision is measured and not the
//! size of the prompt; that has a benchmark of its own. "guarded" is a talk with limits, a budget and an eye on circles,
//! as most are. Read the ratios: against the fold of the very events that the
//! decision records, which is the least it can cost, and against a talk of a tenth of the length.

#[path = "support/talk.rs"]
mod talk;

use std::cell::RefCell;
use std::time::Duration;

use chimera_core::{AttemptId, EndRules, EventKind, Finish, ModelFacts, Money, Policy, Price, PriceSource, ReplyEvent};
use chimera_engine::{Command, Dialogue, Effect, Input, Moment};
use divan::{Bencher, black_box};

const SEATS: u8 = 12;
const MESSAGES: u32 = 10_000;
const ROUNDS: usize = 301;

fn main() {
    let talks = [
        ("balanced", Policy::Balanced, EndRules::NONE),
        ("balanced, guarded", Policy::Balanced, guarded()),
        ("round_robin", Policy::RoundRobin, EndRules::NONE),
        ("round_robin, guarded", Policy::RoundRobin, guarded()),
    ];
    for (name, policy, end) in talks {
        let mut short = Floor::of(policy, end.clone(), MESSAGES / 10);
        let mut long = Floor::of(policy, end.clone(), MESSAGES);
        let mut replica = talk::dialogue(policy, end, SEATS, MESSAGES);
        // The replica has to be where the talk is: events that follow on nothing cost another path.
        let started = long.started.clone();
        started.iter().for_each(|event| replica.apply(event, talk::at()));
        let events = RefCell::new(Vec::new());
        let mut fold = || {
            let events = events.take();
            talk::timed(|| events.iter().for_each(|event| replica.apply(event, talk::at())))
        };
        let mut short = || talk::timed(|| short.hand_on());
        let mut long = || talk::timed(|| events.replace(long.hand_on()));
        let [fold, short, long] = talk::medians(ROUNDS, &mut [&mut fold, &mut short, &mut long]);
        println!(
            "engine-decision {name}  {:.1} µs with {SEATS} seats and {MESSAGES} messages  |  folding the same events \
             {:.1} µs, ratio {:.2}  |  growth 10x: {:.2}",
            talk::micros(long),
            talk::micros(fold),
            talk::ratio(long, fold),
            talk::ratio(long, short),
        );
    }
    divan::main();
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn balanced(bencher: Bencher, messages: u32) {
    let mut floor = Floor::of(Policy::Balanced, EndRules::NONE, messages);
    bencher.bench_local(|| floor.hand_on());
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn balanced_guarded(bencher: Bencher, messages: u32) {
    let mut floor = Floor::of(Policy::Balanced, guarded(), messages);
    bencher.bench_local(|| floor.hand_on());
}

#[divan::bench(args = [1_000, 10_000, 100_000])]
fn round_robin(bencher: Bencher, messages: u32) {
    let mut floor = Floor::of(Policy::RoundRobin, EndRules::NONE, messages);
    bencher.bench_local(|| floor.hand_on());
}

/// The rules by which a talk ends that is begun in the window, each too far away to end this one.
fn guarded() -> EndRules {
    EndRules {
        turns: Some(u32::MAX),
        turns_without_user: Some(u32::MAX),
        tokens: Some(u32::MAX),
        money: Some(Money::from_nanos(1_000_000_000_000)),
        loops: true,
        ..EndRules::NONE
    }
}

/// A talk under way: somebody has the floor.
struct Floor {
    dialogue: Dialogue,
    started: Vec<EventKind>,
    asked: AttemptId,
    said: u32,
    at: Moment,
}

impl Floor {
    fn of(policy: Policy, end: EndRules, messages: u32) -> Self {
        let mut dialogue = talk::dialogue(policy, end, SEATS, messages);
        let at = Moment { now: talk::at(), elapsed: Duration::ZERO };
        let price = Price {
            input: 1,
            output: 1,
            cached_input: None,
            as_of: "2026-11-01".to_owned(),
            source: PriceSource::User,
        };
        let facts = ModelFacts { context_tokens: Some(1_024), price: Some(price), ..ModelFacts::default() };
        dialogue.handle(at, Input::Facts { model: talk::model(), facts }).expect("known");
        let effects = dialogue.handle(at, Input::Command(Command::Start)).expect("started");
        let asked = asked(&effects).expect("somebody is asked");
        Self { dialogue, started: recorded(effects), asked, said: 0, at }
    }

    /// One whole answer, and what is recorded until the next speaker is asked.
    fn hand_on(&mut self) -> Vec<EventKind> {
        let attempt = self.asked;
        self.said += 1;
        let said = ReplyEvent::Text(talk::says(self.said));
        let mut effects = self.dialogue.handle(self.at, Input::Reply { attempt, heard: Ok(said) }).expect("heard");
        let over = ReplyEvent::Finished(Finish::Stop);
        effects.extend(self.dialogue.handle(self.at, Input::Reply { attempt, heard: Ok(over) }).expect("heard"));
        self.asked = asked(&effects).expect("the next is asked");
        recorded(effects)
    }
}

fn recorded(effects: Vec<Effect>) -> Vec<EventKind> {
    let recorded = effects.into_iter().filter_map(|effect| match effect {
        Effect::Record(events) => Some(events),
        other => {
            black_box(other);
            None
        }
    });
    recorded.flatten().collect()
}

fn asked(effects: &[Effect]) -> Option<AttemptId> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask { attempt, .. } => Some(*attempt),
        _ => None,
    })
}
