use std::sync::Arc;

use chimera_core::Secret;
use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error};

use crate::KeyringState;
use crate::vault::{Dialogs, Prompt, Trouble, Vault};

#[cfg(windows)]
#[path = "os/credential_manager.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "os/keychain.rs"]
mod platform;
#[cfg(all(unix, not(target_os = "macos")))]
#[path = "os/secret_service.rs"]
mod platform;

/// Under which all our entries stand in the keyring.
const SERVICE: &str = "org.chimera.desktop";

/// The keyring of the operating system.
pub(crate) struct OsKeyring {
    /// None before the first call and after a failure: a keyring that starts, or starts again, later is found.
    store: Option<Arc<CredentialStore>>,
    prompt: Prompt,
}

impl OsKeyring {
    pub const NAME: &str = platform::NAME;
    pub const DIALOGS: Dialogs = platform::DIALOGS;

    pub fn new(prompt: Prompt) -> Self {
        Self { store: None, prompt }
    }

    /// None when there is no such entry.
    fn with<T>(&mut self, entry: &str, call: impl Fn(&Entry) -> keyring_core::Result<T>) -> Result<Option<T>, Trouble> {
        platform::unlock(&self.prompt)?;
        let was_open = self.store.is_some();
        let mut result = self.once(entry, &call);
        // What was open may have been closed from the other side since, by a restart of the keyring.
        if was_open && matches!(result, Err(Error::PlatformFailure(_))) {
            self.store = None;
            result = self.once(entry, &call);
        }
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => {
                self.store = None;
                Err(platform::trouble(error))
            }
        }
    }

    fn once<T>(&mut self, entry: &str, call: impl Fn(&Entry) -> keyring_core::Result<T>) -> keyring_core::Result<T> {
        let store = match &self.store {
            Some(store) => Arc::clone(store),
            None => Arc::clone(self.store.insert(platform::open()?)),
        };
        call(&store.build(SERVICE, entry, None)?)
    }
}

impl Vault for OsKeyring {
    fn name(&self) -> &'static str {
        platform::NAME
    }

    fn get(&mut self, entry: &str) -> Result<Option<Secret>, Trouble> {
        match self.with(entry, Entry::get_secret)? {
            Some(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(Secret::new(text))),
                Err(_) => Err(Trouble::new(KeyringState::Unavailable, "the entry is not text")),
            },
            // A locked keyring may answer "no entry", too. Taken for the truth it would have a key asked for that is
            // there, and overwritten.
            None if platform::is_locked()? => Err(platform::locked()),
            None => Ok(None),
        }
    }

    fn set(&mut self, entry: &str, secret: &Secret) -> Result<(), Trouble> {
        match self.with(entry, |entry| entry.set_secret(secret.expose().as_bytes()))? {
            Some(()) => Ok(()),
            None => Err(Trouble::new(KeyringState::Unavailable, "the entry vanished while it was written")),
        }
    }

    fn delete(&mut self, entry: &str) -> Result<(), Trouble> {
        match self.with(entry, Entry::delete_credential)? {
            Some(()) => Ok(()),
            None if platform::is_locked()? => Err(platform::locked()),
            None => Ok(()),
        }
    }

    fn is_open(&mut self) -> Result<(), Trouble> {
        if platform::is_locked()? { Err(platform::locked()) } else { Ok(()) }
    }
}
