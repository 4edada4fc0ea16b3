use serde::{Deserialize, Serialize};
use specta::Type;

use crate::PersonaId;

/// Who speaks. Versioned: an old conversation keeps the version that spoke in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Persona {
    pub id: PersonaId,
    pub version: u32,
    pub name: String,
    /// One line for the library: what this persona is good for.
    pub tagline: String,
    /// Hue of the persona's colour, 0 to 359 degrees.
    pub hue: u16,
    pub instructions: String,
    /// How readily it speaks when nobody is addressed: 0 (only when asked) to 1 (whenever it can).
    pub talkativeness: f32,
}

/// Which version of which persona sits in a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PersonaRef {
    pub id: PersonaId,
    pub version: u32,
}
