//! The casts that ship with Chimera: tables laid for a debate, a panel, a writers' room and the like.

use std::sync::LazyLock;

use chimera_core::{
    Cast, CastId, ConversationView, EndRules, ModelRef, NewConversation, NewModerator, NewParticipant, Policy,
};
use serde::Deserialize;

use crate::demo::demo_model;
use crate::{Chimera, Error, ErrorCode, Result};

/// One cast as the library file writes it.
#[derive(Deserialize)]
struct Entry {
    id: CastId,
    name: String,
    tagline: String,
    topic: String,
    policy: Policy,
    /// The seat of who moderates.
    #[serde(default)]
    moderator: Option<u32>,
    turns: u32,
    participants: Vec<NewParticipant>,
}

static LIBRARY: LazyLock<Vec<Cast>> = LazyLock::new(|| {
    let entries: Vec<Entry> =
        serde_json::from_str(include_str!("../casts.json")).expect("the library is checked by a test");
    let cast = |entry: Entry| Cast {
        id: entry.id,
        name: entry.name,
        tagline: entry.tagline,
        topic: entry.topic,
        policy: entry.policy,
        moderator: entry.moderator.map(|seat| NewModerator::Seat { seat }),
        end: EndRules { turns: Some(entry.turns), ..EndRules::default() },
        participants: entry.participants,
    };
    entries.into_iter().map(cast).collect()
});

/// The library, which needs no history to be read.
pub fn casts() -> Vec<Cast> {
    LIBRARY.clone()
}

impl Chimera {
    /// The library, in the order in which it is shown.
    pub fn casts(&self) -> Vec<Cast> {
        casts()
    }

    /// A conversation of this cast about the topic, or about its own. Every seat is asked by the route, and where it is
    /// empty an authored demo voice speaks for it.
    pub async fn seat_cast(
        &self,
        id: &CastId,
        topic: Option<String>,
        route: Vec<ModelRef>,
    ) -> Result<ConversationView> {
        let cast = LIBRARY
            .iter()
            .find(|cast| cast.id == *id)
            .cloned()
            .ok_or_else(|| Error::new(ErrorCode::CastNotFound, format!("there is no cast `{id}`")).on("cast"))?;
        let voices = chimera_providers::demo_voices();
        let mut participants = cast.participants;
        for (seat, voice) in participants.iter_mut().zip(voices.iter().cycle()) {
            seat.route = if route.is_empty() { vec![demo_model(&voice.id)] } else { route.clone() };
        }
        self.create_conversation(NewConversation {
            topic: topic.unwrap_or(cast.topic),
            participants,
            policy: cast.policy,
            moderator: cast.moderator,
            end: cast.end,
            ..NewConversation::default()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_cast_can_sit_down_and_each_of_its_people_has_something_to_go_by() {
        assert_eq!(LIBRARY.len(), 6);
        for cast in LIBRARY.iter() {
            let names: HashSet<_> = cast.participants.iter().map(|seat| seat.name.clone()).collect();
            assert_eq!(names.len(), cast.participants.len(), "{}", cast.id);
            for seat in &cast.participants {
                let words = seat.instructions.as_deref().unwrap_or_default().split_whitespace().count();
                assert!((80..=200).contains(&words), "{} {:?}: {words} words", cast.id, seat.name);
            }
        }
    }
}
