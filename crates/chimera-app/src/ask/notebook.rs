use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chimera_core::{
    ConversationId, Delta, Event, EventKind, FeedItem, ImageDigest, MessageId, Seq, Timestamp, Topic, Withheld,
};
use chimera_engine::{Journal, JournalError};
use futures::future::{BoxFuture, ready};
use tokio::sync::mpsc;

use crate::images::KeptImage;

/// A journal that keeps nothing: it numbers what happens and tells it to the one who asked.
pub(super) struct Notebook {
    last: Mutex<Seq>,
    images: HashMap<ImageDigest, Arc<[u8]>>,
    /// Not bounded: the engine gathers words, so that no more than some thirty items come in a second.
    tell: mpsc::UnboundedSender<FeedItem>,
}

impl Notebook {
    pub(super) fn after(log: &[Event], images: Vec<KeptImage>) -> (Self, mpsc::UnboundedReceiver<FeedItem>) {
        let (tell, told) = mpsc::unbounded_channel();
        let last = log.last().map_or(Seq::START, |event| event.seq);
        let images = images.into_iter().map(|kept| (kept.image.digest, kept.bytes.into())).collect();
        (Self { last: Mutex::new(last), images, tell }, told)
    }

    fn number(&self) -> Seq {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        last.0 += 1;
        *last
    }
}

impl Journal for Notebook {
    fn append(
        &self,
        conversation: ConversationId,
        ts: Timestamp,
        kinds: Vec<EventKind>,
    ) -> BoxFuture<'_, Result<Vec<Event>, JournalError>> {
        let topic = Topic::Conversation(conversation);
        let events: Vec<_> = kinds.into_iter().map(|kind| Event { seq: self.number(), topic, ts, kind }).collect();
        for event in &events {
            // Whoever asked may have gone.
            let _ = self.tell.send(FeedItem::Event(event.clone()));
        }
        Box::pin(ready(Ok(events)))
    }

    fn image<'a>(&'a self, digest: &'a ImageDigest) -> BoxFuture<'a, Option<Arc<[u8]>>> {
        Box::pin(ready(self.images.get(digest).cloned()))
    }

    fn show(&self, delta: Delta) {
        let _ = self.tell.send(FeedItem::Delta(delta));
    }

    fn checkpoint(&self, _: ConversationId, _: MessageId, _: String) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(ready(Ok(())))
    }

    fn withhold(&self, _: ConversationId, _: Withheld) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(ready(Ok(())))
    }
}
