//! A conversation's table kept as a cast.

use chimera_core::{CastView, ConversationId, ConversationView, Moderator, NewCast, NewModerator, NewParticipant};
use chimera_engine::name_key;

use crate::{Chimera, Result};

impl Chimera {
    /// Who sits at this table now and by which rules they talk, as a cast of the user's own; nothing of what was said.
    pub async fn save_table_as_cast(&self, id: ConversationId, name: &str, tagline: &str) -> Result<CastView> {
        let view = self.conversation(id).await?;
        self.save_cast(NewCast { name: name.into(), tagline: tagline.into(), ..laid_as(view) }).await
    }
}

fn laid_as(view: ConversationView) -> NewCast {
    let moderator = match view.moderator {
        Some(Moderator::Participant { participant }) => {
            let seats = (0..).zip(&view.participants);
            let seat = seats.filter(|(_, seated)| seated.id == participant).map(|(seat, _)| seat).next();
            seat.map(|seat| NewModerator::Seat { seat })
        }
        Some(Moderator::Model { model }) => Some(NewModerator::Model { model }),
        None => None,
    };
    let seat = |seated: chimera_core::Participant| NewParticipant {
        persona: seated.persona.map(|persona| persona.id),
        name: Some(seated.name),
        instructions: Some(seated.instructions),
        hue: Some(seated.hue),
        talkativeness: Some(seated.talkativeness),
        route: seated.route,
        sampling: seated.sampling,
    };
    // Whoever has left the table says no phrase at it; where nobody is left to say it there is none.
    let mut end = view.end;
    if let Some(phrase) = end.phrase.as_mut().filter(|phrase| !phrase.by.is_empty()) {
        phrase.by.retain(|by| view.participants.iter().any(|seated| name_key(&seated.name) == name_key(by)));
        if phrase.by.is_empty() {
            end.phrase = None;
        }
    }
    NewCast {
        name: String::new(),
        tagline: String::new(),
        topic: view.topic,
        policy: view.policy,
        moderator,
        end,
        fallback: view.fallback,
        stall_after_s: view.stall_after_s,
        summary: view.summary,
        participants: view.participants.into_iter().map(seat).collect(),
    }
}
