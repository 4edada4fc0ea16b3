//! The one feed that window, sockets and terminal read alike: what is on disk, then what comes.

mod hub;
mod reader;

use std::sync::{Arc, OnceLock};

use chimera_core::{FeedItem, Seq, Topic};

pub(crate) use hub::Hub;
pub use reader::FeedReader;

/// What a reader wants to see.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// All topics when absent.
    pub topics: Option<Vec<Topic>>,
    /// The last event the reader has seen; everything after it is replayed. Absent: from now on.
    pub after: Option<Seq>,
}

impl Subscription {
    pub(crate) fn wants(&self, topic: Topic) -> bool {
        self.topics.as_ref().is_none_or(|topics| topics.contains(&topic))
    }
}

/// One item of the feed, shared by all its readers and serialized once for all of them.
#[derive(Debug, Clone)]
pub struct Frame(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    item: FeedItem,
    json: OnceLock<String>,
}

impl Frame {
    pub(crate) fn new(item: FeedItem) -> Self {
        Self(Arc::new(Inner { item, json: OnceLock::new() }))
    }

    pub fn item(&self) -> &FeedItem {
        &self.0.item
    }

    /// The item as the socket sends it.
    pub fn json(&self) -> &str {
        self.0.json.get_or_init(|| {
            serde_json::to_string(&self.0.item).expect("plain data with string keys always becomes JSON")
        })
    }

    pub(crate) fn seq(&self) -> Option<Seq> {
        match &self.0.item {
            FeedItem::Event(event) => Some(event.seq),
            FeedItem::Delta(_) | FeedItem::Snapshot(_) => None,
        }
    }
}
