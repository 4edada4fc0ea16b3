//! Waiting in line: only so many calls are under way at once, over all conversations. The wait is nobody's fault: it is
//! counted apart and takes nothing of anybody's patience.

use chimera_core::{AttemptId, EventKind, TurnId};

use super::reply::Reply;
use super::{Dialogue, Step, Voice};
use crate::Patience;

impl Dialogue {
    pub(super) fn queue(&mut self, step: &mut Step, attempt: AttemptId) {
        let Some((turn, reply)) = self.reply_to(attempt) else { return };
        if reply.waits_in_line() {
            self.record(step, EventKind::AttemptQueued { attempt, turn });
        }
    }

    /// The question goes out, and its model has this much patience from now on.
    pub(super) fn grant(&mut self, step: &mut Step, attempt: AttemptId, patience: Patience, protocol: Option<String>) {
        let now = step.at.elapsed;
        let Some((turn, reply)) = self.reply_to(attempt) else { return };
        let waited = reply.admitted(patience, now);
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.called_in(protocol);
        }
        let Some(waited) = waited else { return };
        if let Some(voice) = self.voices.get_mut(&turn) {
            voice.began += waited;
            voice.quiet_since += waited;
        } else if let Some(aside) = &mut self.aside {
            aside.began += waited;
        }
        self.record(step, EventKind::AttemptAdmitted { attempt, turn });
    }

    /// What is awaited of this attempt, and the turn it is for.
    fn reply_to(&mut self, attempt: AttemptId) -> Option<(TurnId, &mut Reply)> {
        if self.is_aside(attempt) {
            let aside = self.aside.as_mut()?;
            let turn = aside.turn;
            return Some((turn, aside.reply_of(attempt)?));
        }
        let turn = self.turn_of(attempt)?;
        Some((turn, self.voices.get_mut(&turn).and_then(Voice::reply_mut)?))
    }
}
