use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chimera_core::{
    Connection, ConnectionId, ErrorClass, KeyPlace, ModelFacts, ModelRef, Provider, ProviderError, ProviderKind, Secret,
};
use chimera_engine::health::Ending;
use chimera_engine::{Admission, Models, Patience};
use chimera_providers::{ModelInfo, Providers};
use chimera_secrets::Keyring;
use futures::future::BoxFuture;

use crate::facts::FactBook;
use crate::health::Health;

/// The connections as the engine asks for them: a provider ready to be asked, with its key from the keyring.
pub(crate) struct Connections {
    providers: Providers,
    keyring: Keyring,
    health: Arc<Health>,
    book: FactBook,
    known: Mutex<HashMap<ConnectionId, Known>>,
}

struct Known {
    connection: Connection,
    session_key: Option<Secret>,
    /// Made at the first call and kept: its HTTP connections stay warm.
    provider: Option<Arc<dyn Provider>>,
}

/// The connection everybody has: authored voices, no key, no network.
pub(crate) fn demo_connection() -> Connection {
    Connection {
        id: ConnectionId::try_from("demo".to_owned()).expect("`demo` is a well-formed name"),
        kind: ProviderKind::Demo,
        name: "Demo voices".into(),
        base_url: None,
        local: true,
        key: KeyPlace::None,
    }
}

impl Connections {
    pub(crate) fn new(
        providers: Providers,
        keyring: Keyring,
        health: Arc<Health>,
        book: FactBook,
        stored: Vec<Connection>,
    ) -> Self {
        let connections = Self { providers, keyring, health, book, known: Mutex::default() };
        for connection in std::iter::once(demo_connection()).chain(stored) {
            connections.learn(connection, None);
        }
        connections
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    pub(crate) fn fact_book(&self) -> &FactBook {
        &self.book
    }

    pub(crate) fn learn(&self, connection: Connection, session_key: Option<Secret>) {
        self.lock().insert(connection.id.clone(), Known { connection, session_key, provider: None });
    }

    pub(crate) fn forget(&self, id: &ConnectionId) {
        self.lock().remove(id);
        self.health.forget(id);
        self.book.forget(id);
    }

    pub(crate) fn get(&self, id: &ConnectionId) -> Option<Connection> {
        self.lock().get(id).map(|known| known.connection.clone())
    }

    /// The demo first, then by name.
    pub(crate) fn all(&self) -> Vec<Connection> {
        let mut all: Vec<_> = self.lock().values().map(|known| known.connection.clone()).collect();
        all.sort_by_key(|connection| (connection.kind != ProviderKind::Demo, connection.name.to_lowercase()));
        all
    }

    pub(crate) fn has_session_key(&self, id: &ConnectionId) -> bool {
        self.lock().get(id).is_some_and(|known| known.session_key.is_some())
    }

    /// The models of a connection with all that is known of them, asked of its server.
    pub(crate) async fn models(&self, connection: &Connection) -> Result<Vec<ModelInfo>, ProviderError> {
        let key = self.key(connection).await?;
        let models = self.providers.models(connection, key).await?;
        Ok(self.book.learn(connection, models))
    }

    /// The key's entry in the keyring: bound to the server it was given for, so that no other address ever gets it.
    pub(crate) fn key_entry(connection: &Connection) -> String {
        let origin = connection.base_url.as_deref().and_then(|base_url| url::Url::parse(base_url).ok());
        format!("{}@{}", connection.id, origin.map(|url| url.origin().ascii_serialization()).unwrap_or_default())
    }

    async fn key(&self, connection: &Connection) -> Result<Option<Secret>, ProviderError> {
        let unavailable = |detail: String| ProviderError::new(ErrorClass::KeyUnavailable, detail);
        match connection.key {
            KeyPlace::None => Ok(None),
            KeyPlace::Session => {
                let key = self.lock().get(&connection.id).and_then(|known| known.session_key.clone());
                key.map(Some).ok_or_else(|| {
                    unavailable(format!(
                        "the key for {} was kept only until the app closed: give it again",
                        connection.name
                    ))
                })
            }
            KeyPlace::Keyring => match self.keyring.get(&Self::key_entry(connection)).await {
                Ok(Some(key)) => Ok(Some(key)),
                Ok(None) => {
                    Err(unavailable(format!("the keyring holds no key for {}: give it again", connection.name)))
                }
                Err(error) => Err(unavailable(error.to_string())),
            },
        }
    }

    async fn open(&self, model: &ModelRef) -> Result<Arc<dyn Provider>, ProviderError> {
        let connection = {
            let known = self.lock();
            let Some(known) = known.get(&model.connection) else {
                return Err(ProviderError::new(
                    ErrorClass::NotConfigured,
                    format!("there is no connection `{}`: add it, or choose another model", model.connection),
                ));
            };
            if let Some(provider) = &known.provider {
                return Ok(provider.clone());
            }
            known.connection.clone()
        };
        let key = self.key(&connection).await?;
        let provider = self.providers.open(&connection, key)?;
        if let Some(known) = self.lock().get_mut(&connection.id)
            && known.connection == connection
        {
            known.provider = Some(provider.clone());
        }
        Ok(provider)
    }

    /// Authored voices fail on cue, which says nothing about how they are.
    fn has_health(&self, model: &ModelRef) -> bool {
        self.get(&model.connection).is_some_and(|connection| connection.kind != ProviderKind::Demo)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ConnectionId, Known>> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Models for Connections {
    fn provider<'a>(&'a self, model: &'a ModelRef) -> BoxFuture<'a, Result<Arc<dyn Provider>, ProviderError>> {
        Box::pin(self.open(model))
    }

    fn facts(&self, model: &ModelRef) -> ModelFacts {
        self.get(&model.connection).map(|connection| self.book.facts(&connection, &model.model)).unwrap_or_default()
    }

    fn patience<'a>(&'a self, model: &'a ModelRef) -> BoxFuture<'a, Patience> {
        let is_local = self.get(&model.connection).is_some_and(|connection| connection.local);
        Box::pin(std::future::ready(if is_local { Patience::LOCAL } else { Patience::CLOUD }))
    }

    fn admit<'a>(&'a self, model: &'a ModelRef, others: &'a [ModelRef]) -> BoxFuture<'a, Admission> {
        Box::pin(async move {
            match self.has_health(model) {
                true => self.health.admit(model, others).await,
                false => Admission::Granted(Box::new(())),
            }
        })
    }

    fn ended<'a>(&'a self, model: &'a ModelRef, ending: Ending) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if self.has_health(model) {
                self.health.ended(model, &ending).await;
            }
        })
    }
}
