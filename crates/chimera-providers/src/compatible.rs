//! Chat completions as OpenAI began them and as everybody else understood them: Ollama, LM Studio, llama.cpp, vLLM,
//! OpenRouter, Groq, Mistral, DeepSeek and their like.

mod habits;
mod models;
mod reply_reader;
mod request;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chimera_core::{ErrorClass, Provider, ProviderError, ReplyEvent, ReplyRequest, ReplyStream};
use futures::{Stream, StreamExt};
use tokio::time::timeout;

pub(crate) use habits::Habits;
pub(crate) use models::models;
pub use reply_reader::ReplyReader;

use crate::http::{Answer, Body, Endpoint, Kind};

/// Bytes of a whole answer that came though a stream was asked for.
const MAX_WHOLE: usize = 16 * 1024 * 1024;
/// How long the usage may take to follow the last word. Some servers then leave the line open for ever.
const AFTERWORD: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub(crate) struct Compatible {
    endpoint: Endpoint,
    habits: Arc<Habits>,
}

impl Compatible {
    pub(crate) fn new(endpoint: Endpoint, habits: Arc<Habits>) -> Self {
        Self { endpoint, habits }
    }

    /// Sends the question, and once more without whatever this server turns out not to know.
    async fn ask(&self, request: &ReplyRequest) -> Result<Answer, ProviderError> {
        loop {
            let quirks = self.habits.of(&request.model);
            match self.endpoint.post(&["chat", "completions"], request::body(request, quirks)).await {
                Ok(answer) => return Ok(answer),
                // There are few lessons and each is learned once, so this ends; a refused request costs no tokens.
                Err(rejection) if self.habits.learn(&request.model, quirks, &rejection) => {}
                Err(rejection) => return Err(rejection.error),
            }
        }
    }

    fn sign(&self, error: ProviderError, request_id: &Option<String>) -> ProviderError {
        let request_id = error.request_id.or_else(|| request_id.clone());
        self.endpoint.censor(ProviderError { request_id, ..error })
    }
}

impl Provider for Compatible {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        let this = self.clone();
        let stream = async_stream::try_stream! {
            let Answer { request_id, body } = this.ask(&request).await.map_err(|error| this.sign(error, &None))?;
            yield ReplyEvent::Opened { request_id: request_id.clone() };
            for await event in listen(body) {
                yield event.map_err(|error| this.sign(error, &request_id))?;
            }
        };
        stream.boxed()
    }
}

/// Turns the body of an answer into what was said in it.
fn listen(mut body: Body) -> impl Stream<Item = Result<ReplyEvent, ProviderError>> {
    async_stream::try_stream! {
        let mut reader = ReplyReader::default();
        let kind = body.kind().await?;
        while !reader.is_over() {
            match kind {
                Kind::Events => match next_chunk(&mut body, &reader).await? {
                    Some(chunk) => reader.push(&chunk),
                    None => reader.finish(),
                },
                Kind::Json => reader.whole(&body.whole(MAX_WHOLE).await?),
                Kind::Page => Err(ProviderError::new(ErrorClass::NotAnApi, "a web page answered instead of a model API"))?,
                Kind::Empty => Err(ProviderError::new(ErrorClass::EmptyAnswer, "the answer had no body"))?,
            }
            while let Some(event) = reader.take() {
                yield event?;
            }
        }
    }
}

async fn next_chunk(body: &mut Body, reader: &ReplyReader) -> Result<Option<Bytes>, ProviderError> {
    if !reader.has_finish() {
        return body.chunk().await;
    }
    // The answer is whole: neither a line that stays open nor one that breaks now takes that away.
    Ok(timeout(AFTERWORD, body.chunk()).await.ok().and_then(Result::ok).flatten())
}
