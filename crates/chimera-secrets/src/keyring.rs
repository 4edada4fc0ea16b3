use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chimera_core::Secret;

use crate::desk::Desk;
use crate::in_memory::InMemory;
use crate::os::OsKeyring;
use crate::vault::{Dialogs, Prompt, Trouble, Vault, self_check};
use crate::{Error, KeyringState, KeyringStatus};

/// Where keys are kept. Clones are the same keyring.
///
/// Nothing is asked of the system before the first call. No call takes longer than the deadline, of five seconds, or of two
/// minutes while a person may be asked for a password, plus what was under way before it.
#[derive(Clone)]
pub struct Keyring {
    desk: Arc<Desk>,
    /// What was read or written since the start: each call to a keyring costs a tenth of a second.
    known: Arc<Mutex<HashMap<String, Secret>>>,
    name: &'static str,
}

impl Keyring {
    /// The keyring of the operating system.
    pub fn os() -> Self {
        Self::new(|prompt| Box::new(OsKeyring::new(prompt)), OsKeyring::DIALOGS, OsKeyring::NAME)
    }

    /// Keeps keys until the process ends: for tests, and for people who choose so.
    pub fn in_memory() -> Self {
        let vault = InMemory::default();
        let name = vault.name();
        Self::new(move |_| Box::new(vault.clone()), Dialogs::Announced, name)
    }

    fn new(
        open: impl Fn(Prompt) -> Box<dyn Vault> + Send + Sync + 'static,
        dialogs: Dialogs,
        name: &'static str,
    ) -> Self {
        Self { desk: Arc::new(Desk::new(open, dialogs)), known: Arc::default(), name }
    }

    /// None only when the keyring is open and has no such entry.
    pub async fn get(&self, entry: &str) -> Result<Option<Secret>, Error> {
        if let Some(secret) = self.known().get(entry) {
            return Ok(Some(secret.clone()));
        }
        let name = entry.to_owned();
        let found = self.call("read a key", move |vault| vault.get(&name)).await?;
        if let Some(secret) = &found {
            self.known().insert(entry.to_owned(), secret.clone());
        }
        Ok(found)
    }

    pub async fn set(&self, entry: &str, secret: Secret) -> Result<(), Error> {
        // If it fails nobody knows which of the two is there.
        self.known().remove(entry);
        let (name, value) = (entry.to_owned(), secret.clone());
        self.call("keep a key", move |vault| vault.set(&name, &value)).await?;
        self.known().insert(entry.to_owned(), secret);
        Ok(())
    }

    /// Forgets the key at once, and takes it out of the keyring; it need not be there.
    pub async fn delete(&self, entry: &str) -> Result<(), Error> {
        self.known().remove(entry);
        let name = entry.to_owned();
        self.call("delete a key", move |vault| vault.delete(&name)).await
    }

    /// Writes an entry of its own, reads it back through a new one and deletes it. A keyring that is locked is told of
    /// without a dialog: the person is asked to unlock it when a key is needed. Nobody waits here for that person.
    pub async fn check(&self) -> KeyringStatus {
        let checked = match self.desk.asks_a_person() {
            true => Err(Trouble::new(KeyringState::Locked, "its password is asked for in another window")),
            false => self.desk.glance(self_check).await,
        };
        let (state, detail) = match checked {
            Ok(()) => (KeyringState::Ready, None),
            Err(trouble) => (trouble.state, Some(trouble.detail)),
        };
        KeyringStatus { state, backend: self.name.to_owned(), detail }
    }

    async fn call<T: Send + 'static>(
        &self,
        doing: &'static str,
        job: impl FnOnce(&mut dyn Vault) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Error> {
        self.desk.call(job).await.map_err(|trouble| Error::new(doing, trouble))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
