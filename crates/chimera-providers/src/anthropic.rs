//! Anthropic's Messages.

mod models;
mod reply_reader;
mod request;
mod wire;

use std::sync::Arc;

use chimera_core::{Connection, Provider, ProviderError, ReplyRequest, ReplyStream, Secret};

pub(crate) use models::models;
pub use reply_reader::Messages;

use crate::habits::Habits;
use crate::http::{Credential, Endpoint, Http};
use crate::listening;

/// The version that is spoken here. A newer one takes parameters away, so it is a decision and not an upgrade.
const VERSION: &str = "2023-06-01";

#[derive(Clone)]
pub(crate) struct Anthropic {
    endpoint: Endpoint,
    habits: Arc<Habits>,
}

impl Anthropic {
    pub(crate) fn new(endpoint: Endpoint, habits: Arc<Habits>) -> Self {
        Self { endpoint, habits }
    }
}

/// The way to this vendor's server.
pub(crate) fn endpoint(http: &Http, connection: &Connection, key: Option<Secret>) -> Result<Endpoint, ProviderError> {
    let credential = key.map(|key| Credential::header("x-api-key", key)).transpose()?;
    Ok(Endpoint::new(http, connection, credential)?.versioned("v1").with_header("anthropic-version", VERSION))
}

impl Provider for Anthropic {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        let (path, model) = (vec!["messages".to_owned()], request.model.clone());
        let body = move |quirks| request::body(&request, quirks);
        let asked = self.habits.clone().ask(self.endpoint.clone(), path, model, body);
        listening::reply::<Messages>(self.endpoint.clone(), asked)
    }
}
