use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chimera_core::Secret;
use serde::Serialize;
use specta::Type;

mod replace;
mod sealed;

pub use sealed::Cost;
use sealed::{Lid, Opened};

/// Keys in a file, sealed with a passphrase: for machines without a keyring. Clones are the same file.
///
/// The passphrase is stretched by argon2id, the keys are sealed by XChaCha20-Poly1305, and every write replaces the whole
/// file at once. Between [`unlock`](Self::unlock) and [`lock`](Self::lock) the keys are in memory, which is wiped when
/// they go. One process at a time may write.
#[derive(Clone)]
pub struct KeyFile {
    path: PathBuf,
    cost: Cost,
    opened: Arc<Mutex<Option<Opened>>>,
    /// Writes take turns: each replaces the file that the one before it left.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// How the file of keys is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyFileState {
    /// There is none yet.
    Absent,
    /// It waits for its passphrase.
    Locked,
    Open,
}

/// Why the file of keys did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    #[error("there is no file of keys yet: make one with a passphrase")]
    Absent,
    #[error("there is a file of keys already: unlock it, or change its passphrase")]
    Exists,
    #[error("the file of keys is locked: unlock it with its passphrase")]
    Locked,
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    #[error("the file of keys is damaged: {0}")]
    Damaged(&'static str),
    #[error("the file of keys was written by a newer version")]
    Newer,
    #[error("the file of keys could not be {doing}: {detail}")]
    Unusable { doing: &'static str, detail: String },
}

type Result<T> = std::result::Result<T, KeyFileError>;

impl KeyFile {
    /// The file at this place, which need not be there yet. Nothing is read before it is asked for.
    pub fn at(path: PathBuf) -> Self {
        Self::with_cost(path, Cost::USUAL)
    }

    /// One whose passphrase is stretched so much when it is set: for tests, which should not wait for it.
    pub fn with_cost(path: PathBuf, cost: Cost) -> Self {
        Self { path, cost, opened: Arc::default(), turn: Arc::default() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn state(&self) -> KeyFileState {
        match &*self.opened() {
            Some(_) => KeyFileState::Open,
            None if self.path.exists() => KeyFileState::Locked,
            None => KeyFileState::Absent,
        }
    }

    /// Makes an empty file, open. Takes as long as stretching the passphrase does.
    pub async fn create(&self, passphrase: Secret) -> Result<()> {
        let _turn = self.turn.lock().await;
        if self.path.exists() {
            return Err(KeyFileError::Exists);
        }
        let (path, cost) = (self.path.clone(), self.cost);
        let opened = apart(move || {
            let opened = Opened { lid: Lid::new(&passphrase, cost)?, keys: BTreeMap::new() };
            replace::replace(&path, &opened.seal()?)?;
            Ok(opened)
        });
        *self.opened() = Some(opened.await?);
        Ok(())
    }

    /// Opens the file for this process. Done at once when it is open already with this passphrase or another.
    pub async fn unlock(&self, passphrase: Secret) -> Result<()> {
        let _turn = self.turn.lock().await;
        if self.opened().is_some() {
            return Ok(());
        }
        *self.opened() = Some(self.open(passphrase).await?);
        Ok(())
    }

    /// Forgets the keys and what opens them.
    pub fn lock(&self) {
        *self.opened() = None;
    }

    /// Seals the keys anew, after the old passphrase was shown to be right. Leaves the file open.
    pub async fn change_passphrase(&self, old: Secret, new: Secret) -> Result<()> {
        let _turn = self.turn.lock().await;
        let mut opened = self.open(old).await?;
        let (path, cost) = (self.path.clone(), self.cost);
        let changed = apart(move || {
            opened.lid = Lid::new(&new, cost)?;
            replace::replace(&path, &opened.seal()?)?;
            Ok(opened)
        });
        *self.opened() = Some(changed.await?);
        Ok(())
    }

    /// None only when the file is open and has no such entry.
    pub fn get(&self, entry: &str) -> Result<Option<Secret>> {
        match &*self.opened() {
            Some(opened) => Ok(opened.keys.get(entry).cloned()),
            None => Err(self.closed()),
        }
    }

    pub async fn set(&self, entry: &str, secret: Secret) -> Result<()> {
        self.change(|keys| drop(keys.insert(entry.to_owned(), secret))).await
    }

    /// Done, too, when there is nothing to delete: no such entry, or no file any more.
    pub async fn delete(&self, entry: &str) -> Result<()> {
        if self.state() == KeyFileState::Absent {
            return Ok(());
        }
        self.change(|keys| drop(keys.remove(entry))).await
    }

    /// What is in memory changes only after the file has.
    async fn change(&self, change: impl FnOnce(&mut BTreeMap<String, Secret>)) -> Result<()> {
        let _turn = self.turn.lock().await;
        let mut changed = self.opened().clone().ok_or_else(|| self.closed())?;
        change(&mut changed.keys);
        let path = self.path.clone();
        let changed = apart(move || {
            replace::replace(&path, &changed.seal()?)?;
            Ok(changed)
        });
        let changed = changed.await?;
        let mut opened = self.opened();
        // Locked in the meantime, it stays so.
        if opened.is_some() {
            *opened = Some(changed);
        }
        Ok(())
    }

    async fn open(&self, passphrase: Secret) -> Result<Opened> {
        let path = self.path.clone();
        apart(move || Opened::from_bytes(&replace::read(&path)?, &passphrase)).await
    }

    fn closed(&self) -> KeyFileError {
        if self.path.exists() { KeyFileError::Locked } else { KeyFileError::Absent }
    }

    fn opened(&self) -> MutexGuard<'_, Option<Opened>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stretching and writing take their time, on a thread for such work.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let ended = |error: tokio::task::JoinError| KeyFileError::Unusable { doing: "used", detail: error.to_string() };
    tokio::task::spawn_blocking(work).await.map_err(ended)?
}
