use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use chimera_core::{Connection, ModelFacts, Provider, ProviderError, ProviderKind, Secret};
use serde::Serialize;
use specta::Type;

use crate::anthropic::{self, Anthropic};
use crate::azure::Azure;
use crate::compatible::{self, Compatible, House};
use crate::demo::{Demo, Pace, demo_voices};
use crate::gemini::{self, Gemini};
use crate::habits::Habits;
use crate::http::{Credential, Endpoint, Http};
use crate::listed;
use crate::local_servers::{self, LocalServer};
use crate::responses::Responses;

/// A model that a connection offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ModelInfo {
    pub id: String,
    /// How to call it before people.
    pub label: String,
    /// How much it can read at once, where that is known: the same as in `facts`.
    pub context_tokens: Option<u32>,
    /// Whether it is one to talk with, as far as its list and its name tell: others embed, paint or transcribe.
    pub chats: bool,
    /// What the server's list says of it.
    pub facts: ModelFacts,
}

impl ModelInfo {
    pub fn new(id: impl Into<String>, label: impl Into<String>, facts: ModelFacts) -> Self {
        Self { id: id.into(), label: label.into(), context_tokens: facts.context_tokens, chats: true, facts }
    }
}

/// The way from a connection to something that answers. One for the whole app: it holds the pooled HTTP clients and
/// what has been learned about servers.
#[derive(Default)]
pub struct Providers {
    http: Http,
    pace: Pace,
    /// By protocol and base URL: what one server takes in one of its protocols it may refuse in another.
    habits: Mutex<HashMap<(ProviderKind, String), Arc<Habits>>>,
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
        Ok(match connection.kind {
            ProviderKind::Demo => Arc::new(Demo::new(self.pace)),
            ProviderKind::Compatible => Arc::new(self.compatible(connection, key, House::Other)?),
            ProviderKind::Openai => Arc::new(self.compatible(connection, key, House::OpenAi)?),
            ProviderKind::OpenaiResponses => {
                Arc::new(Responses::new(self.bearer(connection, key)?, self.habits_of(connection)))
            }
            ProviderKind::Anthropic => {
                Arc::new(Anthropic::new(anthropic::endpoint(&self.http, connection, key)?, self.habits_of(connection)))
            }
            ProviderKind::Gemini => {
                Arc::new(Gemini::new(gemini::endpoint(&self.http, connection, key)?, self.habits_of(connection)))
            }
        })
    }

    /// The models that the connection offers at this moment, those first that one can talk with.
    pub async fn models(&self, connection: &Connection, key: Option<Secret>) -> Result<Vec<ModelInfo>, ProviderError> {
        let models = match connection.kind {
            ProviderKind::Demo => demo_voices(),
            ProviderKind::Compatible | ProviderKind::Openai | ProviderKind::OpenaiResponses => {
                match Azure::at(connection) {
                    Some(azure) => azure.models(&self.http, key).await?,
                    None => compatible::models(&self.bearer(connection, key)?).await?,
                }
            }
            ProviderKind::Anthropic => anthropic::models(&anthropic::endpoint(&self.http, connection, key)?).await?,
            ProviderKind::Gemini => gemini::models(&gemini::endpoint(&self.http, connection, key)?).await?,
        };
        Ok(listed::those_that_chat_first(models))
    }

    /// The model servers that answer at these addresses, of which those beyond this machine are passed over.
    pub async fn find_local(&self, addresses: &[SocketAddr]) -> Vec<LocalServer> {
        local_servers::find(&self.http, addresses).await
    }

    fn compatible(&self, at: &Connection, key: Option<Secret>, house: House) -> Result<Compatible, ProviderError> {
        Ok(match Azure::at(at) {
            Some(azure) => Compatible::at_azure(azure.endpoint(&self.http, key)?, self.habits_of(at), azure),
            None => Compatible::new(self.bearer(at, key)?, self.habits_of(at), house),
        })
    }

    /// The way to a server of OpenAI's protocols, which differ only at Azure in how they show the key.
    fn bearer(&self, connection: &Connection, key: Option<Secret>) -> Result<Endpoint, ProviderError> {
        if let Some(azure) = Azure::at(connection) {
            return azure.endpoint(&self.http, key);
        }
        Endpoint::new(&self.http, connection, key.map(Credential::bearer).transpose()?)
    }

    fn habits_of(&self, connection: &Connection) -> Arc<Habits> {
        let server = (connection.kind, connection.base_url.clone().unwrap_or_default());
        self.habits.lock().unwrap_or_else(PoisonError::into_inner).entry(server).or_default().clone()
    }
}
