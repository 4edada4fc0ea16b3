use std::sync::Arc;

use chimera_core::{ConversationId, Delta, Event, EventKind, MessageId, Timestamp, Topic};
use chimera_engine::{Journal, JournalError};
use chimera_store::Store;
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
}
