//! Chat completions as OpenAI began them and as everybody else understood them: Ollama, LM Studio, llama.cpp, vLLM,
//! OpenRouter, Groq, Mistral, DeepSeek and their like. At home they have moved on a little, see [`House`].

mod habits;
mod models;
mod reply_reader;
mod request;
mod wire;

use std::sync::Arc;

use chimera_core::{Provider, ProviderError, ReplyRequest, ReplyStream};

pub(crate) use habits::{Habits, Quirks};
pub(crate) use models::models;
pub use reply_reader::{ChatCompletions, ReplyReader};

use crate::http::{Answer, Endpoint};
use crate::listening;

#[derive(Clone)]
pub(crate) struct Compatible {
    endpoint: Endpoint,
    habits: Arc<Habits>,
    house: House,
}

/// Whose chat completions these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum House {
    OpenAi,
    /// As OpenAI's once were.
    Other,
}

impl Compatible {
    pub(crate) fn new(endpoint: Endpoint, habits: Arc<Habits>, house: House) -> Self {
        Self { endpoint, habits, house }
    }

    async fn ask(self, request: ReplyRequest) -> Result<Answer, ProviderError> {
        let body = |quirks| request::body(&request, quirks, self.house);
        self.habits.ask(&self.endpoint, &["chat", "completions"], &request.model, body).await
    }
}

impl Provider for Compatible {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        listening::reply::<ChatCompletions>(self.endpoint.clone(), self.clone().ask(request))
    }
}
