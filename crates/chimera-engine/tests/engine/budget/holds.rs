//! Whatever providers do and whenever the process dies: no call is begun that could lead past the budget, and what
//! providers truly counted never exceeds it.

use std::collections::HashMap;

use chimera_core::{
    AttemptId, AttemptOutcome, ConversationChange, ConversationState, EndRules, ErrorClass, EventKind, Money, Reserve,
    Unpriced, Usage,
};
use chimera_engine::Command;
use proptest::prelude::*;

use super::price;
use crate::support::{Seating, Table};

#[derive(Debug, Clone)]
enum Move {
    Answers {
        input: u32,
        output: u32,
    },
    AnswersUncounted,
    /// What it wrote or thought beyond what was heard is on the bill as well.
    Fails(ErrorClass, u32, u32),
    IsCutOff(u32),
    Crashes,
    UserSpeaks,
    RaisesTheLimit(u32),
}

fn a_move() -> impl Strategy<Value = Move> {
    let class = prop::sample::select(vec![
        ErrorClass::ServerError,
        ErrorClass::RateLimited,
        ErrorClass::Unauthorized,
        ErrorClass::FirstTokenTimeout,
        ErrorClass::Truncated,
    ]);
    prop_oneof![
        8 => (0..=100u32, 0..=100u32).prop_map(|(input, output)| Move::Answers { input, output }),
        2 => Just(Move::AnswersUncounted),
        4 => (class, 0..=100u32, 0..=100u32).prop_map(|(class, input, output)| Move::Fails(class, input, output)),
        2 => (0..=100u32).prop_map(Move::IsCutOff),
        2 => Just(Move::Crashes),
        1 => Just(Move::UserSpeaks),
        1 => (1_000..20_000u32).prop_map(Move::RaisesTheLimit),
    ]
}

