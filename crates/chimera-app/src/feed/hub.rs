use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use chimera_core::{Delta, Event, EventKind, FeedItem, MessageId, Seq, Snapshot, Topic};
use tokio::sync::broadcast;

use super::Frame;

/// Frames that wait for a slow reader. Beyond it the reader is sent back to replay: the log is complete, a queue would
/// only grow.
const BACKLOG: usize = 4096;

/// Where committed events and live words are published, in order.
///
/// Everything is published under one lock together with the words of unfinished messages, so that a reader that joins
/// between two deltas gets a snapshot that fits the next delta exactly.
#[derive(Debug)]
pub(crate) struct Hub {
    live: Mutex<Live>,
    frames: broadcast::Sender<Frame>,
}

#[derive(Debug, Default)]
struct Live {
    words: HashMap<MessageId, (Topic, String)>,
    last: Seq,
    closed: bool,
}

/// A place in the live feed, with what a reader must know to stand there.
pub(super) struct Seat {
    pub(super) frames: broadcast::Receiver<Frame>,
    /// Words so far of every unfinished message.
    pub(super) unfinished: Vec<Snapshot>,
    /// The last event published before this seat was taken.
    pub(super) last: Seq,
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self { live: Mutex::default(), frames: broadcast::channel(BACKLOG).0 }
    }

    /// Events from before this process count as published.
    pub(crate) fn start_after(&self, seq: Seq) {
        self.lock().last = seq;
    }

    /// Called by the store's writer after each commit, in the order of the log.
    pub(crate) fn publish(&self, events: &[Event]) {
        let mut live = self.lock();
        for event in events {
            match &event.kind {
                EventKind::MessageStarted { message, .. } => {
                    live.words.insert(*message, (event.topic, String::new()));
                }
                EventKind::MessageTakenOver { message, from_char, .. } => {
                    if let Some((_, words)) = live.words.get_mut(message) {
                        let kept = words.char_indices().nth(*from_char as usize).map_or(words.len(), |(at, _)| at);
                        words.truncate(kept);
                    }
                }
                EventKind::MessageCompleted { message, .. } | EventKind::MessageInterrupted { message, .. } => {
                    live.words.remove(message);
                }
                _ => {}
            }
            live.last = event.seq;
            self.send(FeedItem::Event(event.clone()));
        }
    }

    pub(crate) fn show(&self, delta: Delta) {
        let mut live = self.lock();
        if let Some((_, words)) = live.words.get_mut(&delta.message) {
            words.push_str(&delta.text);
        }
        self.send(FeedItem::Delta(delta));
    }

    /// The words so far of the unfinished messages on a topic.
    pub(crate) fn words(&self, topic: Topic) -> Vec<(MessageId, String)> {
        let live = self.lock();
        live.words.iter().filter(|(_, (of, _))| *of == topic).map(|(id, (_, text))| (*id, text.clone())).collect()
    }

    /// None once the feed has ended.
    pub(super) fn seat(&self) -> Option<Seat> {
        let live = self.lock();
        if live.closed {
            return None;
        }
        let unfinished = live
            .words
            .iter()
            .map(|(message, (topic, text))| Snapshot { topic: *topic, message: *message, text: text.clone() })
            .collect();
        Some(Seat { frames: self.frames.subscribe(), unfinished, last: live.last })
    }

    /// No reader gets anything after this.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
    }

    fn send(&self, item: FeedItem) {
        // An error only says that nobody is listening.
        let _ = self.frames.send(Frame::new(item));
    }

    fn lock(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
