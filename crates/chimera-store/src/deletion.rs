//! A conversation that the user empties out of the trash: the one change that takes events out of the log.

use chimera_core::{ConversationId, Event, EventKind, Timestamp, Topic};
use sqlx::SqliteConnection;

use crate::change::append;
use crate::{conversations, events, images, receipts};

/// Fails unless it lies in the trash. What is left of it is one event of the library, newer than all of its own, so that
/// the log never seems to have gone back.
pub(crate) async fn of(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    ts: Timestamp,
) -> sqlx::Result<Vec<Event>> {
    if conversations::is_trashed(db, conversation).await? != Some(true) {
        return Err(sqlx::Error::RowNotFound);
    }
    overwrite(db, "pragma secure_delete = on").await?;
    images::remove_of(db, conversation).await?;
    receipts::remove_of(db, conversation).await?;
    events::remove_of(db, conversation).await?;
    let told = append(db, Topic::Library, ts, vec![EventKind::ConversationDeleted { conversation }]).await?;
    overwrite(db, "pragma secure_delete = fast").await?;
    Ok(told)
}

/// Whether pages that become free are written over with zeros as well, which is more to write than is worth it elsewhere.
async fn overwrite(db: &mut SqliteConnection, pragma: &'static str) -> sqlx::Result<()> {
    sqlx::query(pragma).execute(db).await.map(drop)
}
