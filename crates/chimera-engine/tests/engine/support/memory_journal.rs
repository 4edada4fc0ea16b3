use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use chimera_core::{
    ConversationId, Delta, Event, EventKind, MessageId, Receipt, Seq, Timestamp, Topic, TurnId, Withheld,
};
use chimera_engine::{Journal, JournalError};
use futures::future::{BoxFuture, FutureExt};
use tokio::sync::watch;
use tokio::time::timeout;

/// Longer than anything that is tested takes. Where tokio's time stands still, waiting for it takes no time.
const PATIENCE: Duration = Duration::from_secs(3600);

/// A journal that keeps everything in memory, in the order it came.
#[derive(Default)]
pub struct MemoryJournal {
    kept: Mutex<Kept>,
    changes: watch::Sender<u64>,
    /// How long a write takes, by tokio's clock.
    slowness: Duration,
}

#[derive(Default)]
struct Kept {
    entries: Vec<Entry>,
    checkpoints: BTreeMap<MessageId, String>,
    withheld: BTreeMap<TurnId, Withheld>,
    /// What was written under a key.
    receipts: Vec<(Receipt, Vec<Event>)>,
    /// Writes that still succeed; none is told to fail while this is absent.
    budget: Option<u32>,
}

/// What a reader of the feed would have seen, and the checkpoints it would not.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a test keeps a few hundred")]
pub enum Entry {
    Event(Event),
    Shown(Delta),
    Checkpoint(MessageId, String),
    Withheld(Withheld),
}

impl MemoryJournal {
    pub fn slow(slowness: Duration) -> Self {
        Self { slowness, ..Self::default() }
    }

    /// After so many more writes the disk is full.
    pub fn fails_after(&self, writes: u32) {
        self.kept().budget = Some(writes);
    }

    pub fn works_again(&self) {
        self.kept().budget = None;
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.kept().entries.clone()
    }

    pub fn events(&self) -> Vec<Event> {
        let event = |entry: &Entry| match entry {
            Entry::Event(event) => Some(event.clone()),
            Entry::Shown(_) | Entry::Checkpoint(..) | Entry::Withheld(_) => None,
        };
        self.kept().entries.iter().filter_map(event).collect()
    }

    pub fn deltas(&self) -> Vec<Delta> {
        let delta = |entry: &Entry| match entry {
            Entry::Shown(delta) => Some(delta.clone()),
            Entry::Event(_) | Entry::Checkpoint(..) | Entry::Withheld(_) => None,
        };
        self.kept().entries.iter().filter_map(delta).collect()
    }

    /// All words shown, one after the other.
    pub fn shown(&self) -> String {
        self.deltas().iter().map(|delta| delta.text.as_str()).collect()
    }

    pub fn checkpoints(&self) -> BTreeMap<MessageId, String> {
        self.kept().checkpoints.clone()
    }

    /// What was kept of turns that nobody was shown.
    pub fn withheld(&self) -> Vec<Withheld> {
        self.kept().withheld.values().cloned().collect()
    }

    /// Waits until the journal looks like this.
    pub async fn until(&self, looks: impl Fn(&MemoryJournal) -> bool) {
        let mut changes = self.changes.subscribe();
        while !looks(self) {
            let changed = timeout(PATIENCE, changes.changed()).await;
            changed.unwrap_or_else(|_| panic!("waited in vain; so far: {:#?}", self.entries())).unwrap();
        }
    }

    /// Puts an event into the log as if it had been there before.
    pub fn write(&self, conversation: ConversationId, ts: Timestamp, kind: EventKind) -> Event {
        let mut kept = self.kept();
        let written = kept.entries.iter().filter(|entry| matches!(entry, Entry::Event(_))).count();
        let event = Event { seq: Seq(written as u64 + 1), topic: Topic::Conversation(conversation), ts, kind };
        kept.entries.push(Entry::Event(event.clone()));
        event
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    fn spend(&self) -> Result<(), JournalError> {
        match &mut self.kept().budget {
            Some(0) => return Err(JournalError::new("the disk is full")),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(())
    }

    fn changed(&self) {
        self.changes.send_modify(|change| *change += 1);
    }
}

impl Journal for MemoryJournal {
    fn append(
        &self,
        conversation: ConversationId,
        ts: Timestamp,
        kinds: Vec<EventKind>,
    ) -> BoxFuture<'_, Result<Vec<Event>, JournalError>> {
        async move {
            tokio::time::sleep(self.slowness).await;
            self.spend()?;
            let events = kinds.into_iter().map(|kind| self.write(conversation, ts, kind)).collect();
            self.changed();
            Ok(events)
        }
        .boxed()
    }

    fn append_once(
        &self,
        conversation: ConversationId,
        ts: Timestamp,
        kinds: Vec<EventKind>,
        receipt: Receipt,
    ) -> BoxFuture<'_, Result<Vec<Event>, JournalError>> {
        async move {
            let events = self.append(conversation, ts, kinds).await?;
            self.kept().receipts.push((receipt, events.clone()));
            Ok(events)
        }
        .boxed()
    }

    fn done<'a>(&'a self, receipt: &'a Receipt) -> BoxFuture<'a, Result<Option<Vec<Event>>, JournalError>> {
        let kept = self.kept();
        let found = kept.receipts.iter().find(|(kept, _)| kept == receipt).map(|(_, events)| events.clone());
        async move { Ok(found) }.boxed()
    }

    fn show(&self, delta: Delta) {
        self.kept().entries.push(Entry::Shown(delta));
        self.changed();
    }

    fn checkpoint(
        &self,
        _: ConversationId,
        message: MessageId,
        text: String,
    ) -> BoxFuture<'_, Result<(), JournalError>> {
        async move {
            tokio::time::sleep(self.slowness).await;
            self.spend()?;
            let mut kept = self.kept();
            kept.checkpoints.insert(message, text.clone());
            kept.entries.push(Entry::Checkpoint(message, text));
            drop(kept);
            self.changed();
            Ok(())
        }
        .boxed()
    }
    fn withhold(&self, _: ConversationId, withheld: Withheld) -> BoxFuture<'_, Result<(), JournalError>> {
        async move {
            tokio::time::sleep(self.slowness).await;
            self.spend()?;
            let mut kept = self.kept();
            kept.withheld.insert(withheld.turn, withheld.clone());
            kept.entries.push(Entry::Withheld(withheld));
            drop(kept);
            self.changed();
            Ok(())
        }
        .boxed()
    }
}
