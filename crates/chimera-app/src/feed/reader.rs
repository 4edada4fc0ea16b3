use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use chimera_core::{EventKind, FeedItem, MessageId, Seq};
use chimera_store::Store;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_util::sync::CancellationToken;

use super::hub::{Hub, Seat};
use super::{Frame, Subscription};
use crate::Result;

/// Events read from the log at once while replaying.
const PAGE: u32 = 500;

/// One reader's place in the feed: first what it missed, from the log; then what comes, each event exactly once.
pub struct FeedReader {
    subscription: Subscription,
    hub: Arc<Hub>,
    store: Store,
    closing: CancellationToken,
    frames: broadcast::Receiver<Frame>,
    /// The last event this reader has been given, or passed over because it did not want its topic.
    cursor: Seq,
    /// Replayed frames and snapshots that come before anything live.
    ahead: VecDeque<Frame>,
    replay: Option<Replay>,
}

/// A replay under way, up to where the live feed takes over.
struct Replay {
    until: Seq,
    snapshots: Vec<Frame>,
    /// Messages whose end was replayed: their snapshot would come too late.
    ended: HashSet<MessageId>,
}

impl FeedReader {
    pub(crate) fn open(
        subscription: Subscription,
        hub: Arc<Hub>,
        store: Store,
        closing: CancellationToken,
    ) -> Option<Self> {
        // The live seat is taken before the log is read: what is committed in between is in both and dropped by number.
        let seat = hub.seat()?;
        // A cursor from another log may lie ahead of ours; nothing can have been seen that was not published.
        let cursor = subscription.after.unwrap_or(seat.last).min(seat.last);
        let (frames, replay) = replay_from(seat, &subscription);
        Some(Self { subscription, hub, store, closing, frames, cursor, ahead: VecDeque::new(), replay: Some(replay) })
    }

    /// Where this reader stands in the log.
    pub fn cursor(&self) -> Seq {
        self.cursor
    }

    /// The next item; none when the app closes. An error means that the log could not be read; the cursor stands.
    ///
    /// Cancel-safe: an item is given or kept, never lost.
    pub async fn next(&mut self) -> Result<Option<Frame>> {
        loop {
            if let Some(frame) = self.ahead.pop_front() {
                return Ok(Some(frame));
            }
            if self.replay.is_some() {
                self.read_page().await?;
                continue;
            }
            let received = tokio::select! {
                biased;
                received = self.frames.recv() => received,
                () = self.closing.cancelled() => return Ok(None),
            };
            match received {
                Ok(frame) if self.is_news(&frame) => return Ok(Some(frame)),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) if self.rejoin() => {}
                Err(RecvError::Lagged(_)) => return Ok(None),
                Err(RecvError::Closed) => return Ok(None),
            }
        }
    }

    /// What is ready without waiting: lets a writer put many items into one flush.
    pub fn try_next(&mut self) -> Option<Frame> {
        if let Some(frame) = self.ahead.pop_front() {
            return Some(frame);
        }
        if self.replay.is_some() {
            return None;
        }
        loop {
            match self.frames.try_recv() {
                Ok(frame) if self.is_news(&frame) => return Some(frame),
                Ok(_) => {}
                Err(TryRecvError::Lagged(_)) => {
                    self.rejoin();
                    return None;
                }
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }

    /// Takes a new seat after falling behind; the log fills the gap. False once the feed has ended.
    fn rejoin(&mut self) -> bool {
        let Some(seat) = self.hub.seat() else { return false };
        let (frames, replay) = replay_from(seat, &self.subscription);
        self.frames = frames;
        self.replay = Some(replay);
        true
    }

    fn is_news(&mut self, frame: &Frame) -> bool {
        if let Some(seq) = frame.seq() {
            if seq <= self.cursor {
                return false;
            }
            self.cursor = seq;
        }
        self.subscription.wants(frame.item().topic())
    }

    async fn read_page(&mut self) -> Result<()> {
        let Some(replay) = self.replay.as_mut() else { return Ok(()) };
        let only = match self.subscription.topics.as_deref() {
            Some([topic]) => Some(*topic),
            Some(_) | None => None,
        };
        let events =
            if self.cursor < replay.until { self.store.events(self.cursor, only, PAGE).await? } else { Vec::new() };
        let read_all = events.len() < PAGE as usize || events.last().is_some_and(|last| last.seq >= replay.until);
        for event in events {
            if let EventKind::MessageCompleted { message, .. } | EventKind::MessageInterrupted { message, .. } =
                event.kind
            {
                replay.ended.insert(message);
            }
            self.cursor = self.cursor.max(event.seq);
            if self.subscription.wants(event.topic) {
                self.ahead.push_back(Frame::new(FeedItem::Event(event)));
            }
        }
        if read_all && let Some(replay) = self.replay.take() {
            self.cursor = self.cursor.max(replay.until);
            self.ahead.extend(replay.snapshots.into_iter().filter(|frame| match frame.item() {
                FeedItem::Snapshot(snapshot) => !replay.ended.contains(&snapshot.message),
                FeedItem::Event(_) | FeedItem::Delta(_) => true,
            }));
        }
        Ok(())
    }
}

fn replay_from(seat: Seat, subscription: &Subscription) -> (broadcast::Receiver<Frame>, Replay) {
    let snapshots = seat
        .unfinished
        .into_iter()
        .filter(|snapshot| subscription.wants(snapshot.topic))
        .map(|snapshot| Frame::new(FeedItem::Snapshot(snapshot)))
        .collect();
    (seat.frames, Replay { until: seat.last, snapshots, ended: HashSet::new() })
}
