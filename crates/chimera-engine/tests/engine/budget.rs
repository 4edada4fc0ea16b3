//! What a conversation may cost: what every attempt came to, what is reserved before it, and that nothing is asked that
//! could lead past the budget.

pub mod holds;

use chimera_core::{
    AttemptOutcome, BUDGETED_ANSWER_TOKENS, CLOSING_ANSWER_TOKENS, ConversationState::*, EndRules, ErrorClass,
    EventKind, Finish, ModelFacts, Money, Price, PriceSource, ReplyEvent, Reserve, StateReason, Unpriced, Usage,
};
use chimera_engine::{Command, Input};

use crate::support::{Seating, Table, model};

/// A dollar for a million tokens, in and out: a token costs a thousand billionths.
pub fn price() -> Price {
    Price {
        input: 1_000_000,
        output: 1_000_000,
        cached_input: None,
        as_of: "2026-11-01".into(),
        source: PriceSource::User,
    }
}

fn table(end: EndRules, route: &[&str], priced: &[&str]) -> Table {
    let mut seating = Seating::of(&["Ada", "Ben"]).route(route);
    seating.end = end;
    let mut table = seating.table();
    for name in priced {
        table.learns(name, Some(price()));
    }
    table
}

fn tokens(tokens: u32) -> EndRules {
    EndRules { tokens: Some(tokens), ..EndRules::NONE }
}

/// What so many tokens cost.
fn dollars(tokens: u32) -> Money {
    Money::from_nanos(u64::from(tokens) * 1_000)
}

fn money(tokens: u32) -> EndRules {
    EndRules { money: Some(dollars(tokens)), ..EndRules::NONE }
}

impl Table {
    pub fn learns(&mut self, name: &str, price: Option<Price>) {
        let facts = ModelFacts { price, ..ModelFacts::default() };
        self.handle(Input::Facts { model: model(name), facts }).unwrap();
    }

    pub fn counts(&mut self, input: u32, output: u32) {
        let usage = Usage { input_tokens: Some(input), output_tokens: Some(output), ..Usage::default() };
        self.hears(ReplyEvent::Usage(usage));
    }

    fn answers_counting(&mut self, tokens: u32) {
        self.says(&format!("Words that came to {tokens}."));
        self.counts(tokens - 1, 1);
        self.hears(ReplyEvent::Finished(Finish::Stop));
    }

    fn ended_attempts(&self) -> Vec<(AttemptOutcome, Option<Usage>, Option<Money>)> {
        let ended = |kind: &EventKind| match kind {
            EventKind::AttemptEnded { outcome, usage, cost, .. } => Some((outcome.clone(), *usage, *cost)),
            _ => None,
        };
        self.kinds().filter_map(ended).collect()
    }

    pub fn reserves(&self) -> Vec<Reserve> {
        let reserved = |kind: &EventKind| match kind {
            EventKind::AttemptStarted { reserved, .. } => *reserved,
            _ => None,
        };
        self.kinds().filter_map(reserved).collect()
    }
}

#[test]
fn every_attempt_says_what_it_cost_by_the_price_of_that_time() {
    let mut table = table(EndRules::NONE, &["one"], &["one"]);
    table.start();

    table.answers_counting(500);
    table.learns("one", None);
    table.answers_counting(700);

    let costs: Vec<_> = table.ended_attempts().into_iter().map(|(_, _, cost)| cost).collect();
    assert_eq!(costs, [Some(dollars(500)), None], "what is not known is not nothing");
}

#[test]
fn a_question_that_was_refused_costs_nothing_and_one_that_was_cut_off_is_estimated() {
    let mut table = table(EndRules::NONE, &["one", "two"], &["one", "two"]);
    table.start();

    table.fails(ErrorClass::Unauthorized);
    table.says("Only a few ");
    table.does(Command::Skip);

    let ended = table.ended_attempts();
    assert_eq!((ended[0].1, ended[0].2), (None, Some(Money::ZERO)));
    let (usage, cost) = (ended[1].1.unwrap(), ended[1].2.unwrap());
    assert!(usage.estimated && usage.input_tokens > Some(20) && usage.output_tokens > Some(0), "{usage:?}");
    assert!(cost > dollars(20));
}

#[test]
fn a_model_that_keeps_us_waiting_for_nothing_has_read_the_question() {
    let mut table = table(EndRules::NONE, &["one", "two"], &["one", "two"]);
    table.start();

    table.fails(ErrorClass::FirstTokenTimeout);

    assert!(table.ended_attempts()[0].2 > Some(Money::ZERO));
}

#[test]
fn with_a_budget_every_answer_is_held_to_what_is_reserved_for_it() {
    let mut free = table(EndRules::NONE, &["one"], &[]);
    free.start();
    assert_eq!(free.prompt().sampling.max_output_tokens, None);

    let mut held = table(tokens(100_000), &["one"], &[]);
    held.start();

    assert_eq!(held.prompt().sampling.max_output_tokens, Some(BUDGETED_ANSWER_TOKENS));
    assert_eq!(held.reserves()[0].output_tokens, BUDGETED_ANSWER_TOKENS);
}

