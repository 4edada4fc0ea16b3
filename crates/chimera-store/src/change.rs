use chimera_core::{ConversationId, Event, EventKind, ImageRef, MessageId, Receipt, Timestamp, Topic, Withheld};
use sqlx::SqliteConnection;

use crate::{
    Error, NewTokenRow, checkpoints, deletion, events, images, projections, rebuild, receipts, tokens, withheld,
};

/// One thing the writer can be asked to do, whole or not at all.
pub(crate) enum Change {
    Append {
        topic: Topic,
        ts: Timestamp,
        kinds: Vec<EventKind>,
        receipt: Option<Receipt>,
    },
    /// Takes a conversation out of the trash and out of the log, and says so in its place.
    DeleteForGood {
        conversation: ConversationId,
        ts: Timestamp,
        receipt: Option<Receipt>,
    },
    Checkpoint {
        conversation: ConversationId,
        message: MessageId,
        text: String,
    },
    Withhold {
        conversation: ConversationId,
        withheld: Withheld,
    },
    KeepImage {
        image: ImageRef,
        bytes: Vec<u8>,
        at: Timestamp,
    },
    CollectImages {
        before: Timestamp,
    },
    AddToken(NewTokenRow),
    RevokeToken(i64),
    TouchToken {
        id: i64,
        client: Option<String>,
        at: Timestamp,
    },
    Rebuild,
}

/// What came of a change.
pub(crate) enum Applied {
    Events(Vec<Event>),
    TokenAdded(i64),
    TokenRevoked { was_there: bool },
    Rebuilt(Option<rebuild::Difference>),
    Done,
}

impl Change {
    pub fn doing(&self) -> &'static str {
        match self {
            Change::Append { .. } => "append to the history",
            Change::DeleteForGood { .. } => "delete a conversation for good",
            Change::Checkpoint { .. } | Change::Withhold { .. } => "keep the words so far",
            Change::KeepImage { .. } => "keep an image",
            Change::CollectImages { .. } => "let go of unused images",
            Change::AddToken(_) => "keep a token",
            Change::RevokeToken(_) => "revoke a token",
            Change::TouchToken { .. } => "note the use of a token",
            Change::Rebuild => "rebuild the tables from the log",
        }
    }

    pub async fn apply(self, db: &mut SqliteConnection) -> Result<Applied, Error> {
        let doing = self.doing();
        self.apply_inner(db).await.map_err(|error| Error::new(doing, error))
    }

    async fn apply_inner(self, db: &mut SqliteConnection) -> sqlx::Result<Applied> {
        match self {
            Change::Append { topic, ts, kinds, receipt } => {
                let appended = append(db, topic, ts, kinds).await?;
                if let Some(receipt) = receipt {
                    receipts::insert(db, &receipt, &appended, ts).await?;
                }
                Ok(Applied::Events(appended))
            }
            Change::DeleteForGood { conversation, ts, receipt } => {
                let told = deletion::of(db, conversation, ts).await?;
                if let Some(receipt) = receipt {
                    receipts::insert(db, &receipt, &told, ts).await?;
                }
                Ok(Applied::Events(told))
            }
            Change::Checkpoint { conversation, message, text } => {
                checkpoints::put(db, conversation, message, &text).await?;
                Ok(Applied::Done)
            }
            Change::Withhold { conversation, withheld } => {
                withheld::put(db, conversation, &withheld).await?;
                Ok(Applied::Done)
            }
            Change::KeepImage { image, bytes, at } => {
                images::keep(db, &image, &bytes, at).await?;
                Ok(Applied::Done)
            }
            Change::CollectImages { before } => {
                let gone = images::collect(db, before).await?;
                tracing::debug!(gone, "images that no message shows were let go of");
                Ok(Applied::Done)
            }
            Change::AddToken(new) => tokens::insert(db, &new).await.map(Applied::TokenAdded),
            Change::RevokeToken(id) => Ok(Applied::TokenRevoked { was_there: tokens::remove(db, id).await? }),
            Change::TouchToken { id, client, at } => {
                tokens::touch(db, id, client.as_deref(), at).await?;
                Ok(Applied::Done)
            }
            Change::Rebuild => rebuild::rebuild_and_compare(db).await.map(Applied::Rebuilt),
        }
    }
}

pub(crate) async fn append(
    db: &mut SqliteConnection,
    topic: Topic,
    ts: Timestamp,
    kinds: Vec<EventKind>,
) -> sqlx::Result<Vec<Event>> {
    let mut appended = Vec::with_capacity(kinds.len());
    for kind in kinds {
        if let EventKind::MessageCompleted { images, .. } = &kind {
            images::must_be_kept(db, images).await?;
        }
        let event = events::insert(db, topic, ts, kind).await?;
        projections::apply(db, &event).await?;
        // Not when the tables are rebuilt: what was kept since is newer than this event.
        if let EventKind::MessageTakenOver { message, from_char, .. } = event.kind {
            checkpoints::cut(db, message, from_char).await?;
        }
        appended.push(event);
    }
    Ok(appended)
}
