//! The books, kept a second time: from what the log says was reserved and used, and from what the servers were asked.

use std::collections::HashMap;
use std::fmt;

use chimera_core::{
    AttemptId, AttemptOutcome, ConversationState, EndRules, Event, EventKind, Money, Reserve, StateReason,
};
use chimera_testkit::Asked;

use super::weather::{INPUT, OUTPUT};

#[derive(Default)]
pub struct Audit {
    pub runs: usize,
    pub calls: usize,
    /// Conversations that a budget ended.
    pub at_the_limit: usize,
    pub closed: usize,
    pub killed: usize,
    recovered: usize,
    /// The most that any of them used beyond its limit, in tokens.
    overshoot: u64,
}

/// One conversation's account.
#[derive(Default)]
struct Account {
    tokens: u64,
    money: Money,
    open: HashMap<AttemptId, Reserve>,
    largest: u64,
}

impl Account {
    fn with_open(&self) -> (u64, Money) {
        let tokens: u64 = self.open.values().map(|reserve| u64::from(reserve.tokens())).sum();
        let money: Money = self.open.values().filter_map(|reserve| reserve.cost).sum();
        (self.tokens + tokens, self.money + money)
    }
}

impl Audit {
    /// `requests` are all that the servers of its history were asked, in words.
    pub fn examine(&mut self, log: &[Event], requests: &[(String, Asked)]) {
        self.runs += 1;
        let mut account = Account::default();
        let (mut limits, mut name) = (EndRules::NONE, String::new());
        let (mut may_ask, mut asked, mut most_output) = (false, 0, 0);
        for event in log {
            match &event.kind {
                EventKind::ConversationCreated { end, topic, .. } => {
                    limits.clone_from(end);
                    name.clone_from(topic);
                }
                EventKind::ConversationStateChanged { state, reason } => match (state, reason) {
                    (ConversationState::Running, StateReason::User | StateReason::Stepping) => may_ask = true,
                    (ConversationState::Running, _) => panic!("{name} went on by itself: {reason:?}"),
                    (ConversationState::Completed, _) => may_ask = false,
                    (_, StateReason::Restarted) => {
                        may_ask = false;
                        self.recovered += 1;
                    }
                    (ConversationState::Draft | ConversationState::Paused | ConversationState::NeedsAttention, _) => {}
                },
                EventKind::AttemptStarted { attempt, reserved: Some(reserve), .. } => {
                    assert!(may_ask, "{name}: attempt {attempt} begins unasked");
                    account.open.insert(*attempt, *reserve);
                    let (tokens, money) = account.with_open();
                    let is_within = limits.tokens.is_none_or(|limit| tokens <= u64::from(limit))
                        && limits.money.is_none_or(|limit| money <= limit);
                    assert!(
                        is_within,
                        "{name}: {attempt} begins with {tokens} tokens and {money} booked, of {limits:?}"
                    );
                    account.largest = account.largest.max(reserve.tokens().into());
                    most_output = most_output.max(reserve.output_tokens);
                    asked += 1;
                }
                EventKind::AttemptEnded { attempt, outcome, usage, cost, .. } => {
                    let reserve = account.open.remove(attempt).unwrap_or_default();
                    if matches!(outcome, AttemptOutcome::Skipped { .. }) {
                        continue;
                    }
                    // Of what broke off nobody knows the end.
                    let broke_off = !matches!(outcome, AttemptOutcome::Answered { .. });
                    let is_open = broke_off && usage.is_some_and(|usage| usage.estimated);
                    let most = if is_open { reserve.output_tokens } else { 0 };
                    let cost = if is_open { (*cost).max(reserve.cost) } else { *cost };
                    let used = usage.and_then(|usage| Some(usage.input_tokens? + usage.output_tokens?.max(most)));
                    let unknown = if cost.is_none() { reserve.tokens() } else { 0 };
                    account.tokens += u64::from(used.unwrap_or(unknown));
                    account.money = account.money + cost.or(reserve.cost).unwrap_or_default();
                }
                _ => {}
            }
        }
        assert!(account.open.is_empty(), "{name}: a call was left open");
        let is_limit = |kind: &EventKind| {
            let EventKind::ConversationStateChanged { reason, .. } = kind else { return false };
            matches!(reason, StateReason::TokensReached { .. } | StateReason::MoneyReached { .. })
        };
        self.at_the_limit += usize::from(log.iter().any(|event| is_limit(&event.kind)));
        let of_this: Vec<&Asked> =
            requests.iter().filter(|(body, _)| body.contains(&name)).map(|(_, request)| request).collect();
        self.compare(&name, &limits, &account, &of_this, asked, most_output);
    }

    /// What the servers say: no question that is not in the log, none that allows a longer answer than was reserved, and
    /// all together no more than the limit and the calls that were under way.
    fn compare(
        &mut self,
        name: &str,
        limits: &EndRules,
        account: &Account,
        requests: &[&Asked],
        asked: usize,
        most_output: u32,
    ) {
        assert!(requests.len() <= asked, "{name}: {} requests of {asked} in the log", requests.len());
        for request in requests {
            let most = request.body()["max_tokens"].as_u64().expect("every answer is held to a length");
            assert!(most <= most_output.into(), "{name}: an answer of {most} tokens was allowed");
        }
        let truth = requests.len() as u64 * u64::from(INPUT + OUTPUT);
        let by_money = limits.money.map(|money| money.nanos() / 1_000);
        let limit = limits.tokens.map(u64::from).or(by_money).expect("every conversation has a budget");
        let spent = truth.max(account.tokens);
        assert!(spent <= limit + account.largest, "{name}: {spent} tokens of {limit} were used");
        self.overshoot = self.overshoot.max(spent.saturating_sub(limit));
        self.calls += requests.len();
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, calls, at_the_limit, closed, killed, recovered, overshoot } = self;
        write!(
            f,
            "{runs} conversations, {calls} calls, {closed} times closed and {killed} times killed, {recovered} \
             conversations cut off by it: no call begun over a budget, {at_the_limit} ended by one, nobody past one by \
             more than {overshoot} tokens, none went on by itself"
        )
    }
}
