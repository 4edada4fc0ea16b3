//! The personas that ship with Chimera.

use std::sync::LazyLock;

use chimera_core::{Persona, PersonaId};
use serde::Deserialize;

use crate::Chimera;

/// One persona as the library file writes it.
#[derive(Deserialize)]
struct Entry {
    id: PersonaId,
    name: String,
    tagline: String,
    hue: u16,
    talkativeness: f32,
    instructions: Vec<String>,
}

static LIBRARY: LazyLock<Vec<Persona>> = LazyLock::new(|| {
    let entries: Vec<Entry> =
        serde_json::from_str(include_str!("../personas.json")).expect("the library is checked by a test");
    entries
        .into_iter()
        .map(|entry| Persona {
            id: entry.id,
            version: 1,
            name: entry.name,
            tagline: entry.tagline,
            hue: entry.hue,
            instructions: entry.instructions.join("\n"),
            talkativeness: entry.talkativeness,
        })
        .collect()
});

/// The library, which needs no history to be read.
pub fn personas() -> Vec<Persona> {
    LIBRARY.clone()
}

impl Chimera {
    /// The library, in the order in which it is shown.
    pub fn personas(&self) -> Vec<Persona> {
        personas()
    }
}

pub(crate) fn find(id: &PersonaId) -> Option<Persona> {
    LIBRARY.iter().find(|persona| persona.id == *id).cloned()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_persona_of_the_library_can_be_told_apart_and_has_something_to_go_by() {
        let names: HashSet<_> = LIBRARY.iter().map(|persona| persona.name.to_lowercase()).collect();
        let ids: HashSet<_> = LIBRARY.iter().map(|persona| &persona.id).collect();

        assert_eq!(names.len(), LIBRARY.len());
        assert_eq!(ids.len(), LIBRARY.len());
        for persona in LIBRARY.iter() {
            assert!(persona.instructions.len() > 200, "{} says too little of itself", persona.id);
            assert!((0.0..=1.0).contains(&persona.talkativeness) && persona.hue < 360, "{}", persona.id);
        }
    }
}
