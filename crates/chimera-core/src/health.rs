use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{ConnectionId, ErrorClass, Timestamp};

/// How a model, or a whole connection, stands with us: what its answers and failures have come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProviderHealth {
    pub connection: ConnectionId,
    /// None when it is said of the whole connection.
    pub model: Option<String>,
    pub state: HealthState,
    /// Until when it is not asked while another can be. A time that has passed means that the next question may try it.
    pub until: Option<Timestamp>,
    pub because: Option<ErrorClass>,
    /// The provider's own words, shortened; never a key.
    pub detail: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Not asked yet, or not since a person put it right.
    Untested,
    Healthy,
    /// It asked us to stay away for a while: too many requests.
    Limited,
    /// It failed again and again.
    Down,
    /// It was down; one question is out that finds out whether it still is.
    Probing,
    /// Asking again would not help until a person does something: the key, the credit, the model's name.
    Off,
}
