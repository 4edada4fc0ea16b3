//! Connections: which providers there are, where their keys lie, which models they offer.

mod check;
mod find;
mod update;
mod usual;

use chimera_core::{
    Connection, ConnectionId, ConnectionLimits, EventKind, KeyPlace, KeyState, ProviderError, ProviderKind, Secret,
    Topic,
};
use chimera_providers::ModelInfo;
use serde::{Deserialize, Serialize};

pub use check::{ConnectionProblem, ConnectionTest};
pub use find::LocalServerFound;
pub use update::ConnectionChanges;
pub use usual::UsualLimits;

use crate::{Chimera, Error, ErrorCode, Result, validate};

/// A connection as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ConnectionView {
    pub connection: Connection,
    pub key: KeyState,
}

/// What a user gives to add a connection.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, specta::Type)]
pub struct NewConnection {
    pub kind: ProviderKind,
    pub name: String,
    pub base_url: Option<String>,
    #[serde(default)]
    pub local: bool,
    /// Goes to its storage and nowhere else.
    #[serde(default)]
    #[specta(type = Option<String>)]
    pub key: Option<KeyInput>,
    #[serde(default)]
    pub key_storage: KeyStorage,
    #[serde(default)]
    pub limits: ConnectionLimits,
}

/// A key on its way in: it can be read from JSON, never written to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct KeyInput(pub Secret);

impl From<String> for KeyInput {
    fn from(key: String) -> Self {
        Self(Secret::new(key.trim()))
    }
}

/// Where the user wants a key kept.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyStorage {
    #[default]
    Keyring,
    /// Only in memory, until the app ends.
    Session,
    /// In the file of keys, which has to be there and open.
    File,
}

impl Chimera {
    pub async fn connections(&self) -> Vec<ConnectionView> {
        let mut views = Vec::new();
        for connection in self.connection_list().all() {
            views.push(self.view_of(connection).await);
        }
        views
    }

    /// The key is in its place before the connection is in the log, so that no connection lacks the key it was given.
    pub async fn add_connection(&self, new: NewConnection) -> Result<ConnectionView> {
        self.must_write()?;
        let key = new.key.clone().map(|KeyInput(key)| key).filter(|key| !key.expose().is_empty());
        let connection = validate::connection(&new, key.is_some(), self.connection_list())?;
        if let Some(key) = key.clone() {
            self.keep_key(&connection, key).await?;
        }
        let added = EventKind::ConnectionAdded { connection: connection.clone() };
        if let Err(error) = self.store().append(Topic::Providers, self.now(), vec![added]).await {
            self.drop_key(&connection).await?;
            return Err(error.into());
        }
        self.connection_list().learn(connection.clone(), key.filter(|_| connection.key == KeyPlace::Session));
        Ok(self.view_of(connection).await)
    }

    /// Takes the key out of its place, too; where that cannot be reached now, the connection goes all the same, and the
    /// error tells what was left behind. Old conversations keep the name of the connection that spoke.
    pub async fn remove_connection(&self, id: &ConnectionId) -> Result<()> {
        self.must_write()?;
        let connection = self.known_connection(id)?;
        if connection.kind == ProviderKind::Demo {
            return Err(Error::invalid("connection", "the demo voices are built in and stay"));
        }
        let removed = EventKind::ConnectionRemoved { connection: id.clone() };
        self.store().append(Topic::Providers, self.now(), vec![removed]).await?;
        self.connection_list().forget(id);
        self.drop_key(&connection).await.map_err(|error| {
            let message = format!("the connection is removed, but its key is still there: {error}");
            Error::new(error.code, message).because(error)
        })
    }

    /// The models a connection offers, asked of its server. Costs nothing.
    pub async fn models(&self, id: &ConnectionId) -> Result<Vec<ModelInfo>> {
        let connection = self.known_connection(id)?;
        let models = self.connection_list().models(&connection).await;
        // Somebody looked, and the key is good: what had been switched off is worth another question.
        if models.is_ok() && self.must_write().is_ok() {
            self.health_board().forgive_connection(id).await;
        }
        models.map_err(|error| provider_error(&connection, error))
    }

    pub(crate) fn known_connection(&self, id: &ConnectionId) -> Result<Connection> {
        self.connection_list().get(id).ok_or_else(|| {
            Error::new(ErrorCode::ConnectionNotFound, format!("there is no connection `{id}`")).on("connection")
        })
    }

    async fn view_of(&self, connection: Connection) -> ConnectionView {
        let list = self.connection_list();
        let key = match connection.key {
            KeyPlace::None => KeyState::None,
            KeyPlace::Session if list.session_key(&connection.id).is_some() => KeyState::Session,
            KeyPlace::Session => KeyState::Missing,
            KeyPlace::Keyring | KeyPlace::File => list.keys().state(&connection).await,
        };
        ConnectionView { connection, key }
    }

    /// Puts a key where it outlives the app, if it is to.
    async fn keep_key(&self, connection: &Connection, key: Secret) -> Result<()> {
        self.connection_list().keys().set(connection, key).await.map_err(|error| {
            let otherwise = match connection.key {
                KeyPlace::File => "make or unlock the file of keys",
                KeyPlace::None | KeyPlace::Session | KeyPlace::Keyring => "mend the keyring",
            };
            let message = format!("{error}: keep the key for this session only, or {otherwise}");
            Error::new(ErrorCode::Keyring, message).on("key").because(error)
        })
    }

    /// Takes a key out of where it outlives the app, if it is there.
    async fn drop_key(&self, connection: &Connection) -> Result<()> {
        self.connection_list().keys().delete(connection).await.map_err(|error| {
            let place = if connection.key == KeyPlace::File { "file of keys" } else { "keyring" };
            let message = format!("the key could not be taken out of the {place}: {error}");
            Error::new(ErrorCode::Keyring, message).because(error)
        })
    }
}

fn provider_error(connection: &Connection, error: ProviderError) -> Error {
    Error::new(ErrorCode::Provider, format!("{} gave no list of models: {error}", connection.name)).because(error)
}
