//! Windows: the Credential Manager of the user who is logged in.

use std::sync::Arc;

use keyring_core::Error;
use keyring_core::api::CredentialStore;
use windows_native_keyring_store::Store;

use crate::KeyringState;
use crate::vault::{Dialogs, Prompt, Trouble};

pub(super) const NAME: &str = "Credential Manager";
/// It asks nobody for anything: whoever is logged in may read it.
pub(super) const DIALOGS: Dialogs = Dialogs::Announced;

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(Store::new()?)
}

/// It is open as long as the user is logged in.
pub(super) fn is_locked() -> Result<bool, Trouble> {
    Ok(false)
}

/// There is nothing to unlock.
pub(super) fn unlock(_prompt: &Prompt) -> Result<(), Trouble> {
    Ok(())
}

pub(super) fn locked() -> Trouble {
    Trouble::new(KeyringState::Locked, "unlock it, then try again")
}

pub(super) fn trouble(error: Error) -> Trouble {
    let state = match error {
        Error::NoStorageAccess(_) => KeyringState::Denied,
        _ => KeyringState::Unavailable,
    };
    Trouble::new(state, error.to_string())
}
