use chimera_core::{EventKind, MAX_PINS, MessageId, ParticipantId};

use super::{Dialogue, Refusal, Step};

impl Dialogue {
    /// Who hears what is said to these: nobody named is everybody.
    pub(super) fn audience(&self, to: Vec<ParticipantId>) -> Result<Option<Vec<ParticipantId>>, Refusal> {
        if to.is_empty() {
            return Ok(None);
        }
        let mut audience = Vec::new();
        for reader in to {
            if self.conversation.participant(reader).is_none() {
                return Err(Refusal::on("to", "nobody at this table has that id"));
            }
            if !audience.contains(&reader) {
                audience.push(reader);
            }
        }
        Ok(Some(audience))
    }

    /// From now on it stands in the prompts of all who heard it.
    pub(super) fn pin(&mut self, step: &mut Step, message: MessageId) -> Result<(), Refusal> {
        let pins = &self.conversation.pins;
        if pins.contains(&message) {
            return Ok(());
        }
        if self.conversation.lines.iter().all(|line| line.message != message) {
            return Err(Refusal::on("message", "there is no such message on this branch"));
        }
        if pins.len() >= MAX_PINS {
            let words = format!("{MAX_PINS} messages are pinned, and more would leave no room for the talk; unpin one");
            return Err(Refusal::on("message", words));
        }
        self.record(step, EventKind::MessagePinned { message });
        Ok(())
    }

    pub(super) fn unpin(&mut self, step: &mut Step, message: MessageId) -> Result<(), Refusal> {
        if self.conversation.pins.contains(&message) {
            self.record(step, EventKind::MessageUnpinned { message });
            return Ok(());
        }
        match self.conversation.lines.find(message) {
            Some(_) => Ok(()),
            None => Err(Refusal::on("message", "there is no such message")),
        }
    }
}
