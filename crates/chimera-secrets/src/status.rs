use std::fmt;

use serde::Serialize;
use specta::Type;

/// How the keyring is doing, for people and for the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct KeyringStatus {
    pub state: KeyringState,
    /// Which keyring it is, by the name people know.
    pub backend: String,
    /// What the keyring itself said.
    pub detail: Option<String>,
}

/// What can be done about the keyring depends on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyringState {
    /// What was written could be read back.
    Ready,
    /// There is none: nothing of the kind runs, or none was ever set up.
    Absent,
    /// It waits to be unlocked.
    Locked,
    /// The system or the person refused.
    Denied,
    /// It did not answer in time: perhaps it waits for its password in a dialog.
    Timeout,
    /// It is there and does not work.
    Unavailable,
}

impl fmt::Display for KeyringState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyringState::Ready => "the keyring is ready",
            KeyringState::Absent => "there is no keyring",
            KeyringState::Locked => "the keyring is locked",
            KeyringState::Denied => "the keyring refused",
            KeyringState::Timeout => "the keyring did not answer in time",
            KeyringState::Unavailable => "the keyring does not work",
        })
    }
}
