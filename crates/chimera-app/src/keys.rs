//! Where the keys of connections lie, and the file for those whose system has no keyring.

use chimera_core::{Connection, ConversationId, KeyPlace, KeyState, Secret};
use chimera_secrets::{KeyFile, KeyFileError, KeyFileState, Keyring};
use serde::Deserialize;

use crate::models::Connections;
use crate::{Chimera, Error, ErrorCode, Result};

const FEWEST_PASSPHRASE_CHARS: usize = 8;

/// A passphrase on its way in: it can be read from JSON, never written to it. Blanks at its ends are part of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Passphrase(pub Secret);

impl From<String> for Passphrase {
    fn from(passphrase: String) -> Self {
        Self(Secret::new(passphrase))
    }
}

impl Chimera {
    /// Gives a key for the server at this table whose key is kept nowhere; it is held in memory until Chimera closes. One
    /// key is for one server: where several lack theirs, none gets it.
    pub async fn lend_key(&self, id: ConversationId, key: Secret) -> Result<()> {
        let table = self.conversation(id).await?.participants;
        let mut lacking: Vec<Connection> = table
            .iter()
            .flat_map(|participant| &participant.route)
            .filter_map(|model| self.connection_list().get(&model.connection))
            .filter(|connection| connection.key == KeyPlace::Session)
            .collect();
        lacking.sort_by(|a, b| a.id.cmp(&b.id));
        lacking.dedup_by(|a, b| a.id == b.id);
        let wrong = |message: String| Err(Error::invalid("key", message));
        match lacking.as_slice() {
            [] => wrong("no server at this table waits for a key: theirs are kept, or they want none".into()),
            [connection] => {
                self.learn_key(connection.clone(), key).await;
                Ok(())
            }
            [first, others @ ..] if others.iter().all(|other| other.base_url == first.base_url) => {
                for connection in lacking {
                    self.learn_key(connection, key.clone()).await;
                }
                Ok(())
            }
            several => {
                let ids: Vec<_> = several.iter().map(|connection| connection.id.as_str()).collect();
                wrong(format!(
                    "{} lack a key, and one key is for one server: keep theirs in the keyring",
                    ids.join(", ")
                ))
            }
        }
    }

    /// Holds this key for as long as the process lasts. What was found of the one before is forgotten with it.
    pub(crate) async fn learn_key(&self, connection: Connection, key: Secret) {
        let id = connection.id.clone();
        self.connection_list().learn(connection, Some(key));
        self.health_board().renew(&id).await;
    }

    /// Whether there is a file of keys in the data folder, and whether it is open.
    pub fn key_file_state(&self) -> KeyFileState {
        self.connection_list().keys().file.state()
    }

    /// Makes the file of keys, for a system without a keyring. Without its passphrase nobody can read it, nor can we.
    pub async fn create_key_file(&self, Passphrase(passphrase): Passphrase) -> Result<()> {
        self.must_write()?;
        long_enough("passphrase", &passphrase)?;
        Ok(self.connection_list().keys().file.create(passphrase).await?)
    }

    /// Opens the file of keys until it is locked or the app ends.
    pub async fn unlock_key_file(&self, Passphrase(passphrase): Passphrase) -> Result<()> {
        Ok(self.connection_list().keys().file.unlock(passphrase).await?)
    }

    /// Forgets the keys of the file; the next question to one of their connections says that it is locked.
    pub fn lock_key_file(&self) {
        self.connection_list().keys().file.lock();
        self.connection_list().close_those_with(KeyPlace::File);
    }

    pub async fn change_key_file_passphrase(
        &self,
        Passphrase(old): Passphrase,
        Passphrase(new): Passphrase,
    ) -> Result<()> {
        self.must_write()?;
        long_enough("new", &new)?;
        Ok(self.connection_list().keys().file.change_passphrase(old, new).await?)
    }
}

fn long_enough(field: &str, passphrase: &Secret) -> Result<()> {
    if passphrase.expose().chars().count() < FEWEST_PASSPHRASE_CHARS {
        let message = format!("the passphrase is too short: give {FEWEST_PASSPHRASE_CHARS} characters or more");
        return Err(Error::invalid(field, message));
    }
    Ok(())
}

/// The two places that outlive the app. A key lies there under the name of its connection and of the server it was given
/// for, so that no other address ever gets it.
pub(crate) struct Keys {
    pub(crate) keyring: Keyring,
    pub(crate) file: KeyFile,
}

/// Why a key could not be read, kept or taken out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(transparent)]
    Keyring(#[from] chimera_secrets::Error),
    #[error(transparent)]
    File(#[from] KeyFileError),
}

impl Keys {
    /// None when the place could look and there was nothing, and for keys that are in neither place.
    pub(crate) async fn get(&self, connection: &Connection) -> std::result::Result<Option<Secret>, Trouble> {
        let entry = Connections::key_entry(connection);
        match connection.key {
            KeyPlace::Keyring => Ok(self.keyring.get(&entry).await?),
            KeyPlace::File => Ok(self.file.get(&entry)?),
            KeyPlace::None | KeyPlace::Session => Ok(None),
        }
    }

    pub(crate) async fn set(&self, connection: &Connection, key: Secret) -> std::result::Result<(), Trouble> {
        let entry = Connections::key_entry(connection);
        match connection.key {
            KeyPlace::Keyring => Ok(self.keyring.set(&entry, key).await?),
            KeyPlace::File => Ok(self.file.set(&entry, key).await?),
            KeyPlace::None | KeyPlace::Session => Ok(()),
        }
    }

    pub(crate) async fn delete(&self, connection: &Connection) -> std::result::Result<(), Trouble> {
        let entry = Connections::key_entry(connection);
        match connection.key {
            KeyPlace::Keyring => Ok(self.keyring.delete(&entry).await?),
            KeyPlace::File => Ok(self.file.delete(&entry).await?),
            KeyPlace::None | KeyPlace::Session => Ok(()),
        }
    }

    pub(crate) async fn state(&self, connection: &Connection) -> KeyState {
        match (connection.key, self.get(connection).await) {
            (KeyPlace::File, Ok(Some(_))) => KeyState::File,
            (_, Ok(Some(_))) => KeyState::Keyring,
            (_, Ok(None) | Err(Trouble::File(KeyFileError::Absent))) => KeyState::Missing,
            (_, Err(Trouble::File(KeyFileError::Locked))) => KeyState::Locked,
            (_, Err(_)) => KeyState::Unknown,
        }
    }
}

impl From<KeyFileError> for Error {
    fn from(error: KeyFileError) -> Self {
        let message = error.to_string();
        match &error {
            KeyFileError::WrongPassphrase => Self::invalid("passphrase", message),
            KeyFileError::Exists => Self::new(ErrorCode::AlreadyExists, message),
            KeyFileError::Absent
            | KeyFileError::Locked
            | KeyFileError::Damaged(_)
            | KeyFileError::Newer
            | KeyFileError::Unusable { .. } => Self::new(ErrorCode::Keyring, message),
        }
        .because(error)
    }
}
