use std::time::Duration;

use futures::future::BoxFuture;
use tokio::time::Instant;

use crate::JournalError;

/// A crash loses no more than this much of what was being said.
const EVERY: Duration = Duration::from_millis(250);

/// The words so far, written down again and again: one writing at a time, while the words go on.
#[derive(Default)]
pub struct Checkpoints {
    /// There are words that no checkpoint holds yet.
    stale: bool,
    begun_at: Option<Instant>,
    writing: Option<BoxFuture<'static, Result<(), JournalError>>>,
}

impl Checkpoints {
    /// There are more words.
    pub fn outdate(&mut self) {
        self.stale = true;
    }

    /// When the next one is to begin.
    pub fn due(&self) -> Option<Instant> {
        let wanted = self.stale && self.writing.is_none();
        wanted.then(|| self.begun_at.map_or_else(Instant::now, |begun| begun + EVERY))
    }

    /// `writing` is absent when the message has ended meanwhile: then there is nothing left to keep.
    pub fn begin(&mut self, writing: Option<BoxFuture<'static, Result<(), JournalError>>>) {
        self.stale = false;
        if writing.is_some() {
            self.begun_at = Some(Instant::now());
            self.writing = writing;
        }
    }

    pub fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// Waits for ever when none is being written.
    pub async fn written(&mut self) -> Result<(), JournalError> {
        match &mut self.writing {
            Some(writing) => {
                let result = writing.await;
                self.writing = None;
                result
            }
            None => std::future::pending().await,
        }
    }

    /// Returns when none is being written.
    pub async fn settled(&mut self) -> Result<(), JournalError> {
        match self.writing.take() {
            Some(writing) => writing.await,
            None => Ok(()),
        }
    }
}
