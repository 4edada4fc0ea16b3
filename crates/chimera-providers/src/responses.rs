//! OpenAI's Responses, which llama.cpp, LiteLLM and others speak too.

mod reply_reader;
mod request;
mod wire;

use std::sync::Arc;

use chimera_core::{Provider, ReplyRequest, ReplyStream};

pub use reply_reader::ResponseEvents;

use crate::habits::Habits;
use crate::http::Endpoint;
use crate::listening;

#[derive(Clone)]
pub(crate) struct Responses {
    endpoint: Endpoint,
    habits: Arc<Habits>,
}

impl Responses {
    pub(crate) fn new(endpoint: Endpoint, habits: Arc<Habits>) -> Self {
        Self { endpoint, habits }
    }
}

impl Provider for Responses {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        let (path, model) = (vec!["responses".to_owned()], request.model.clone());
        let body = move |quirks| request::body(&request, quirks);
        let asked = self.habits.clone().ask(self.endpoint.clone(), path, model, body);
        listening::reply::<ResponseEvents>(self.endpoint.clone(), asked)
    }
}