#[test]
fn near_the_limit_everybody_has_one_last_turn_is_told_so_and_then_it_ends() {
    let mut table = table(tokens(30_000), &["one"], &[]);
    table.start();
    assert!(!table.prompt().messages.last().unwrap().text.contains("closing round"));

    let mut normal = 0;
    while !table.prompt().messages.last().unwrap().text.contains("closing round") {
        table.answers_counting(3_000);
        normal += 1;
    }
    assert_eq!(table.prompt().sampling.max_output_tokens, Some(CLOSING_ANSWER_TOKENS));
    table.answers_counting(2_000);
    assert!(table.prompt().messages.last().unwrap().text.contains("closing round"));
    table.answers_counting(2_000);

    assert!((3..8).contains(&normal), "{normal}");
    let StateReason::TokensReached { tokens, used, .. } = table.reason() else { panic!("{:?}", table.reason()) };
    assert_eq!((table.state(), tokens), (Completed, 30_000));
    assert!(used > 0 && table.conversation().past.ledger.tokens() <= 30_000);
    let turns = table.turns();
    assert_ne!(turns[turns.len() - 1], turns[turns.len() - 2], "each of them once");
}

#[test]
fn a_new_start_refills_nothing_and_a_higher_limit_lets_it_go_on() {
    let mut table = table(money(30_000), &["one"], &["one"]);
    table.start();
    while table.state() == Running {
        table.answers_counting(2_000);
    }
    let asked = table.requests.len();
    assert!(matches!(table.reason(), StateReason::MoneyReached { .. }));

    table.start();
    assert_eq!((table.state(), table.requests.len()), (Completed, asked), "nothing is left");
    table.sets(money(90_000));
    table.start();

    assert_eq!((table.state(), table.requests.len()), (Running, asked + 1));
    assert!(!table.prompt().messages.last().unwrap().text.contains("closing round"));
}

#[test]
fn a_crash_refills_nothing_either() {
    let mut table = table(tokens(20_000), &["one"], &[]);
    table.start();
    let reserved = table.reserves()[0].tokens();
    table.says("Half a");

    let unfinished = table.crashes();
    table.recovers(unfinished);

    let (_, usage, cost) = table.ended_attempts().pop().unwrap();
    assert_eq!((usage, cost), (None, None), "nobody knows what it came to");
    assert_eq!(table.conversation().past.ledger.tokens(), u64::from(reserved), "so all of it is counted");
}

#[test]
fn failed_attempts_count_and_forbid_the_next_try() {
    let mut table = table(tokens(12_000), &["one", "two"], &[]);
    table.start();
    table.counts(9_000, 0);

    table.fails(ErrorClass::Unauthorized);

    assert!(matches!(table.reason(), StateReason::TokensReached { .. }), "{:?}", table.reason());
    assert_eq!((table.state(), table.speaker()), (Completed, None));
}

#[test]
fn a_model_without_a_price_is_passed_over_where_money_is_limited() {
    let mut table = table(money(1_000_000), &["one", "two"], &["two"]);

    table.start();

    assert_eq!(table.asked_model().as_deref(), Some("two"));
    let (outcome, _, cost) = table.ended_attempts().remove(0);
    assert!(matches!(outcome, AttemptOutcome::Skipped { class: ErrorClass::Unpriced, .. }), "{outcome:?}");
    assert_eq!(cost, Some(Money::ZERO));
}

#[test]
fn without_any_price_it_waits_and_names_the_model_until_a_person_mends_it() {
    let mut table = table(money(1_000_000), &["one"], &[]);

    table.start();

    let participant = table.conversation().participants[0].id;
    assert_eq!(table.reason(), StateReason::Unpriced { participant, model: model("one") });
    assert_eq!((table.state(), table.speaker(), table.turns().len()), (Paused, None, 0));
    table.resume();
    assert_eq!(table.state(), Paused, "nothing has changed");
    let end = EndRules { unpriced: Unpriced::Allow, ..money(1_000_000) };
    table.sets(end);
    table.resume();
    assert_eq!(table.speaker(), Some("Ada"));
}

#[test]
fn a_cheaper_model_of_the_route_speaks_when_the_first_is_too_dear() {
    let mut table = table(money(60_000), &["dear", "cheap"], &["cheap"]);
    let dear = Price { input: 100_000_000, output: 100_000_000, ..price() };
    table.learns("dear", Some(dear));

    table.start();

    assert_eq!((table.state(), table.asked_model().as_deref()), (Running, Some("cheap")));
    let (outcome, ..) = table.ended_attempts().remove(0);
    assert!(matches!(outcome, AttemptOutcome::Skipped { class: ErrorClass::OverBudget, .. }), "{outcome:?}");
    assert!(!table.prompt().messages.last().unwrap().text.contains("closing round"), "there is room for the cheap one");
}
