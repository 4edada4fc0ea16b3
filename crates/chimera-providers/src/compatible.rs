//! Chat completions as OpenAI began them and as everybody else understood them: Ollama, LM Studio, llama.cpp, vLLM,
//! OpenRouter, Groq, Mistral, DeepSeek and their like. At home they have moved on a little, see [`House`].

mod grown;
mod models;
mod reply_reader;
mod request;
mod wire;

use std::sync::Arc;

use chimera_core::{Provider, ReplyRequest, ReplyStream};

pub(crate) use models::{list, models};
pub use reply_reader::{ChatCompletions, ReplyReader};

use crate::azure::Azure;
use crate::habits::Habits;
use crate::http::Endpoint;
use crate::listening;

#[derive(Clone)]
pub(crate) struct Compatible {
    endpoint: Endpoint,
    habits: Arc<Habits>,
    house: House,
    /// Where the deployments lie, in Microsoft's house.
    azure: Option<Azure>,
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
        Self { endpoint, habits, house, azure: None }
    }

    /// Names of deployments say nothing of the model, so it is asked as any other server is.
    pub(crate) fn at_azure(endpoint: Endpoint, habits: Arc<Habits>, azure: Azure) -> Self {
        Self { endpoint, habits, house: House::Other, azure: Some(azure) }
    }
}

impl Provider for Compatible {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        let (house, model) = (self.house, request.model.clone());
        let mut path = self.azure.as_ref().map(|azure| azure.way_to(&model)).unwrap_or_default();
        path.extend(["chat", "completions"].map(str::to_owned));
        let body = move |quirks| request::body(&request, quirks, house);
        let asked = self.habits.clone().ask(self.endpoint.clone(), path, model, body);
        listening::reply::<ChatCompletions>(self.endpoint.clone(), asked)
    }
}
