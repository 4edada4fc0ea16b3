//! From the body of an answer to what was said in it, whatever the dialect.

use std::time::Duration;

use bytes::Bytes;
use chimera_core::{ErrorClass, ProviderError, Repair, ReplyEvent, ReplyStream};
use futures::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use crate::http::{Answer, Body, Endpoint, Kind};
use crate::reading::{Dialect, Done, Reading};

/// Bytes of a whole answer that came though a stream was asked for.
const MAX_WHOLE: usize = 16 * 1024 * 1024;
/// How long the usage may take to follow the last word. Some servers then leave the line open for ever, and some keep
/// pinging on it.
const AFTERWORD: Duration = Duration::from_secs(2);
/// The same after thoughts alone. Some proxies announce the end with every piece, and between thoughts is more time than
/// between words.
const AFTERTHOUGHT: Duration = Duration::from_secs(5);

/// What comes of asking.
pub(crate) enum Asked {
    /// Nothing yet: the question is sent once more, changed.
    Repaired(Repair),
    Answered(Box<Answer>),
}

/// Asks when it is first listened to, and tells what is answered in the dialect `D`.
pub(crate) fn reply<D: Dialect>(
    endpoint: Endpoint,
    asked: impl Stream<Item = Result<Asked, ProviderError>> + Send + 'static,
) -> ReplyStream {
    let censor = endpoint.clone();
    let sign = move |error: ProviderError, request_id: &Option<String>| {
        let request_id = error.request_id.or_else(|| request_id.clone());
        endpoint.censor(ProviderError { request_id, ..error })
    };
    let stream = async_stream::try_stream! {
        for await asked in asked {
            let Answer { status, request_id, body } = match asked.map_err(|error| sign(error, &None))? {
                Asked::Answered(answer) => *answer,
                Asked::Repaired(repair) => {
                    yield ReplyEvent::Repaired(repair);
                    continue;
                }
            };
            let request_id = request_id.map(|id| censor.without_key(&id));
            yield ReplyEvent::Opened { request_id: request_id.clone(), status: Some(status) };
            let mut veil = censor.veil();
            for await event in listen::<D>(body) {
                if matches!(event, Ok(ReplyEvent::Finished(_)) | Err(_)) {
                    for rest in veil.rest() {
                        yield rest;
                    }
                }
                yield match event.map_err(|error| sign(error, &request_id))? {
                    ReplyEvent::Model(name) => ReplyEvent::Model(censor.without_key(&name)),
                    event => veil.over(event),
                };
            }
        }
    };
    stream.boxed()
}

fn listen<D: Dialect>(mut body: Body) -> impl Stream<Item = Result<ReplyEvent, ProviderError>> {
    async_stream::try_stream! {
        let mut reader = Reading::<D>::default();
        let kind = body.kind().await?;
        let mut afterword = None;
        while !reader.is_over() {
            match kind {
                Kind::Events => match next_chunk(&mut body, &reader, &mut afterword).await? {
                    Some(chunk) => reader.push(&chunk),
                    None => reader.finish(),
                },
                Kind::Json => reader.whole(&body.whole(MAX_WHOLE).await?),
                Kind::Page => Err(ProviderError::new(ErrorClass::NotAnApi, "a web page answered instead of a model API"))?,
                Kind::Empty => Err(ProviderError::new(ErrorClass::ServerError, "the answer had no body"))?,
            }
            while let Some(event) = reader.take() {
                yield event?;
            }
        }
    }
}

/// `afterword` is when the answer is over at the latest, once it is whole.
async fn next_chunk<D: Dialect>(
    body: &mut Body,
    reader: &Reading<D>,
    afterword: &mut Option<Instant>,
) -> Result<Option<Bytes>, ProviderError> {
    let Some(done) = reader.finished_after() else {
        *afterword = None;
        return body.chunk().await;
    };
    let grace = match done {
        Done::Spoke => AFTERWORD,
        Done::Thought => AFTERTHOUGHT,
    };
    let until = *afterword.get_or_insert_with(|| Instant::now() + grace);
    // The answer is whole: neither a line that stays open nor one that breaks now takes that away.
    Ok(timeout_at(until, body.chunk()).await.ok().and_then(Result::ok).flatten())
}
