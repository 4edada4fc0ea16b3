use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chimera_core::{Connection, Provider, ProviderError, ProviderKind, Secret};
use serde::Serialize;
use specta::Type;

use crate::compatible::{self, Compatible, Habits};
use crate::demo::{Demo, Pace, demo_voices};
use crate::http::{Credential, Endpoint, Http};

/// A model that a connection offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ModelInfo {
    pub id: String,
    /// How to call it before people.
    pub label: String,
    /// How much it can read at once, where the server says so.
    pub context_tokens: Option<u32>,
}

/// The way from a connection to something that answers. One for the whole app: it holds the pooled HTTP clients and
/// what has been learned about servers.
#[derive(Default)]
pub struct Providers {
    http: Http,
    pace: Pace,
    /// By base URL.
    habits: Mutex<HashMap<String, Arc<Habits>>>,
}

impl Providers {
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how fast the demo voices speak.
    pub fn with_demo_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// A provider for the connection. Nothing is sent before it is asked for a reply.
    pub fn open(&self, connection: &Connection, key: Option<Secret>) -> Result<Arc<dyn Provider>, ProviderError> {
        match connection.kind {
            ProviderKind::Demo => Ok(Arc::new(Demo::new(self.pace))),
            ProviderKind::Compatible => {
                Ok(Arc::new(Compatible::new(self.endpoint(connection, key)?, self.habits_of(connection))))
            }
        }
    }

    /// The models that the connection offers at this moment.
    pub async fn models(&self, connection: &Connection, key: Option<Secret>) -> Result<Vec<ModelInfo>, ProviderError> {
        match connection.kind {
            ProviderKind::Demo => Ok(demo_voices()),
            ProviderKind::Compatible => compatible::models(&self.endpoint(connection, key)?).await,
        }
    }

    fn endpoint(&self, connection: &Connection, key: Option<Secret>) -> Result<Endpoint, ProviderError> {
        Endpoint::new(&self.http, connection, key.map(Credential::bearer).transpose()?)
    }

    fn habits_of(&self, connection: &Connection) -> Arc<Habits> {
        let server = connection.base_url.clone().unwrap_or_default();
        self.habits.lock().unwrap_or_else(PoisonError::into_inner).entry(server).or_default().clone()
    }
}
