use std::sync::Arc;
use std::time::Duration;

use chimera_core::{
    ConversationId, Delta, Event, EventKind, ImageDigest, MessageId, ModelFacts, ModelRef, Provider, ProviderError,
    Receipt, Timestamp, Withheld,
};
use futures::FutureExt;
use futures::future::{BoxFuture, ready};

use crate::Patience;
use crate::health::{Closed, Ending};

/// Where a conversation's events go and its words are shown.
pub trait Journal: Send + Sync + 'static {
    /// Durable and published, in order, when it returns.
    fn append(
        &self,
        conversation: ConversationId,
        ts: Timestamp,
        kinds: Vec<EventKind>,
    ) -> BoxFuture<'_, Result<Vec<Event>, JournalError>>;

    /// The same for what a command is about that its client gave a key: the receipt is kept with these events.
    fn append_once(
        &self,
        conversation: ConversationId,
        ts: Timestamp,
        kinds: Vec<EventKind>,
        _receipt: Receipt,
    ) -> BoxFuture<'_, Result<Vec<Event>, JournalError>> {
        self.append(conversation, ts, kinds)
    }

    /// The events that a command under this key has led to before.
    fn done<'a>(&'a self, _receipt: &'a Receipt) -> BoxFuture<'a, Result<Option<Vec<Event>>, JournalError>> {
        ready(Ok(None)).boxed()
    }

    /// The bytes of an image that a message shows; none when they are not to be had, and the model gets its label.
    fn image<'a>(&'a self, _digest: &'a ImageDigest) -> BoxFuture<'a, Option<Arc<[u8]>>> {
        ready(None).boxed()
    }

    /// Published at once, never stored.
    fn show(&self, delta: Delta);

    /// Keeps the words so far of an unfinished message, one row overwritten.
    fn checkpoint(
        &self,
        conversation: ConversationId,
        message: MessageId,
        text: String,
    ) -> BoxFuture<'_, Result<(), JournalError>>;

    /// Keeps the words so far of a turn that nobody is shown yet, one row overwritten: until the turn ends.
    fn withhold(&self, conversation: ConversationId, withheld: Withheld) -> BoxFuture<'_, Result<(), JournalError>>;
}

/// The log could not be written. The runner ends: what is not on disk did not happen.
#[derive(Debug, thiserror::Error)]
#[error("the conversation could not be written down: {0}")]
pub struct JournalError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl JournalError {
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }

    /// What the journal's own room said, for a caller that knows its type.
    pub fn into_cause(self) -> Box<dyn std::error::Error + Send + Sync> {
        self.0
    }
}

/// Who can be asked.
pub trait Models: Send + Sync + 'static {
    fn provider<'a>(&'a self, model: &'a ModelRef) -> BoxFuture<'a, Result<Arc<dyn Provider>, ProviderError>>;

    /// What is known of this model now. It must not wait: what would have to be fetched is not known yet.
    fn facts(&self, _model: &ModelRef) -> ModelFacts {
        ModelFacts::default()
    }

    /// How long this model may keep us waiting: servers on this machine load models for minutes.
    fn patience<'a>(&'a self, _model: &'a ModelRef) -> BoxFuture<'a, Patience> {
        ready(Patience::CLOUD).boxed()
    }

    /// The protocol in which this model is asked, by any name: in the same protocol the same question is the same
    /// request. None where nobody knows.
    fn protocol(&self, _model: &ModelRef) -> Option<String> {
        None
    }

    /// Whether this model may be asked now, when `others` are left on the route after it. It answers at once; where the
    /// question has to wait in line, the answer is what it waits for.
    fn admit<'a>(&'a self, _model: &'a ModelRef, _others: &'a [ModelRef]) -> BoxFuture<'a, Admission> {
        ready(Admission::Granted(Box::new(()))).boxed()
    }

    /// How an attempt ended that was admitted, and put at this time of the monotonic clock. Its permit has been given back
    /// before.
    fn ended<'a>(&'a self, _model: &'a ModelRef, _asked: Duration, _ending: Ending) -> BoxFuture<'a, ()> {
        ready(()).boxed()
    }
}

/// The answer to whether a model may be asked.
pub enum Admission {
    Granted(Permit),
    Closed(Closed),
    /// Not yet. Whoever drops this leaves the line.
    InLine(BoxFuture<'static, Admission>),
}

/// Held as long as the attempt is listened to, however it ends; dropping it gives it back.
pub type Permit = Box<dyn Send>;
