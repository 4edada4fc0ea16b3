//! The archive, the trash, and emptying it.

use std::io;
use std::path::Path;

use chimera_core::{ConversationCounts, ConversationId, ConversationSummary, Receipt, Shelf};
use chimera_engine::{Command, Runner};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::conversations::MAX_PAGE;
use crate::recording::recordings;
use crate::{Chimera, Error, ErrorCode, Result, once};

/// A page of the list, and how many conversations stand on each shelf.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct ConversationPage {
    pub items: Vec<ConversationSummary>,
    /// To be given back as it is for the next page; none when the list has ended.
    pub next_cursor: Option<String>,
    pub counts: ConversationCounts,
}

/// What came of emptying the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Emptied {
    /// Conversations that are gone.
    pub deleted: u32,
}

impl Chimera {
    /// A page of one shelf, what changed last first. `limit` is held between 1 and 200.
    pub async fn conversations_on(&self, shelf: Shelf, cursor: Option<&str>, limit: u32) -> Result<ConversationPage> {
        let page = self.store().conversations_on(shelf, cursor, limit.clamp(1, MAX_PAGE)).await?;
        let counts = self.store().conversation_counts().await?;
        Ok(ConversationPage { items: page.items, next_cursor: page.next_cursor, counts })
    }

    /// Out of the list until somebody says something in it or sets it going. One that runs is paused; who speaks may
    /// finish.
    pub async fn archive(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Archive).await.map(drop)
    }

    pub async fn unarchive(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Unarchive).await.map(drop)
    }

    /// Into the trash, where it can be read and restored and nothing else. Who speaks is cut off, and its words are kept.
    pub async fn trash(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Trash).await.map(drop)
    }

    /// Out of the trash, as it was; it does not begin to talk by itself.
    pub async fn restore(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::TakeOutOfTrash).await.map(drop)
    }

    /// A conversation that lies in the trash is gone from the history, with all that was said, the images that nobody
    /// else shows, and its recordings in the data folder. There is no way back.
    pub async fn delete_for_good(&self, id: ConversationId) -> Result<()> {
        self.must_write()?;
        if once::earlier(self.store()).await?.is_some() {
            return Ok(());
        }
        self.delete(id, once::take()).await
    }

    /// The same for everything that lies in the trash when it is asked for.
    pub async fn empty_trash(&self) -> Result<Emptied> {
        self.must_write()?;
        if once::earlier(self.store()).await?.is_some() {
            return Ok(Emptied { deleted: 0 });
        }
        let (trashed, receipt) = (self.store().trashed().await?, once::take());
        let mut deleted = 0;
        for id in &trashed {
            // Only with the last one is it done: whoever is cut short on the way asks again.
            let receipt = receipt.clone().filter(|_| trashed.last() == Some(id));
            match self.delete(*id, receipt).await {
                Ok(()) => deleted += 1,
                // Restored, or deleted by somebody else, in this very moment: then it is not in the trash.
                Err(error) if [ErrorCode::WrongState, ErrorCode::ConversationNotFound].contains(&error.code) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Emptied { deleted })
    }

    async fn delete(&self, id: ConversationId, receipt: Option<Receipt>) -> Result<()> {
        // Held until it is gone, so that nobody wakes it meanwhile and nothing is written to it any more.
        let mut runners = self.runners().await?;
        if let Some(runner) = runners.as_mut().and_then(|runners| runners.remove(&id)) {
            Runner::shut_down(runner).await;
        }
        match self.store().is_trashed(id).await? {
            None => return Err(Error::no_conversation(id)),
            Some(false) => {
                let message = "only what is in the trash can be deleted for good; move it there first";
                return Err(Error::new(ErrorCode::WrongState, message));
            }
            Some(true) => {}
        }
        let folder = recordings(self.data_dir());
        // Megabytes of files would hold up whoever else waits on this thread.
        let forgotten = tokio::task::spawn_blocking(move || forget_recordings(&folder, id)).await;
        forgotten.map_err(io::Error::other).flatten().map_err(|error| {
            let message = format!("a recording of the conversation could not be deleted, so nothing was: {error}");
            Error::new(ErrorCode::Storage, message).because(error)
        })?;
        Ok(self.store().delete_for_good(id, self.now(), receipt).await?)
    }
}

fn forget_recordings(folder: &Path, id: ConversationId) -> io::Result<()> {
    let files = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        files => files?,
    };
    let beginning = format!("{id}-");
    for file in files {
        let file = file?;
        if file.file_name().to_string_lossy().starts_with(&beginning) {
            std::fs::remove_file(file.path())?;
        }
    }
    Ok(())
}
