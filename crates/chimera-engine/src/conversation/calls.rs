use chimera_core::{Author, MessageId, ParticipantId};

use crate::Conversation;
use crate::names::Names;

impl Conversation {
    /// The newest call counts: whoever calls others thinks anew about who should speak. A whisper calls nobody who does
    /// not hear it.
    pub(super) fn hear_calls(&mut self, text: &str, audience: Option<&[ParticipantId]>) {
        let mut calls = Names::of(&self.participants).calls(text);
        calls.retain(|called| audience.is_none_or(|audience| audience.contains(called)));
        if !calls.is_empty() {
            self.called = calls;
        }
    }

    /// The calls of what the user said from here on, which may have been forgotten with the branch it was said on.
    pub(super) fn hear_again(&mut self, first: MessageId) {
        let Some(place) = self.lines.place(first) else { return };
        let said: Vec<_> = (place..)
            .map_while(|place| self.lines.at(place))
            .filter(|line| line.author == Author::User)
            .map(|line| (line.text.clone(), line.audience.clone()))
            .collect();
        for (text, audience) in said {
            self.hear_calls(&text, audience.as_deref());
        }
    }
}
