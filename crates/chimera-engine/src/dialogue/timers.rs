use std::time::Duration;

use chimera_core::{AttemptId, ErrorClass, ProviderError};

use super::chooser::Chooser;
use super::reply::Reply;
use super::voice::{Stage, Voice};
use super::{Dialogue, Step};
use crate::{Effect, Patience, WakeToken};

/// The one wake-up that has been asked for. It is moved only to ring earlier: when it rings too early it is set anew,
/// which costs less than moving it with every word that comes.
#[derive(Debug, Default)]
pub(super) struct Alarm {
    token: WakeToken,
    at: Option<Duration>,
}

impl Dialogue {
    pub(super) fn grant(&mut self, attempt: AttemptId, patience: Patience, now: Duration) {
        if let Some(reply) = self.chooser.as_mut().and_then(|chooser| chooser.reply_of(attempt)) {
            reply.admitted(patience, now);
        }
        if let Some(reply) = self.voice.as_mut().and_then(|voice| voice.reply_of(attempt)) {
            reply.admitted(patience, now);
        }
    }

    pub(super) fn wake(&mut self, step: &mut Step, token: WakeToken) {
        if token != self.alarm.token {
            return;
        }
        self.alarm.at = None;
        let now = step.at.elapsed;
        if self.chooser.is_some() {
            return self.wake_chooser(step);
        }
        if self.stalls_at().is_some_and(|at| at <= now) {
            return self.stall(step);
        }
        match self.voice.as_ref().map(|voice| &voice.stage) {
            Some(Stage::Waiting { .. }) if let Some(reason) = self.time_is_up(step) => {
                self.end_before_a_word(step, reason);
            }
            Some(Stage::Waiting { until }) if *until <= now => self.ask(step),
            Some(Stage::Asked(reply)) if reply.deadline() <= now => {
                let attempt = reply.attempt;
                let error = self.out_of_patience(now);
                step.effects.push(Effect::Cancel { attempt });
                self.fail(step, error);
            }
            Some(Stage::Waiting { .. } | Stage::Asked(_)) | None => {}
        }
    }

    fn out_of_patience(&self, now: Duration) -> ProviderError {
        match self.voice.as_ref().and_then(|voice| voice.reply()) {
            Some(reply) => impatience(reply, now),
            None => ProviderError::new(ErrorClass::TotalTimeout, ""),
        }
    }

    /// Asks to be woken when the voice will have kept us waiting too long, or has waited long enough itself.
    pub(super) fn set_alarm(&mut self, step: &mut Step) {
        let waits =
            [self.chooser.as_ref().map(Chooser::deadline), self.voice.as_ref().map(Voice::deadline), self.stalls_at()];
        let Some(at) = waits.into_iter().flatten().min() else {
            self.alarm.at = None;
            return;
        };
        let at = self.waits_no_longer_than().map_or(at, |end| end.min(at));
        if self.alarm.at.is_none_or(|set| set > at) {
            self.alarm = Alarm { token: WakeToken(self.alarm.token.0 + 1), at: Some(at) };
            step.effects.push(Effect::WakeAt { token: self.alarm.token, at });
        }
    }
}

/// What is said of a model that has kept us waiting too long.
pub(super) fn impatience(reply: &Reply, now: Duration) -> ProviderError {
    let waited = now.saturating_sub(reply.progress_at.unwrap_or(reply.admitted_at)).as_secs_f32().round();
    let class = if reply.admitted_at + reply.patience.total <= now {
        let total = reply.patience.total.as_secs_f32();
        return ProviderError::new(ErrorClass::TotalTimeout, format!("gave up after {total} s in all"));
    } else if reply.progress_at.is_some() {
        ErrorClass::IdleTimeout
    } else {
        ErrorClass::FirstTokenTimeout
    };
    ProviderError::new(class, format!("gave up after {waited} s without a word"))
}
