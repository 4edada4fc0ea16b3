use std::sync::Arc;

use chimera_core::{
    ConversationId, Delta, Event, EventKind, ImageDigest, MessageId, Receipt, Timestamp, Topic, Withheld,
};
use chimera_engine::{Journal, JournalError};
use chimera_store::{Done, Error, Store};
use futures::future::BoxFuture;

use crate::feed::Hub;

/// The engine's journal: the store, which publishes on commit, and the feed for words that are not stored.
pub(crate) struct StoreJournal {
    pub(crate) store: Store,
    pub(crate) hub: Arc<Hub>,
}

impl Journal for StoreJournal {
    fn append(
        &self,
        conversation: ConversationId,
        ts: Timestamp,
        kinds: Vec<EventKind>,
    ) -> BoxFuture<'_, Result<Vec<Event>, JournalError>> {
        Box::pin(async move {
            self.store.append(Topic::Conversation(conversation), ts, kinds).await.map_err(JournalError::new)
        })
    }

    fn append_once(
        &self,
        conversation: ConversationId,
        ts: Timestamp,
        kinds: Vec<EventKind>,
        receipt: Receipt,
    ) -> BoxFuture<'_, Result<Vec<Event>, JournalError>> {
        Box::pin(async move {
            let topic = Topic::Conversation(conversation);
            match self.store.append_once(topic, ts, kinds.clone(), receipt).await {
                // The key was used elsewhere in this very moment, which is its client's mistake: what this conversation
                // has decided on happens all the same.
                Err(Error::DoesNotFit { .. }) => self.store.append(topic, ts, kinds).await,
                appended => appended,
            }
            .map_err(JournalError::new)
        })
    }

    fn done<'a>(&'a self, receipt: &'a Receipt) -> BoxFuture<'a, Result<Option<Vec<Event>>, JournalError>> {
        Box::pin(async move {
            Ok(match self.store.done(receipt).await.map_err(JournalError::new)? {
                Some(Done::Same(events)) => Some(events),
                Some(Done::Other) | None => None,
            })
        })
    }

    fn image<'a>(&'a self, digest: &'a ImageDigest) -> BoxFuture<'a, Option<Arc<[u8]>>> {
        Box::pin(async move {
            // The talk goes on without it; that it cannot be read is for whoever looks into the log of the program.
            let read = self.store.image_bytes(digest).await;
            read.inspect_err(|error| tracing::error!(%error, %digest, "an image could not be read"))
                .ok()?
                .map(Arc::from)
        })
    }

    fn show(&self, delta: Delta) {
        self.hub.show(delta);
    }

    fn checkpoint(
        &self,
        conversation: ConversationId,
        message: MessageId,
        text: String,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move { self.store.checkpoint(conversation, message, &text).await.map_err(JournalError::new) })
    }

    fn withhold(&self, conversation: ConversationId, withheld: Withheld) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async move { self.store.withhold(conversation, withheld).await.map_err(JournalError::new) })
    }
}
