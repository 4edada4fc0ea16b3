//! Google's generateContent.

mod models;
mod reply_reader;
mod request;
mod unframed;
mod wire;

use std::sync::Arc;

use chimera_core::{Connection, Provider, ProviderError, ReplyRequest, ReplyStream, Secret};

pub(crate) use models::models;
pub use reply_reader::GenerateContent;

use crate::habits::Habits;
use crate::http::{Credential, Endpoint, Http};
use crate::listening;

#[derive(Clone)]
pub(crate) struct Gemini {
    endpoint: Endpoint,
    habits: Arc<Habits>,
}

impl Gemini {
    pub(crate) fn new(endpoint: Endpoint, habits: Arc<Habits>) -> Self {
        Self { endpoint, habits }
    }
}

/// The way to this vendor's server. The key may also go into the URL there, from where it would go into logs.
pub(crate) fn endpoint(http: &Http, connection: &Connection, key: Option<Secret>) -> Result<Endpoint, ProviderError> {
    let credential = key.map(|key| Credential::header("x-goog-api-key", key)).transpose()?;
    Ok(Endpoint::new(http, connection, credential)?.versioned("v1beta"))
}

impl Provider for Gemini {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        let endpoint = self.endpoint.with_query(&[("alt", "sse")]);
        let (path, model) = (request::path(&request.model).into(), request.model.clone());
        let asked = self.habits.clone().ask(endpoint, path, model, move |quirks| request::body(&request, quirks));
        listening::reply::<GenerateContent>(self.endpoint.clone(), asked)
    }
}
