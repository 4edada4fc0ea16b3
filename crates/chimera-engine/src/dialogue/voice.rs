use std::collections::BTreeSet;
use std::time::Duration;

use chimera_core::{ConnectionId, Share};

use super::reply::Reply;
use super::rounds::Ended;
use super::said::{Mend, Said};
use crate::fallback::How;

/// Somebody who has a turn: how far along its route it is, and what it is doing.
#[derive(Debug)]
pub(super) struct Voice {
    /// Which model of the route is, or was last, asked.
    pub position: usize,
    /// The furthest place of the route that was reached.
    pub frontier: usize,
    /// Places that were passed over because their models do not see, to be asked when nobody else is left.
    pub set_aside: BTreeSet<usize>,
    /// Those of them whose turn has come.
    pub fetched: BTreeSet<usize>,
    /// How often that model has been asked in this turn.
    pub tries: u32,
    /// It is asked without images for the rest of the turn.
    pub unseen: bool,
    /// When the turn began, or the answer that is to be mended broke off.
    pub began: Duration,
    /// When its newest word was shown, or else when its turn began.
    pub quiet_since: Duration,
    pub said: Said,
    /// Set while what was said has broken off and another is to see to it.
    pub mend: Option<Mend>,
    /// The connections that were called in this turn, once for each call.
    pub called: Vec<ConnectionId>,
    /// The protocol of each of these calls, where it is known.
    protocols: Vec<Option<String>>,
    pub stage: Stage,
    /// Who said what of it, in order, as long as nobody is shown it.
    pub shares: Vec<Share>,
    /// How it ended, when nobody is told yet.
    pub ended: Option<Ended>,
}

#[derive(Debug)]
pub(super) enum Stage {
    /// Others of its round are asked first.
    InLine,
    /// Before the first question, and between two.
    Waiting {
        until: Duration,
    },
    Asked(Box<Reply>),
    /// It has ended, and waits for the others of its round.
    Through,
}

impl Voice {
    pub fn new(now: Duration) -> Self {
        Self {
            position: 0,
            frontier: 0,
            set_aside: BTreeSet::new(),
            fetched: BTreeSet::new(),
            tries: 0,
            unseen: false,
            began: now,
            quiet_since: now,
            said: Said::default(),
            mend: None,
            called: Vec::new(),
            protocols: Vec::new(),
            stage: Stage::Waiting { until: now },
            shares: Vec::new(),
            ended: None,
        }
    }

    pub fn in_line(now: Duration) -> Self {
        Self { stage: Stage::InLine, ..Self::new(now) }
    }

    /// Whether it is being asked, or is about to be.
    pub fn is_speaking(&self) -> bool {
        matches!(self.stage, Stage::Waiting { .. } | Stage::Asked(_))
    }

    /// Whether it is to be gone on with behind what was said.
    pub fn goes_on(&self) -> bool {
        self.mend.as_ref().is_some_and(|mend| mend.how == How::Continue)
    }

    /// In which protocol the newest call is made.
    pub fn called_in(&mut self, protocol: Option<String>) {
        self.protocols.resize(self.called.len(), None);
        if let Some(newest) = self.protocols.last_mut() {
            *newest = protocol;
        }
    }

    /// Whether the question was written anew in this turn, for another protocol. Where nobody says which those are,
    /// another connection counts as another.
    pub fn is_remapped(&self) -> bool {
        let protocol = |call: usize| self.protocols.get(call).and_then(Option::as_ref);
        (1..self.called.len()).any(|call| match (protocol(call - 1), protocol(call)) {
            (Some(before), Some(this)) => before != this,
            _ => self.called[call - 1] != self.called[call],
        })
    }

    /// When we turn to it next, if nothing comes before.
    pub fn deadline(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Waiting { until } => Some(*until),
            Stage::Asked(reply) => Some(reply.deadline()),
            Stage::InLine | Stage::Through => None,
        }
    }

    /// Turns to the model at another place.
    pub fn move_to(&mut self, place: usize) {
        if self.set_aside.contains(&place) {
            self.fetched.insert(place);
        }
        self.position = place;
        self.frontier = self.frontier.max(place);
        self.tries = 0;
        self.unseen = false;
    }

    /// The places that are left on a route of so many, in the order in which they are asked.
    pub fn places_left(&self, route: usize) -> impl Iterator<Item = usize> {
        let waiting = self.set_aside.difference(&self.fetched).copied();
        (self.frontier + 1..route).chain(waiting)
    }

    pub fn reply(&self) -> Option<&Reply> {
        match &self.stage {
            Stage::Asked(reply) => Some(reply),
            Stage::InLine | Stage::Waiting { .. } | Stage::Through => None,
        }
    }

    pub fn reply_mut(&mut self) -> Option<&mut Reply> {
        match &mut self.stage {
            Stage::Asked(reply) => Some(reply),
            Stage::InLine | Stage::Waiting { .. } | Stage::Through => None,
        }
    }
}
