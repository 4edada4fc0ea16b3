use std::collections::{BTreeMap, BTreeSet};

use chimera_core::{AttemptId, AttemptOutcome, Money, Reserve, Usage};

/// What every call of a conversation has come to, for its budget. A call that is under way stands in it with what was
/// reserved for it, and so does for ever one of which nobody learned what it came to: after a crash, for example.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Ledger {
    tokens: u64,
    money: Money,
    running: BTreeMap<AttemptId, Reserve>,
    /// Those of them that wait in line: nobody has been asked yet.
    in_line: BTreeSet<AttemptId>,
}

impl Ledger {
    pub fn tokens(&self) -> u64 {
        self.tokens + self.running.values().map(|reserve| u64::from(reserve.tokens())).sum::<u64>()
    }

    /// As far as it is known.
    pub fn money(&self) -> Money {
        self.money + self.running.values().filter_map(|reserve| reserve.cost).sum()
    }

    pub fn is_in_line(&self, attempt: AttemptId) -> bool {
        self.in_line.contains(&attempt)
    }

    pub(super) fn queue(&mut self, attempt: AttemptId) {
        self.in_line.insert(attempt);
    }

    pub(super) fn admit(&mut self, attempt: AttemptId) {
        self.in_line.remove(&attempt);
    }

    pub(super) fn begin(&mut self, attempt: AttemptId, reserve: Reserve) {
        self.running.insert(attempt, reserve);
    }

    pub(super) fn end(
        &mut self,
        attempt: AttemptId,
        outcome: &AttemptOutcome,
        usage: Option<Usage>,
        cost: Option<Money>,
    ) {
        self.in_line.remove(&attempt);
        let reserve = self.running.remove(&attempt).unwrap_or_default();
        let (tokens, money) = reserve.counted(outcome, usage, cost);
        self.tokens += tokens;
        self.money = self.money + money;
    }
}
