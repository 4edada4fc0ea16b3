use std::time::Duration;

use chimera_core::{InterruptCause, TurnOutcome};

use super::{Dialogue, Step};

impl Dialogue {
    /// When whoever has the floor will have been without a new word for too long, by the conversation's own rule.
    /// Thoughts and pings are no words: the providers' limits take them for life, this one does not.
    pub(super) fn stalls_at(&self) -> Option<Duration> {
        let after = self.conversation.stall_after_s?;
        Some(self.voice.as_ref()?.quiet_since + Duration::from_secs(after.into()))
    }

    /// On to the next speaker; what was said is kept. It has had its turn.
    pub(super) fn stall(&mut self, step: &mut Step) {
        let after_s = self.conversation.stall_after_s.unwrap_or_default();
        let said = self.fall_silent(step, &InterruptCause::Stalled { after_s });
        self.end_turn(step, if said { TurnOutcome::Interrupted } else { TurnOutcome::Stalled });
        self.after_turn(step);
    }
}
