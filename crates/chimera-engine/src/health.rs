//! Which models are worth asking just now: one board for all conversations, fed with how every attempt ended.
//!
//! It is a function of what it was told and of the time that is passed in. Three things keep a question from a model:
//! it is *limited* (it named a time to come back), *down* (it failed too often; one question at a time finds out
//! whether it still is), or *off* (a person has to do something first). Whoever else is on the route is asked instead;
//! when nobody is, the one that opens soonest is asked all the same, for a failed turn helps nobody.

mod standing;
mod treatment;

use std::collections::BTreeMap;
use std::time::Duration;

use chimera_core::{ConnectionId, ErrorClass, HealthState, ModelRef, ProviderError, ProviderHealth, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Moment;
use standing::{Failed, Gate, Off, Standing};
use treatment::Treatment;

/// How every model stands.
#[derive(Debug)]
pub struct Board {
    seed: u32,
    models: BTreeMap<ModelRef, Standing>,
    /// Whole connections that are off: their key or their credit is no good.
    off: BTreeMap<ConnectionId, Off>,
    /// When they got another key or address. What was asked before says nothing about them.
    renewed: BTreeMap<ConnectionId, Duration>,
    /// What the world was last told, so that only changes are.
    told: BTreeMap<(ConnectionId, Option<String>), ProviderHealth>,
    probes: u64,
    throws: u32,
}

/// How an attempt ended, as far as it says something about the model.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    Answered,
    /// Given up by us: says nothing.
    Cancelled,
    Failed(ProviderError),
}

/// Whether a model may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Ask,
    /// It was down: this question, and no other meanwhile, finds out whether it still is.
    Probe(Probe),
    Closed(Closed),
}

/// Names the one question that is out to a model that was down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe(u64);

/// Why a model is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub class: ErrorClass,
    pub until: Option<Timestamp>,
    /// For people: what it is waiting for.
    pub detail: String,
}

impl Board {
    /// The seed is for the jitter, which keeps many clients from coming back at the same moment.
    pub fn new(seed: u32) -> Self {
        let (models, off, renewed, told) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { seed, models, off, renewed, told, probes: 0, throws: 0 }
    }

    /// What was known when the app last ended and is still so: times that have not come, and what a person has to mend.
    pub fn restore(&mut self, at: Moment, known: Vec<ProviderHealth>) {
        for health in known {
            let class = health.because.unwrap_or(ErrorClass::ServerError);
            let detail = health.detail.clone().unwrap_or_default();
            match (health.state, &health.model, health.until) {
                (HealthState::Off, None, _) => {
                    self.off.insert(health.connection.clone(), Off { since: at.elapsed, class, detail });
                }
                (HealthState::Off, Some(model), _) => {
                    self.standing(&health.connection, model).switch_off(at, class, detail)
                }
                (HealthState::Limited, Some(model), Some(until)) if until > at.now => {
                    self.standing(&health.connection, model).park_until(at, until, class, detail);
                }
                _ => continue,
            }
            self.told.insert((health.connection.clone(), health.model.clone()), health);
        }
    }

    /// Whether `model` may be asked, when `others` are left on the route after it.
    pub fn admit(&mut self, at: Moment, model: &ModelRef, others: &[ModelRef]) -> Verdict {
        match self.gate(at, model) {
            Gate::Free => Verdict::Ask,
            Gate::HalfOpen => {
                self.probes += 1;
                let probe = self.probes;
                self.standing(&model.connection, &model.model).probe(probe);
                Verdict::Probe(Probe(probe))
            }
            closed if self.is_last_resort(at, closed, others) => Verdict::Ask,
            closed => Verdict::Closed(self.closed(at, model, closed)),
        }
    }

    /// An attempt has ended whose question went out at `asked`; its probe, if it was one, has been let go before.
    pub fn ended(&mut self, at: Moment, model: &ModelRef, asked: Duration, ending: &Ending) {
        if self.renewed.get(&model.connection).is_some_and(|renewed| asked < *renewed) {
            return;
        }
        match ending {
            // It answers: then nothing is wrong with the key either, unless that was found since.
            Ending::Answered => {
                if self.off.get(&model.connection).is_some_and(|off| off.since <= asked) {
                    self.off.remove(&model.connection);
                }
                self.standing(&model.connection, &model.model).answered(asked);
            }
            Ending::Cancelled => {}
            Ending::Failed(error) => self.failed(at, model, asked, error),
        }
    }

    /// The question that was to find out is over, or nobody waits for its answer any more.
    pub fn let_go(&mut self, model: &ModelRef, probe: Probe) {
        if let Some(standing) = self.models.get_mut(model) {
            standing.let_go(probe.0);
        }
    }

    /// A person tries again by hand: what was off is asked once more.
    pub fn forgive(&mut self, models: &[ModelRef]) {
        for model in models {
            self.off.remove(&model.connection);
            if let Some(standing) = self.models.get_mut(model) {
                standing.forgive();
            }
        }
    }

    /// The same for all models of a connection.
    pub fn forgive_connection(&mut self, connection: &ConnectionId) {
        self.off.remove(connection);
        for (model, standing) in &mut self.models {
            if model.connection == *connection {
                standing.forgive();
            }
        }
    }

