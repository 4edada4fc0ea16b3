use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chimera_core::{
    Connection, ConnectionId, ConnectionLimits, ErrorClass, KeyPlace, ModelFacts, ModelRef, Provider, ProviderError,
    ProviderKind, Secret,
};
use chimera_engine::health::Ending;
use chimera_engine::{Admission, Models, Patience};
use chimera_providers::{ModelInfo, Providers};
use futures::future::BoxFuture;

use crate::facts::FactBook;
use crate::health::Health;
use crate::keys::Keys;
use crate::line::{CallLimits, Lines, Place};

/// The connections as the engine asks for them: a provider ready to be asked, with its key from the keyring.
pub(crate) struct Connections {
    providers: Providers,
    keys: Keys,
    health: Arc<Health>,
    book: FactBook,
    lines: Lines,
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
        limits: ConnectionLimits::default(),
    }
}

impl Connections {
    pub(crate) fn new(
        providers: Providers,
        keys: Keys,
        health: Arc<Health>,
        book: FactBook,
        lines: Lines,
        stored: Vec<Connection>,
    ) -> Self {
        let connections = Self { providers, keys, health, book, lines, known: Mutex::default() };
        for connection in std::iter::once(demo_connection()).chain(stored) {
            connections.learn(connection, None);
        }
        connections
    }

    pub(crate) fn providers(&self) -> &Providers {
        &self.providers
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    pub(crate) fn fact_book(&self) -> &FactBook {
        &self.book
    }

    pub(crate) fn call_limits(&self) -> CallLimits {
        self.lines.limits()
    }

    pub(crate) fn learn(&self, connection: Connection, session_key: Option<Secret>) {
        self.lock().insert(connection.id.clone(), Known { connection, session_key, provider: None });
    }

    pub(crate) fn forget(&self, id: &ConnectionId) {
        self.lock().remove(id);
        self.health.forget(id);
        self.book.forget(id);
        self.lines.forget(id);
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

    pub(crate) fn session_key(&self, id: &ConnectionId) -> Option<Secret> {
        self.lock().get(id)?.session_key.clone()
    }

    /// Lets go of what was opened with a key from this place.
    pub(crate) fn close_those_with(&self, place: KeyPlace) {
        for known in self.lock().values_mut().filter(|known| known.connection.key == place) {
            known.provider = None;
        }
    }

    /// The models of a connection with all that is known of them, asked of its server.
    pub(crate) async fn models(&self, connection: &Connection) -> Result<Vec<ModelInfo>, ProviderError> {
        let key = self.key(connection).await?;
        let models = self.providers.models(connection, key).await?;
        Ok(self.book.learn(connection, models).await)
    }

    /// The key's entry in its place: bound to the server it was given for, so that no other address ever gets it.
    pub(crate) fn key_entry(connection: &Connection) -> String {
        format!("{}@{}", connection.id, Self::origin(connection))
    }

    /// Scheme, host and port of its server.
    pub(crate) fn origin(connection: &Connection) -> String {
        let url = connection.base_url.as_deref().and_then(|base_url| url::Url::parse(base_url).ok());
        url.map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    pub(crate) async fn key(&self, connection: &Connection) -> Result<Option<Secret>, ProviderError> {
        let unavailable = |detail: String| ProviderError::new(ErrorClass::KeyUnavailable, detail);
        let name = &connection.name;
        let missing = match connection.key {
            KeyPlace::None => return Ok(None),
            KeyPlace::Session => format!("the key for {name} was kept only until the app closed: give it again"),
            KeyPlace::Keyring => format!("the keyring holds no key for {name}: give it again"),
            KeyPlace::File => format!("the file of keys holds none for {name}: give it again"),
        };
        let found = match connection.key {
            KeyPlace::Session => self.session_key(&connection.id),
            KeyPlace::None | KeyPlace::Keyring | KeyPlace::File => {
                self.keys.get(connection).await.map_err(|error| unavailable(error.to_string()))?
            }
        };
        found.map(Some).ok_or_else(|| unavailable(missing))
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
        let connection = self.get(&model.connection);
        let patience = connection.map_or(Patience::CLOUD, |at| crate::patience::patience(&at, &model.model));
        Box::pin(std::future::ready(patience))
    }

    fn protocol(&self, model: &ModelRef) -> Option<String> {
        self.get(&model.connection).map(|connection| connection.kind.as_str().to_owned())
    }

    fn admit<'a>(&'a self, model: &'a ModelRef, others: &'a [ModelRef]) -> BoxFuture<'a, Admission> {
        Box::pin(async move {
            let health = self.has_health(model).then(|| self.health.clone());
            let leave = match judged(health.clone(), model, others).await {
                Admission::Granted(leave) => leave,
                closed => return closed,
            };
            let Some(connection) = self.get(&model.connection) else { return Admission::Granted(leave) };
            match self.lines.join(&connection).await {
                Place::Free(place) => Admission::Granted(Box::new((place, leave))),
                Place::After(place) => {
                    // Until it is its turn another may find out how the model is, and the answer may be another.
                    drop(leave);
                    let (model, others) = (model.clone(), others.to_vec());
                    Admission::InLine(Box::pin(async move {
                        let place = place.await;
                        match judged(health, &model, &others).await {
                            Admission::Granted(leave) => Admission::Granted(Box::new((place, leave))),
                            closed => closed,
                        }
                    }))
                }
            }
        })
    }

    fn ended<'a>(&'a self, model: &'a ModelRef, asked: Duration, ending: Ending) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if matches!(&ending, Ending::Failed(error) if error.class == ErrorClass::ImagesUnsupported) {
                self.book.does_not_see(model);
            }
            if self.has_health(model) {
                self.health.ended(model, asked, &ending).await;
            }
        })
    }
}

/// What the board says; of authored voices it says nothing.
async fn judged(health: Option<Arc<Health>>, model: &ModelRef, others: &[ModelRef]) -> Admission {
    match health {
        Some(health) => health.admit(model, others).await,
        None => Admission::Granted(Box::new(())),
    }
}
