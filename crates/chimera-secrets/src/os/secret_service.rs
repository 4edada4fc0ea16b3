//! Linux and its kin: whatever program answers for `org.freedesktop.secrets` on the session bus.

use std::error::Error as _;
use std::sync::Arc;

use keyring_core::Error;
use keyring_core::api::CredentialStore;
use secret_service::blocking::SecretService;
use secret_service::{EncryptionType, Error as ServiceError};
use zbus::fdo;
use zbus_secret_service_keyring_store::Store;

use crate::KeyringState;
use crate::vault::{Dialogs, Prompt, Trouble};

pub(super) const NAME: &str = "Secret Service";
/// It is unlocked before anything else is asked of it.
pub(super) const DIALOGS: Dialogs = Dialogs::Announced;

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

/// The service would ask the person in the middle of another call, which looks as if it hung. Asked for by itself it is
/// known how long the dialog is open. A service without a default collection holds nothing that could be locked.
pub(super) fn unlock(prompt: &Prompt) -> Result<(), Trouble> {
    let unlocked = || {
        let service = SecretService::connect(EncryptionType::Plain)?;
        match service.get_default_collection() {
            Ok(collection) if collection.is_locked()? => prompt.while_open(|| collection.unlock()),
            Ok(_) | Err(ServiceError::NoResult) => Ok(()),
            Err(error) => Err(error),
        }
    };
    unlocked().map_err(|error| named(&error))
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
        ServiceError::Zbus(error) => of_the_bus(error),
        ServiceError::ZbusFdo(error) => of_a_call(error),
        // New kinds of errors may come with new versions of the client.
        _ => KeyringState::Unavailable,
    };
    let detail = match error {
        ServiceError::NoResult => "no keyring has been set up yet".to_owned(),
        other => other.to_string(),
    };
    Trouble::new(state, detail)
}

fn of_the_bus(error: &zbus::Error) -> KeyringState {
    match error {
        zbus::Error::Connection(..) | zbus::Error::Address(_) => KeyringState::Absent,
        zbus::Error::FDO(error) => of_a_call(error),
        zbus::Error::MethodError(name, ..) if name.as_str() == "org.freedesktop.Secret.Error.IsLocked" => {
            KeyringState::Locked
        }
        zbus::Error::MethodError(..) => of_a_call(&fdo::Error::from(error.clone())),
        _ => KeyringState::Unavailable,
    }
}

fn of_a_call(error: &fdo::Error) -> KeyringState {
    match error {
        fdo::Error::ServiceUnknown(_)
        | fdo::Error::NameHasNoOwner(_)
        | fdo::Error::NoServer(_)
        | fdo::Error::SpawnExecFailed(_)
        | fdo::Error::SpawnServiceNotFound(_) => KeyringState::Absent,
        fdo::Error::AccessDenied(_) | fdo::Error::AuthFailed(_) => KeyringState::Denied,
        fdo::Error::NoReply(_) | fdo::Error::Timeout(_) | fdo::Error::TimedOut(_) => KeyringState::Timeout,
        _ => KeyringState::Unavailable,
    }
}
