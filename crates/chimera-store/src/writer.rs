//! The one task that writes. What waits while a commit is under way goes into the next one together: many small
//! changes cost one sync of the disk.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use chimera_core::{Event, Seq};
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::change::{Applied, Change};
use crate::{Error, database, events, integrity};

/// Told of every committed event, in the order of their numbers, before the append that recorded it returns.
///
/// It runs on the writer's task: it must be quick and must not wait for the store.
pub type OnCommit = Box<dyn Fn(&[Event]) + Send + Sync>;

/// Changes that may wait; whoever brings one more waits with it.
const WAITING: usize = 256;
/// Changes in one transaction.
const AT_ONCE: usize = 128;

type Reply = oneshot::Sender<Result<Applied, Error>>;

struct Request {
    change: Change,
    reply: Reply,
}

/// The way to the writer's task, and the owner of it.
#[derive(Clone)]
pub(crate) struct Writer {
    requests: mpsc::Sender<Request>,
    closing: Arc<Notify>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Writer {
    pub async fn spawn(path: PathBuf, mut db: SqliteConnection, on_commit: OnCommit) -> Result<Self, Error> {
        let told = events::last_seq(&mut db).await.map_err(|error| Error::new("open the history", error))?;
        let (requests, waiting) = mpsc::channel(WAITING);
        let closing = Arc::new(Notify::new());
        let desk = Desk { path, db: Some(db), is_suspect: false, told, on_commit };
        let task = tokio::spawn(desk.work(waiting, Arc::clone(&closing)));
        Ok(Self { requests, closing, task: Arc::new(Mutex::new(Some(task))) })
    }

    /// Durable when it returns. Once asked for, a change is made even if nobody waits for the answer any more.
    pub async fn apply(&self, change: Change) -> Result<Applied, Error> {
        let doing = change.doing();
        let (reply, answer) = oneshot::channel();
        let closed = Error::Closed { doing };
        if self.requests.send(Request { change, reply }).await.is_err() {
            return Err(closed);
        }
        answer.await.unwrap_or(Err(closed))
    }

    /// Makes the changes that wait, refuses later ones and lets go of the file.
    pub async fn close(&self) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.closing.notify_one();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer of the history did not end well");
        }
    }
}

struct Desk {
    path: PathBuf,
    /// None after a failure that may have left the connection in doubt: the next change opens it anew.
    db: Option<SqliteConnection>,
    /// The disk itself failed: the file is read through before anything is written to it again.
    is_suspect: bool,
    /// The last event that was told of.
    told: Seq,
    on_commit: OnCommit,
}

impl Desk {
    async fn work(mut self, mut waiting: mpsc::Receiver<Request>, closing: Arc<Notify>) {
        let mut batch = Vec::with_capacity(AT_ONCE);
        loop {
            let count = tokio::select! {
                biased;
                () = closing.notified() => {
                    waiting.close();
                    continue;
                }
                count = waiting.recv_many(&mut batch, AT_ONCE) => count,
            };
            if count == 0 {
                break;
            }
            self.commit(batch.drain(..)).await;
        }
        self.let_go().await;
    }

    /// One transaction for the whole batch; then the events are told of, then the answers are given.
    async fn commit(&mut self, batch: impl Iterator<Item = Request>) {
        let (changes, replies): (Vec<Change>, Vec<Reply>) =
            batch.map(|request| (request.change, request.reply)).unzip();
        let results = match self.try_commit(changes).await {
            Ok(results) => results,
            Err(error) => {
                tracing::warn!(%error, "a commit failed");
                replies.iter().map(|_| Err(error.clone())).collect()
            }
        };
        for (reply, result) in replies.into_iter().zip(results) {
            // Whoever asked may have gone; the change stands all the same.
            let _ = reply.send(result);
        }
    }

    async fn try_commit(&mut self, changes: Vec<Change>) -> Result<Vec<Result<Applied, Error>>, Error> {
        let mut db = self.connection().await?;
        match transaction(&mut db, changes).await {
            Ok(results) => {
                self.db = Some(db);
                let committed: Vec<Event> = results
                    .iter()
                    .flatten()
                    .flat_map(|applied| match applied {
                        Applied::Events(events) => events.as_slice(),
                        Applied::TokenAdded(_) | Applied::TokenRevoked { .. } | Applied::Rebuilt(_) | Applied::Done => {
                            &[]
                        }
                    })
                    .cloned()
                    .collect();
                self.tell(&committed);
                Ok(results)
            }
            Err(error) => {
                self.is_suspect |= matches!(error, Error::Corrupt { .. } | Error::Database { .. });
                // Closing it ends whatever is left of the transaction.
                let _ = db.close().await;
                Err(error)
            }
        }
    }

    async fn connection(&mut self) -> Result<SqliteConnection, Error> {
        if let Some(db) = self.db.take() {
            return Ok(db);
        }
        let mut db = database::connect(&self.path).await?;
        if self.is_suspect {
            integrity::quick(&mut db).await?;
            self.is_suspect = false;
        }
        self.tell_what_was_committed_unheard(&mut db).await?;
        Ok(db)
    }

    /// A commit may reach the disk although it was reported as failed. Readers of the log would see its events, so
    /// those who listen must hear of them too.
    async fn tell_what_was_committed_unheard(&mut self, db: &mut SqliteConnection) -> Result<(), Error> {
        loop {
            let unheard = events::after(db, self.told, 1_000)
                .await
                .map_err(|error| Error::new("read what a failed commit left", error))?;
            if unheard.is_empty() {
                return Ok(());
            }
            self.tell(&unheard);
        }
    }

    fn tell(&mut self, committed: &[Event]) {
        if let Some(last) = committed.last() {
            self.told = last.seq;
            (self.on_commit)(committed);
        }
    }

    async fn let_go(self) {
        let Some(mut db) = self.db else { return };
        // Readers that are still at work keep their part of the WAL; the next start takes it over.
        if let Err(error) = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut db).await {
            tracing::warn!(%error, "the WAL could not be emptied");
        }
        if let Err(error) = db.close().await {
            tracing::warn!(%error, "the history did not close well");
        }
    }
}

/// Each change stands or falls alone, unless SQLite gives up the whole transaction: a full disk does that.
async fn transaction(db: &mut SqliteConnection, changes: Vec<Change>) -> Result<Vec<Result<Applied, Error>>, Error> {
    const COMMITTING: &str = "commit to the history";
    run(db, "begin immediate", COMMITTING).await?;
    let mut results = Vec::with_capacity(changes.len());
    for change in changes {
        run(db, "savepoint change", COMMITTING).await?;
        let result = change.apply(db).await;
        if let Err(error) = &result
            && run(db, "rollback to change", COMMITTING).await.is_err()
        {
            return Err(error.clone());
        }
        run(db, "release change", COMMITTING).await?;
        results.push(result);
    }
    run(db, "commit", COMMITTING).await?;
    Ok(results)
}

async fn run(db: &mut SqliteConnection, sql: &'static str, doing: &'static str) -> Result<(), Error> {
    sqlx::query(sql).execute(db).await.map_err(|error| Error::new(doing, error))?;
    Ok(())
}

#[cfg(test)]
mod tests;