    /// Its key or its address is another now: what was known of its models was known of something else.
    /// So is what is still to come of it.
    pub fn renew(&mut self, at: Moment, connection: &ConnectionId) {
        self.renewed.insert(connection.clone(), at.elapsed);
        self.off.remove(connection);
        for (model, standing) in &mut self.models {
            if model.connection == *connection {
                *standing = Standing::default();
            }
        }
    }

    /// The connection is gone, and with it all that was known of it.
    pub fn forget(&mut self, connection: &ConnectionId) {
        self.off.remove(connection);
        self.renewed.remove(connection);
        self.models.retain(|model, _| model.connection != *connection);
        self.told.retain(|(of, _), _| of != connection);
    }

    /// What has changed since this was last asked.
    pub fn changes(&mut self) -> Vec<ProviderHealth> {
        let all = self.standings();
        let is_known = |health: &ProviderHealth| {
            let told = self.told.get(&(health.connection.clone(), health.model.clone()));
            told.map_or(health.state == HealthState::Untested, |told| {
                (told.state, told.until, told.because) == (health.state, health.until, health.because)
            })
        };
        let back = self.told.values().filter(|told| told.model.is_none() && !self.off.contains_key(&told.connection));
        let back = back.filter(|told| told.state == HealthState::Off).map(|told| ProviderHealth {
            state: HealthState::Untested,
            because: None,
            detail: None,
            ..told.clone()
        });
        let changed: Vec<_> = back.chain(all.iter().filter(|health| !is_known(health)).cloned()).collect();
        for health in &changed {
            self.told.insert((health.connection.clone(), health.model.clone()), health.clone());
        }
        changed
    }

    /// Everything that is known, by connection; what is said of the whole connection first. Whoever was limited until
    /// now is so no longer, and what else is true of it nobody knows.
    pub fn all(&self, at: Moment) -> Vec<ProviderHealth> {
        let as_of_now = |health: ProviderHealth| match (health.state, health.until) {
            (HealthState::Limited, Some(until)) if until <= at.now => {
                ProviderHealth { state: HealthState::Untested, until: None, because: None, detail: None, ..health }
            }
            _ => health,
        };
        self.standings().into_iter().map(as_of_now).collect()
    }

    fn standings(&self) -> Vec<ProviderHealth> {
        let connections = self.off.iter().map(|(connection, off)| off.health(connection));
        let models = self.models.iter().map(|(model, standing)| standing.health(model));
        let mut all: Vec<_> = connections.chain(models).collect();
        all.sort_by(|one, other| (&one.connection, &one.model).cmp(&(&other.connection, &other.model)));
        all
    }

    fn failed(&mut self, at: Moment, model: &ModelRef, asked: Duration, error: &ProviderError) {
        let (class, detail) = (error.class, error.detail.clone());
        match treatment::of(class).advised(error.advice) {
            Treatment::Nothing => {}
            Treatment::Park => {
                self.standing(&model.connection, &model.model).park(at, error.retry_after, class, detail);
            }
            Treatment::Count(weight) => {
                self.throws = self.throws.wrapping_add(1);
                let throw = crate::dice::of_turn(self.seed, self.throws).throw();
                self.standing(&model.connection, &model.model).count(
                    at,
                    Failed { asked, weight, class, detail },
                    throw,
                );
            }
            Treatment::SwitchModelOff => {
                self.standing(&model.connection, &model.model).switch_off(at, class, detail);
            }
            Treatment::SwitchConnectionOff => {
                self.off.insert(model.connection.clone(), Off { since: at.elapsed, class, detail });
            }
        }
    }

    fn gate(&self, at: Moment, model: &ModelRef) -> Gate {
        if self.off.contains_key(&model.connection) {
            return Gate::Off;
        }
        self.models.get(model).map_or(Gate::Free, |standing| standing.gate(at))
    }

    /// Nobody left on the route can be asked, or will be sooner than this one.
    fn is_last_resort(&self, at: Moment, gate: Gate, others: &[ModelRef]) -> bool {
        gate != Gate::Off && others.iter().all(|other| self.gate(at, other) >= gate)
    }

    fn closed(&self, at: Moment, model: &ModelRef, gate: Gate) -> Closed {
        let health = match (self.off.get(&model.connection), self.models.get(model)) {
            (Some(off), _) => off.health(&model.connection),
            (None, Some(standing)) => standing.health(model),
            (None, None) => Standing::default().health(model),
        };
        let class = health.because.unwrap_or(ErrorClass::ServerError);
        let detail = match gate {
            Gate::Opens(until) => {
                let seconds = until.saturating_sub(at.elapsed).as_secs_f32().ceil();
                match health.state {
                    HealthState::Limited => format!("not asked: limited for another {seconds} s"),
                    _ => format!("not asked: down, to be tried again in {seconds} s"),
                }
            }
            Gate::Probing => "not asked: another question is finding out whether it is back".to_owned(),
            Gate::Off => "not asked: off until somebody mends it".to_owned(),
            Gate::Free | Gate::HalfOpen => String::new(),
        };
        Closed { class, until: health.until, detail }
    }

    fn standing(&mut self, connection: &ConnectionId, model: &str) -> &mut Standing {
        let model = ModelRef { connection: connection.clone(), model: model.to_owned() };
        self.models.entry(model).or_default()
    }
}

#[cfg(test)]
mod tests;
