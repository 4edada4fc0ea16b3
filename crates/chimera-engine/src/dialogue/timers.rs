use std::time::Duration;

use chimera_core::{ErrorClass, ProviderError, TurnId};

use super::aside::Aside;
use super::reply::Reply;
use super::voice::Stage;
use super::{Dialogue, Step};
use crate::{Effect, WakeToken};

/// The one wake-up that has been asked for. It is moved only to ring earlier: when it rings too early it is set anew,
/// which costs less than moving it with every word that comes.
#[derive(Debug, Default)]
pub(super) struct Alarm {
    token: WakeToken,
    at: Option<Duration>,
}

impl Dialogue {
    pub(super) fn wake(&mut self, step: &mut Step, token: WakeToken) {
        if token != self.alarm.token {
            return;
        }
        self.alarm.at = None;
        if self.aside.is_some() {
            return self.wake_aside(step);
        }
        // What is done for one may end the others' turns, and begin new ones.
        let turns: Vec<TurnId> = self.voices.keys().copied().collect();
        for turn in turns {
            self.wake_voice(step, turn);
        }
    }

    fn wake_voice(&mut self, step: &mut Step, turn: TurnId) {
        let now = step.at.elapsed;
        let Some(voice) = self.voices.get(&turn) else { return };
        if self.stalls_at(voice).is_some_and(|at| at <= now) {
            return self.stall(step, turn);
        }
        match &voice.stage {
            Stage::Waiting { .. } if let Some(reason) = self.time_is_up_between_attempts(step) => {
                self.end_before_a_word(step, turn, reason);
            }
            Stage::Waiting { until } if *until <= now => self.ask(step, turn),
            Stage::Asked(reply) if reply.deadline() <= now => {
                let (attempt, error) = (reply.attempt, impatience(reply, now));
                step.effects.push(Effect::Cancel { attempt });
                self.fail(step, turn, error);
            }
            Stage::InLine | Stage::Waiting { .. } | Stage::Asked(_) | Stage::Through => {}
        }
    }

    /// Asks to be woken when somebody will have kept us waiting too long, or has waited long enough.
    pub(super) fn set_alarm(&mut self, step: &mut Step) {
        let aside = self.aside.as_ref().and_then(Aside::deadline);
        let voices = self.voices.values().flat_map(|voice| [voice.deadline(), self.stalls_at(voice)]);
        let Some(at) = voices.chain([aside]).flatten().min() else {
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
