//! OpenAI's Responses, which llama.cpp, LiteLLM and others speak too.

mod reply_reader;
mod request;
mod wire;

use std::sync::Arc;

use chimera_core::{Provider, ProviderError, ReplyRequest, ReplyStream};

pub use reply_reader::ResponseEvents;

use crate::compatible::Habits;
use crate::http::{Answer, Endpoint};
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

    async fn ask(self, request: ReplyRequest) -> Result<Answer, ProviderError> {
        let body = |quirks| request::body(&request, quirks);
        self.habits.ask(&self.endpoint, &["responses"], &request.model, body).await
    }
}

impl Provider for Responses {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        listening::reply::<ResponseEvents>(self.endpoint.clone(), self.clone().ask(request))
    }
}
