use std::time::Duration;

use chimera_core::{InterruptCause, TurnId, TurnOutcome};

use super::reply::Reply;
use super::turns::Then;
use super::{Dialogue, Step, Voice};

impl Dialogue {
    /// When a speaker will have been without a new word for too long, by the conversation's own rule. Thoughts and pings
    /// are no words: the providers' limits take them for life, this one does not.
    pub(super) fn stalls_at(&self, voice: &Voice) -> Option<Duration> {
        let after = self.conversation.stall_after_s.filter(|_| voice.is_speaking())?;
        // Who waits in line has not been asked yet.
        if voice.reply().is_some_and(Reply::is_in_line) {
            return None;
        }
        Some(voice.quiet_since + Duration::from_secs(after.into()))
    }

    /// On to the next speaker; what was said is kept. It has had its turn.
    pub(super) fn stall(&mut self, step: &mut Step, turn: TurnId) {
        let after_s = self.conversation.stall_after_s.unwrap_or_default();
        let said = self.fall_silent(step, turn, &InterruptCause::Stalled { after_s });
        let outcome = if said { TurnOutcome::Interrupted } else { TurnOutcome::Stalled };
        self.conclude(step, turn, outcome, Then::Turn);
    }
}
