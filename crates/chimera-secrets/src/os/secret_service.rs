//! Linux and its kin: whatever program answers for `org.freedesktop.secrets` on the session bus.

use std::error::Error as _;
use std::sync::Arc;

use keyring_core::Error;
use keyring_core::api::CredentialStore;
use secret_service::blocking::SecretService;
use secret_service::{EncryptionType, Error as ServiceError};
use zbus_secret_service_keyring_store::Store;

use crate::KeyringState;
use crate::vault::Trouble;

pub(super) const NAME: &str = "Secret Service";

pub(super) fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(Store::new()?)
}

/// Asks without causing a dialog. A service without a default collection holds nothing that could be locked.
pub(super) fn is_locked() -> Result<bool, Trouble> {
    let locked = || {
        let service = SecretService::connect(EncryptionType::Plain)?;
        match service.get_default_collection() {
            Ok(collection) => collection.is_locked(),
            Err(ServiceError::NoResult) => Ok(false),
            Err(error) => Err(error),
        }
    };
    locked().map_err(|error| named(&error))
}

pub(super) fn locked() -> Trouble {
    Trouble::new(KeyringState::Locked, "unlock it, then try again")
}

pub(super) fn trouble(error: Error) -> Trouble {
    match error.source().and_then(|source| source.downcast_ref::<ServiceError>()) {
        Some(service) => named(service),
        None => Trouble::new(KeyringState::Unavailable, error.to_string()),
    }
}

fn named(error: &ServiceError) -> Trouble {
    let state = match error {
        ServiceError::Locked | ServiceError::Prompt | ServiceError::PromptDisconnected => KeyringState::Locked,
        ServiceError::NoResult | ServiceError::Unavailable => KeyringState::Absent,
        ServiceError::Zbus(_) | ServiceError::ZbusFdo(_) => of_the_bus(&error.to_string()),
        // New kinds of errors may come with new versions of the client.
        _ => KeyringState::Unavailable,
    };
    let detail = match error {
        ServiceError::NoResult => "no keyring has been set up yet".to_owned(),
        other => other.to_string(),
    };
    Trouble::new(state, detail)
}

/// The bus tells what happened by the name of its error, which is all that is left of it here.
fn of_the_bus(detail: &str) -> KeyringState {
    const PREFIX: &str = "org.freedesktop.DBus.Error.";
    let has = |name: &str| detail.contains(&format!("{PREFIX}{name}"));
    if has("ServiceUnknown") || has("NameHasNoOwner") || has("Spawn.") {
        KeyringState::Absent
    } else if has("AccessDenied") || has("AuthFailed") {
        KeyringState::Denied
    } else if has("NoReply") || has("Timeout") || has("TimedOut") {
        KeyringState::Timeout
    } else {
        KeyringState::Unavailable
    }
}
