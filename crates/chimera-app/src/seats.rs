//! Who sits at a table, while it talks or not.

use chimera_core::{ConversationId, EventKind, NewParticipant, ParticipantChange, ParticipantId};
use chimera_engine::Command;

use crate::{Chimera, Result, validate};

impl Chimera {
    /// Somebody sits down, before whoever has this seat, or else last. It is told so in its prompt, and so is
    /// everybody. One who had left and comes back under its name is the same one again.
    pub async fn join(&self, id: ConversationId, new: NewParticipant, seat: Option<u32>) -> Result<ParticipantId> {
        self.must_write()?;
        let taken = self.conversation(id).await?.participants.len();
        let participant = validate::newcomer(new, taken, self.connection_list(), self.now())?;
        let events = self.tell(id, Command::Join { participant, seat }).await?;
        let joined = events.iter().find_map(|event| match &event.kind {
            EventKind::ParticipantJoined { participant, .. } => Some(participant.id),
            _ => None,
        });
        Ok(joined.expect("who joins is recorded as a participant"))
    }

    /// It is not asked any more, and cut off if it speaks; what it said stays under its name. The last one cannot
    /// leave.
    pub async fn leave(&self, id: ConversationId, participant: ParticipantId) -> Result<()> {
        self.tell(id, Command::Leave { participant }).await.map(drop)
    }

    /// The seated order anew: everybody at the table, once.
    pub async fn reorder(&self, id: ConversationId, order: Vec<ParticipantId>) -> Result<()> {
        self.tell(id, Command::Reorder { order }).await.map(drop)
    }

    /// Another name, other instructions, another route: from its next turn on. A changed route and a retry lead on
    /// where no model answered.
    pub async fn change_participant(
        &self,
        id: ConversationId,
        participant: ParticipantId,
        change: ParticipantChange,
    ) -> Result<()> {
        let change = validate::participant_change(change, self.connection_list())?;
        self.tell(id, Command::ChangeParticipant { participant, change }).await.map(drop)
    }
}
