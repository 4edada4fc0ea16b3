use chimera_core::{ConversationState, EventKind, ParticipantId};

use super::{Afterwards, Dialogue, Refusal, Step};
use crate::turn_taking::{self, Next};

impl Dialogue {
    /// While somebody speaks it is for the next turn; when nobody does, it is one turn at once. A conversation that
    /// runs goes on afterwards, any other is paused.
    pub(super) fn nudge(&mut self, step: &mut Step, participant: ParticipantId) -> Result<(), Refusal> {
        self.seated(participant)?;
        self.record(step, EventKind::ParticipantNudged { participant });
        match self.conversation.state {
            ConversationState::Running => self.choose_anew(step),
            ConversationState::NeedsAttention if self.afterwards == Afterwards::AsBefore => {
                self.give_up_alternative(step);
                self.run(step, Afterwards::Pause);
            }
            // Whoever failed is passed over, and then it goes on as it would have.
            ConversationState::NeedsAttention => self.run(step, self.afterwards),
            ConversationState::Draft | ConversationState::Paused | ConversationState::Completed => {
                self.run(step, Afterwards::Pause);
            }
        }
        Ok(())
    }

    pub(super) fn mute(&mut self, step: &mut Step, participant: ParticipantId) -> Result<(), Refusal> {
        if !self.seated(participant)? {
            self.record(step, EventKind::ParticipantMuted { participant });
        }
        Ok(())
    }

    pub(super) fn unmute(&mut self, step: &mut Step, participant: ParticipantId) -> Result<(), Refusal> {
        if self.seated(participant)? {
            self.record(step, EventKind::ParticipantUnmuted { participant });
        }
        Ok(())
    }

    /// Whether going on would only mean to wait: the policy leaves the choice to the user, who has not made it.
    pub(super) fn waits_for_a_nudge(&self) -> bool {
        self.voices.is_empty() && matches!(turn_taking::choose(&self.conversation, &[]), Next::AwaitNudge)
    }

    /// Whether the participant is muted, if it sits here at all.
    pub(super) fn seated(&self, id: ParticipantId) -> Result<bool, Refusal> {
        let participant = self.conversation.participant(id).ok_or_else(Refusal::nobody_of_that_id)?;
        Ok(participant.muted)
    }
}
