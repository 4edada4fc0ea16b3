use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{ModelRef, ParticipantId};

/// Who is asked for the next speaker under [`Policy::Moderator`](crate::Policy::Moderator).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Moderator {
    /// One of those at the table, with its own instructions and by its own route.
    Participant { participant: ParticipantId },
    /// A model that has no seat.
    Model { model: ModelRef },
}

/// The moderator of a conversation that is only being created: its seats have no ids yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum NewModerator {
    /// Counted from 0, in the order of the participants given.
    Seat {
        seat: u32,
    },
    Model {
        model: ModelRef,
    },
}

/// What a model was asked for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AttemptPurpose {
    /// To take a turn.
    #[default]
    Speak,
    /// To say who speaks next.
    Choose,
    /// To sum up what was said before the window.
    Summarise,
}

impl AttemptPurpose {
    pub fn is_speak(&self) -> bool {
        *self == AttemptPurpose::Speak
    }
}
