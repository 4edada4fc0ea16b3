//! macOS: the keychain of the user who is logged in.

use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use keyring_core::Error;
use keyring_core::api::CredentialStore;

use crate::KeyringState;
use crate::vault::{Dialogs, Prompt, Trouble};

pub(super) const NAME: &str = "Keychain";
/// It asks for the password of a locked keychain, and whether this program may see an entry that another version of it
/// has written, both in the middle of whatever call needs it.
pub(super) const DIALOGS: Dialogs = Dialogs::Unannounced;

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(Store::new()?)
}

/// A locked keychain says so itself, or asks the person: it never answers "no entry" instead.
pub(super) fn is_locked() -> Result<bool, Trouble> {
    Ok(false)
}

/// It asks the person by itself, and nobody else knows when.
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
