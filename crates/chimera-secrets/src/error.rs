use crate::KeyringState;
use crate::vault::Trouble;

/// The keyring did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("could not {doing}: {state} ({detail})")]
pub struct Error {
    /// Never [`KeyringState::Ready`].
    pub state: KeyringState,
    /// What the keyring itself said; never a key.
    pub detail: String,
    doing: &'static str,
}

impl Error {
    pub(crate) fn new(doing: &'static str, trouble: Trouble) -> Self {
        Self { state: trouble.state, detail: trouble.detail, doing }
    }
}
