use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{ModelRef, Sampling};

/// What is new about a participant; what is absent stays as it was. A turn that is under way keeps the route it began
/// with.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct ParticipantChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hue: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talkativeness: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Vec<ModelRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
}