fn rules() -> impl Strategy<Value = EndRules> {
    let limit = || prop::option::of(4_000..60_000u32);
    let unpriced = prop::sample::select(vec![Unpriced::Refuse, Unpriced::Allow]);
    (limit(), limit(), unpriced).prop_map(|(tokens, money, unpriced)| EndRules {
        tokens,
        money: money.map(|money| Money::from_nanos(u64::from(money) * 1_000)),
        unpriced,
        ..EndRules::NONE
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_call_is_begun_that_could_lead_past_the_budget(
        rules in rules(),
        priced in prop::sample::select(vec![0..2usize, 0..1, 1..2]),
        moves in prop::collection::vec(a_move(), 1..50),
    ) {
        let mut seating = Seating::of(&["Ada", "Ben", "Cleo"]).route(&["one", "two"]);
        seating.end = rules;
        let mut table = seating.table();
        let priced = &["one", "two"][priced];
        learn(&mut table, priced);
        let mut counted = Counted::default();
        table.start();
        for a_move in moves {
            play(&mut table, a_move, priced, &mut counted);
            the_budget_holds(&table);
            counted.is_within(&table);
            keep_going(&mut table);
        }
    }
}

fn learn(table: &mut Table, priced: &[&str]) {
    for name in priced {
        table.learns(name, Some(price()));
    }
}

/// What the providers' own books say; what a limit that was never lowered has to cover.
#[derive(Default)]
struct Counted {
    tokens: u64,
    money: Money,
}

impl Counted {
    fn add(&mut self, tokens: u32, reserve: &Reserve) {
        self.tokens += u64::from(tokens);
        if reserve.cost.is_some() {
            self.money = self.money + Money::from_nanos(u64::from(tokens) * 1_000);
        }
    }

    fn is_within(&self, table: &Table) {
        let end = &table.conversation().end;
        assert!(end.tokens.is_none_or(|limit| self.tokens <= u64::from(limit)), "{} tokens of {end:?}", self.tokens);
        assert!(end.money.is_none_or(|limit| self.money <= limit), "{} of {end:?}", self.money);
    }
}

/// A provider never does more than it was asked for.
fn play(table: &mut Table, a_move: Move, priced: &[&str], counted: &mut Counted) {
    let reserve = table.reserves().last().copied().unwrap_or_default();
    let part = |whole: u32, percent: u32| u32::try_from(u64::from(whole) * u64::from(percent) / 100).unwrap();
    let asked = table.speaker().is_some();
    match a_move {
        Move::Answers { input, output } if asked => {
            let (input, output) = (part(reserve.input_tokens, input), part(reserve.output_tokens, output));
            counted.add(input + output, &reserve);
            table.says("So it is.");
            table.counts(input, output);
            table.finishes();
        }
        Move::AnswersUncounted if asked => table.answers("So it may be."),
        Move::Fails(class, input, output) if asked => {
            let (input, output) = (part(reserve.input_tokens, input), part(reserve.output_tokens, output));
            counted.add(input + output, &reserve);
            table.counts(input, 0);
            table.fails(class);
        }
        Move::IsCutOff(output) if asked => {
            counted.add(reserve.input_tokens + part(reserve.output_tokens, output), &reserve);
            table.counts(reserve.input_tokens, 0);
            table.does(Command::Skip);
        }
        Move::Crashes => {
            if asked {
                counted.add(reserve.tokens(), &reserve);
            }
            let unfinished = table.crashes();
            table.recovers(unfinished);
            learn(table, priced);
        }
        Move::UserSpeaks => table.user_says("And then?"),
        Move::RaisesTheLimit(by) => {
            let end = table.conversation().end.clone();
            let money = end.money.map(|money| money + Money::from_nanos(u64::from(by) * 1_000));
            let end = EndRules { tokens: end.tokens.map(|tokens| tokens + by), money, ..end };
            table.sets(end);
        }
        Move::Answers { .. } | Move::AnswersUncounted | Move::Fails(..) | Move::IsCutOff(_) => {}
    }
}

/// A person who wants to see more of it.
fn keep_going(table: &mut Table) {
    table.waits(std::time::Duration::from_secs(20));
    let _ = table.tries(Command::Resume);
    let _ = table.tries(Command::Start);
    if table.state() == ConversationState::NeedsAttention {
        table.does(Command::Skip);
    }
}

/// From the log alone: at every call that was begun, what was spent and reserved before it and by it is within the
/// limits of that moment.
pub fn the_budget_holds(table: &Table) {
    let mut end = EndRules::NONE;
    let mut open: HashMap<AttemptId, Reserve> = HashMap::new();
    let (mut tokens, mut money) = (0, Money::ZERO);
    for kind in table.kinds() {
        match kind {
            EventKind::ConversationCreated { end: rules, .. }
            | EventKind::ConversationChanged(ConversationChange { end: Some(rules), .. }) => end.clone_from(rules),
            EventKind::AttemptStarted { attempt, reserved: Some(reserve), .. } => {
                open.insert(*attempt, *reserve);
                let of_open: u64 = open.values().map(|reserve| u64::from(reserve.tokens())).sum();
                assert!(
                    end.tokens.is_none_or(|limit| tokens + of_open <= u64::from(limit)),
                    "{tokens} + {of_open}: {end:?}"
                );
                let of_open: Money = open.values().filter_map(|reserve| reserve.cost).sum();
                assert!(end.money.is_none_or(|limit| money + of_open <= limit), "{money} + {of_open}: {end:?}");
                let is_refused = end.money.is_some() && end.unpriced == Unpriced::Refuse && reserve.cost.is_none();
                assert!(!is_refused, "a model without a price was asked");
            }
            EventKind::AttemptEnded { attempt, outcome, usage, cost, .. } => {
                let reserve = open.remove(attempt).unwrap_or_default();
                let is_over = matches!(outcome, AttemptOutcome::Answered { .. });
                // Of what broke off nobody knows the end.
                let unknown = !is_over && usage.is_some_and(|usage| usage.estimated);
                let most = if unknown { reserve.output_tokens } else { 0 };
                let used =
                    |usage: &Usage| Some(u64::from(usage.input_tokens?) + u64::from(usage.output_tokens?.max(most)));
                match (outcome, usage.as_ref().and_then(used)) {
                    (AttemptOutcome::Skipped { .. }, _) => {}
                    (_, Some(used)) => tokens += used,
                    (_, None) if cost.is_none() => tokens += u64::from(reserve.tokens()),
                    (_, None) => {}
                }
                let cost = if unknown { (*cost).max(reserve.cost) } else { *cost };
                money = money + cost.or(reserve.cost).unwrap_or_default();
            }
            _ => {}
        }
    }
}
