use chimera_core::{MessageId, SummaryId};

use super::Conversation;

/// Turns that go by without a summary after one that was not made: what kept it from being made is seldom over sooner.
const REST: u32 = 8;

/// Words that stand for everything up to a message of its branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summed {
    pub id: SummaryId,
    pub through: MessageId,
    pub text: String,
}

/// What has been summed up, on whatever branch, and is still true.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Summaries {
    all: Vec<Summed>,
    /// How many turns had begun when one could not be made.
    failed_at: Option<u32>,
    /// How often anything was changed that a summary may be made of.
    basis: u64,
}

impl Summaries {
    pub fn find(&self, id: SummaryId) -> Option<&Summed> {
        self.all.iter().find(|summary| summary.id == id)
    }

    /// A summary that was asked for at another number is of words that are no more the same.
    pub fn basis(&self) -> u64 {
        self.basis
    }

    pub(super) fn written(&mut self, summary: Summed) {
        self.all.push(summary);
        self.failed_at = None;
    }

    pub(super) fn edited(&mut self, id: SummaryId, text: &str) {
        self.basis += 1;
        if let Some(summary) = self.all.iter_mut().find(|summary| summary.id == id) {
            text.clone_into(&mut summary.text);
        }
    }

    pub(super) fn outdated(&mut self, id: SummaryId) {
        self.all.retain(|summary| summary.id != id);
    }

    pub(super) fn failed(&mut self, begun: u32) {
        self.failed_at = Some(begun);
    }

    pub(super) fn try_again(&mut self) {
        self.failed_at = None;
    }

    pub(super) fn retold(&mut self) {
        self.basis += 1;
    }
}

impl Conversation {
    /// Those that may stand in a prompt on the current branch, each with the place of its last message: the one that
    /// covers most comes first. None while they are off.
    pub fn standing_summaries(&self) -> Vec<(usize, &Summed)> {
        if !self.summary.on {
            return Vec::new();
        }
        let place = |summary: &Summed| self.lines.place(summary.through);
        let all = self.summaries.all.iter();
        let mut standing: Vec<_> = all.filter_map(|summary| Some((place(summary)?, summary))).collect();
        standing.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
        standing
    }

    /// Those that this message is part of, on whatever branch. Of what not everybody has heard none tells.
    pub fn summaries_of(&self, message: MessageId) -> Vec<SummaryId> {
        if !self.lines.find(message).is_some_and(|line| line.is_public()) {
            return Vec::new();
        }
        let here = self.lines.place(message);
        let covers = |summary: &&Summed| match (here, self.lines.place(summary.through)) {
            (Some(here), Some(end)) => here <= end,
            (_, None) => self.lines.leads_to(message, summary.through),
            // What is on another branch does not stand before what is on this one.
            (None, Some(_)) => false,
        };
        self.summaries.all.iter().filter(covers).map(|summary| summary.id).collect()
    }

    /// Whether one was not made lately.
    pub fn rests_from_summing_up(&self) -> bool {
        self.summaries.failed_at.is_some_and(|at| self.past.begun < at.saturating_add(REST))
    }
}
