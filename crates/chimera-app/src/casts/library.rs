//! The casts that ship with Chimera: tables laid for a debate, a panel, a writers' room and the like.

use std::sync::LazyLock;

use chimera_core::{
    Cast, CastId, CastView, EndRules, FallbackRules, NewModerator, NewParticipant, Policy, SummaryRules,
};
use serde::Deserialize;

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
        serde_json::from_str(include_str!("../../casts.json")).expect("the library is checked by a test");
    let cast = |entry: Entry| Cast {
        id: entry.id,
        name: entry.name,
        tagline: entry.tagline,
        topic: entry.topic,
        policy: entry.policy,
        moderator: entry.moderator.map(|seat| NewModerator::Seat { seat }),
        end: EndRules { turns: Some(entry.turns), ..EndRules::default() },
        fallback: FallbackRules::default(),
        stall_after_s: None,
        summary: SummaryRules::default(),
        participants: entry.participants,
    };
    entries.into_iter().map(cast).collect()
});

/// The casts that ship with Chimera, which need no history to be read. They bring no models: demo voices stand in for
/// those, so nothing is open.
pub fn shipped_casts() -> Vec<CastView> {
    let view = |cast: &Cast| CastView { cast: cast.clone(), shipped: true, open: Vec::new() };
    LIBRARY.iter().map(view).collect()
}

pub(super) fn find(id: &CastId) -> Option<Cast> {
    LIBRARY.iter().find(|cast| cast.id == *id).cloned()
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
