use std::collections::VecDeque;
use std::time::Duration;

use chimera_core::{ConnectionId, ErrorClass, HealthState, ModelRef, ProviderHealth, Timestamp};

use super::treatment::Weight;
use crate::Moment;

/// Failures older than this are forgotten.
const WINDOW: Duration = Duration::from_secs(60);
/// Failures within the window that open the breaker, in halves. It is also what "more than half of five or more" would
/// come to, so there is no second rule.
const TOO_MANY: u32 = 6;
const TOO_MANY_OVERLOADS: usize = 2;
const FIRST_OPEN: Duration = Duration::from_secs(15);
const LONGEST_OPEN: Duration = Duration::from_secs(300);
/// How long one stays away that was told to, but not for how long.
const PARK_UNTOLD: Duration = Duration::from_secs(15);
const LONGEST_PARK: Duration = Duration::from_secs(60 * 60);

/// Whether a model can be asked, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    Free,
    /// One question may find out.
    HalfOpen,
    Opens(Duration),
    Probing,
    Off,
}

/// How one model stands.
#[derive(Debug, Default)]
pub struct Standing {
    state: State,
    failures: VecDeque<(Duration, Weight)>,
    /// How often in a row it was found to be down.
    openings: u32,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Untested,
    Healthy,
    Parked(Until),
    Open(Until),
    Probing {
        probe: u64,
        was: Until,
    },
    Off(Off),
}

/// Both clocks: waits are measured with the one, people are told the other.
#[derive(Debug, Clone)]
struct Until {
    since: Duration,
    elapsed: Duration,
    wall: Timestamp,
    class: ErrorClass,
    detail: String,
}

/// A failure that counts towards being down.
pub struct Failed {
    pub asked: Duration,
    pub weight: Weight,
    pub class: ErrorClass,
    pub detail: String,
}

#[derive(Debug, Clone)]
pub struct Off {
    pub since: Duration,
    pub class: ErrorClass,
    pub detail: String,
}

impl Off {
    pub fn health(&self, connection: &ConnectionId) -> ProviderHealth {
        ProviderHealth {
            connection: connection.clone(),
            model: None,
            state: HealthState::Off,
            until: None,
            because: Some(self.class),
            detail: said(&self.detail),
        }
    }
}

impl Standing {
    pub fn gate(&self, at: Moment) -> Gate {
        match &self.state {
            State::Untested | State::Healthy => Gate::Free,
            State::Parked(until) if until.elapsed <= at.elapsed => Gate::Free,
            State::Open(until) if until.elapsed <= at.elapsed => Gate::HalfOpen,
            State::Parked(until) | State::Open(until) => Gate::Opens(until.elapsed),
            State::Probing { .. } => Gate::Probing,
            State::Off(_) => Gate::Off,
        }
    }

    /// What was asked before it was found to be limited, down or off says nothing about that.
    pub fn answered(&mut self, asked: Duration) {
        let since = match &self.state {
            State::Untested | State::Healthy => None,
            State::Parked(until) | State::Open(until) | State::Probing { was: until, .. } => Some(until.since),
            State::Off(off) => Some(off.since),
        };
        if since.is_some_and(|since| asked < since) {
            return;
        }
        if !matches!(self.state, State::Untested | State::Healthy) {
            self.failures.clear();
        }
        self.openings = 0;
        self.state = State::Healthy;
    }

    pub fn probe(&mut self, probe: u64) {
        if let State::Open(was) = &self.state {
            self.state = State::Probing { probe, was: was.clone() };
        }
    }

    pub fn let_go(&mut self, over: u64) {
        if let State::Probing { probe, was } = &self.state
            && *probe == over
        {
            self.state = State::Open(was.clone());
        }
    }

    pub fn park(&mut self, at: Moment, told: Option<Duration>, class: ErrorClass, detail: String) {
        let span = told.unwrap_or(PARK_UNTOLD).min(LONGEST_PARK);
        let until = Until::after(at, span, class, detail);
        match &self.state {
            // Whoever asked earlier may have been told of a later time.
            State::Parked(before) if before.elapsed >= until.elapsed => {}
            State::Off(_) => {}
            _ => self.state = State::Parked(until),
        }
    }

    pub fn park_until(&mut self, at: Moment, until: Timestamp, class: ErrorClass, detail: String) {
        let millis = until.as_millis().saturating_sub(at.now.as_millis());
        let span = Duration::from_millis(u64::try_from(millis).unwrap_or_default()).min(LONGEST_PARK);
        self.state = State::Parked(Until::after(at, span, class, detail));
    }

    /// `throw` is a throw from 0 to 1.
    pub fn count(&mut self, at: Moment, failed: Failed, throw: f32) {
        let Failed { asked, weight, class, detail } = failed;
        self.failures.push_back((at.elapsed, weight));
        while self.failures.front().is_some_and(|(when, _)| *when + WINDOW <= at.elapsed) {
            self.failures.pop_front();
        }
        let opens = match &self.state {
            State::Untested | State::Healthy => self.has_failed_too_often(),
            State::Parked(until) => until.elapsed <= at.elapsed && self.has_failed_too_often(),
            // What was tried again has failed again; what failed meanwhile was asked before it was found to be down.
            State::Open(until) => until.elapsed <= at.elapsed && until.since <= asked,
            State::Probing { .. } | State::Off(_) => false,
        };
        if opens {
            let span = FIRST_OPEN.saturating_mul(1 << self.openings.min(10)).min(LONGEST_OPEN);
            self.openings += 1;
            self.failures.clear();
            self.state = State::Open(Until::after(at, span.mul_f32(0.8 + 0.4 * throw), class, detail));
        }
    }

    pub fn switch_off(&mut self, at: Moment, class: ErrorClass, detail: String) {
        self.state = State::Off(Off { since: at.elapsed, class, detail });
    }

    pub fn forgive(&mut self) {
        if matches!(self.state, State::Off(_)) {
            self.state = State::Untested;
        }
    }

    pub fn health(&self, model: &ModelRef) -> ProviderHealth {
        let (state, until, because, detail) = match &self.state {
            State::Untested => (HealthState::Untested, None, None, None),
            State::Healthy => (HealthState::Healthy, None, None, None),
            State::Parked(until) => (HealthState::Limited, Some(until.wall), Some(until.class), said(&until.detail)),
            State::Open(until) => (HealthState::Down, Some(until.wall), Some(until.class), said(&until.detail)),
            State::Probing { was, .. } => (HealthState::Probing, None, Some(was.class), said(&was.detail)),
            State::Off(off) => (HealthState::Off, None, Some(off.class), said(&off.detail)),
        };
        let (connection, model) = (model.connection.clone(), Some(model.model.clone()));
        ProviderHealth { connection, model, state, until, because, detail }
    }

    fn has_failed_too_often(&self) -> bool {
        let halves = |weight: &Weight| match weight {
            Weight::Half => 1,
            Weight::Whole | Weight::Overload => 2,
        };
        let overloads = self.failures.iter().filter(|(_, weight)| *weight == Weight::Overload).count();
        let failures: u32 = self.failures.iter().map(|(_, weight)| halves(weight)).sum();
        failures >= TOO_MANY || overloads >= TOO_MANY_OVERLOADS
    }
}

impl Until {
    fn after(at: Moment, span: Duration, class: ErrorClass, detail: String) -> Self {
        let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        let wall = Timestamp::from_millis(at.now.as_millis().saturating_add(millis));
        Self { since: at.elapsed, elapsed: at.elapsed + span, wall, class, detail }
    }
}

fn said(detail: &str) -> Option<String> {
    (!detail.is_empty()).then(|| detail.to_owned())
}
