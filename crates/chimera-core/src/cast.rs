use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{CastId, EndRules, NewModerator, NewParticipant, Policy};

/// A table laid for a purpose: who sits at it and by which rules they talk. It brings no models: those are given when
/// it sits down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Cast {
    pub id: CastId,
    pub name: String,
    /// One line: what this table is good for.
    pub tagline: String,
    /// Something to begin with.
    pub topic: String,
    pub policy: Policy,
    pub moderator: Option<NewModerator>,
    pub end: EndRules,
    pub participants: Vec<NewParticipant>,
}
