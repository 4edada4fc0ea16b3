use std::any::Any;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chimera_core::{AttemptId, ErrorClass, ModelRef, ProviderError, ReplyEvent, ReplyRequest};
use futures::stream::{self, BoxStream, StreamExt};
use tokio_stream::StreamMap;

use crate::health::Closed;
use crate::{Admission, Journal, Models, Patience};

/// The attempts that are being listened to. Dropping a stream cancels its call.
#[derive(Default)]
pub struct Voices(StreamMap<AttemptId, BoxStream<'static, Heard>>);

pub enum Heard {
    Queued,
    Patience { patience: Patience, protocol: Option<String> },
    NotAsked(Closed),
    Reply(Result<ReplyEvent, ProviderError>),
}

/// What is asked of whom, and who could be asked instead.
pub struct Question {
    pub model: ModelRef,
    pub others: Vec<ModelRef>,
    pub request: ReplyRequest,
    /// Where the images in it are kept.
    pub images: Arc<dyn Journal>,
}

impl Voices {
    pub fn ask(&mut self, attempt: AttemptId, models: Arc<dyn Models>, question: Question) {
        self.0.insert(attempt, voice(models, question).boxed());
    }

    pub fn cancel(&mut self, attempt: AttemptId) {
        self.0.remove(&attempt);
    }

    /// Waits for ever when nobody has been asked.
    pub async fn next(&mut self) -> (AttemptId, Heard) {
        match self.0.next().await {
            Some(heard) => heard,
            None => std::future::pending().await,
        }
    }
}

/// One attempt from the search for its provider to its end. It always ends with `Finished` or an error, even where the
/// provider breaks its contract or panics.
fn voice(models: Arc<dyn Models>, question: Question) -> impl futures::Stream<Item = Heard> + Send + 'static {
    let opening = async move {
        match models.admit(&question.model, &question.others).await {
            Admission::InLine(admission) => {
                let admitted = async move { put(admission.await, models, question).await };
                stream::once(async { Heard::Queued }).chain(stream::once(admitted).flatten()).boxed()
            }
            now @ (Admission::Granted(_) | Admission::Closed(_)) => put(now, models, question).await,
        }
    };
    let unannounced = || ProviderError::new(ErrorClass::Truncated, "it ended without saying so");
    AssertUnwindSafe(stream::once(opening).flatten())
        .catch_unwind()
        .map(|heard| heard.unwrap_or_else(|panic| Heard::Reply(Err(broken(panic.as_ref())))))
        .chain(stream::once(async move { Heard::Reply(Err(unannounced())) }))
}

/// Puts the question, once it is known whether it may be.
async fn put(mut admission: Admission, models: Arc<dyn Models>, question: Question) -> BoxStream<'static, Heard> {
    let Question { model, others: _, mut request, images } = question;
    let permit = loop {
        match admission {
            Admission::Granted(permit) => break permit,
            Admission::Closed(closed) => return stream::once(async { Heard::NotAsked(closed) }).boxed(),
            Admission::InLine(later) => admission = later.await,
        }
    };
    load(&mut request, images.as_ref()).await;
    let (mut patience, protocol) = (models.patience(&model).await, models.protocol(&model));
    patience.first_token += time_to_send(request.images.size());
    let replies = match models.provider(&model).await {
        Ok(provider) => provider.reply(request),
        Err(error) => stream::once(async { Err(error) }).boxed(),
    };
    let heard = stream::once(async move { Heard::Patience { patience, protocol } }).chain(replies.map(Heard::Reply));
    // The stream owns the permit: dropping the one gives back the other.
    heard.map(move |heard| (heard, &permit).0).boxed()
}

/// Nobody answers before the question is out, and images go out over lines that were made for taking in: a megabit a
/// second is taken for granted, in base64.
fn time_to_send(bytes: usize) -> Duration {
    const BYTES_A_SECOND: usize = 96 * 1024;
    Duration::from_secs((bytes / BYTES_A_SECOND) as u64)
}

/// Only now, so that no image is held by a question that waits for leave to be put.
async fn load(request: &mut ReplyRequest, images: &dyn Journal) {
    let digests = request.messages.iter().flat_map(|message| &message.images).map(|placed| placed.image.digest);
    for digest in digests.collect::<BTreeSet<_>>() {
        match images.image(&digest).await {
            Some(bytes) => request.images.insert(digest, bytes),
            None => tracing::warn!(%digest, "an image is gone; the model gets its label"),
        }
    }
}

fn broken(panic: &(dyn Any + Send)) -> ProviderError {
    let words = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = words.unwrap_or("without words"), "a provider panicked");
    ProviderError::new(ErrorClass::Malformed, "the part that speaks with this provider broke")
}
