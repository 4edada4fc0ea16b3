use std::time::Duration;

use chimera_core::ConnectionId;

use super::reply::Reply;
use super::said::{Mend, Said};

/// Somebody who has a turn: how far along its route it is, and what it is doing.
#[derive(Debug)]
pub(super) struct Voice {
    /// Which model of the route is, or was last, asked.
    pub position: usize,
    /// How often that model has been asked in this turn.
    pub tries: u32,
    /// When the turn began, or the answer that is to be mended broke off.
    pub began: Duration,
    /// When its newest word was shown, or else when its turn began.
    pub quiet_since: Duration,
    pub said: Said,
    /// Set while what was said has broken off and another is to see to it.
    pub mend: Option<Mend>,
    /// The connections that were called in this turn, once for each call.
    pub called: Vec<ConnectionId>,
    pub stage: Stage,
}

#[derive(Debug)]
pub(super) enum Stage {
    /// Before the first question, and between two.
    Waiting {
        until: Duration,
    },
    Asked(Box<Reply>),
}

impl Voice {
    pub fn new(now: Duration) -> Self {
        let (said, stage) = (Said::default(), Stage::Waiting { until: now });
        Self { position: 0, tries: 0, began: now, quiet_since: now, said, mend: None, called: Vec::new(), stage }
    }

    /// When we turn to it next, if nothing comes before.
    pub fn deadline(&self) -> Duration {
        match &self.stage {
            Stage::Waiting { until } => *until,
            Stage::Asked(reply) => reply.deadline(),
        }
    }

    pub fn reply(&self) -> Option<&Reply> {
        match &self.stage {
            Stage::Asked(reply) => Some(reply),
            Stage::Waiting { .. } => None,
        }
    }

    pub fn reply_mut(&mut self) -> Option<&mut Reply> {
        match &mut self.stage {
            Stage::Asked(reply) => Some(reply),
            Stage::Waiting { .. } => None,
        }
    }
}
