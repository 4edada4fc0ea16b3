use chimera_core::{ConversationId, Event, Receipt, Seq, Timestamp};
use sqlx::SqliteConnection;

use crate::events;

/// How long a key is remembered: longer than any client tries again.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What a key says that was used before.
#[derive(Debug, Clone, PartialEq)]
pub enum Done {
    /// For this very request, which led to these events.
    Same(Vec<Event>),
    /// For another request.
    Other,
}

pub(crate) async fn insert(
    db: &mut SqliteConnection,
    receipt: &Receipt,
    events: &[Event],
    at: Timestamp,
) -> sqlx::Result<()> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
    sqlx::query("delete from receipts where at < ?").bind(at.as_millis() - KEPT_MILLIS).execute(&mut *db).await?;
    sqlx::query("insert into receipts (client, key, fingerprint, first_seq, last_seq, at) values (?, ?, ?, ?, ?, ?)")
        .bind(receipt.client)
        .bind(&receipt.key)
        .bind(&receipt.fingerprint[..])
        .bind(events::number(first.seq))
        .bind(events::number(last.seq))
        .bind(at.as_millis())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn find(db: &mut SqliteConnection, receipt: &Receipt) -> sqlx::Result<Option<Done>> {
    let row: Option<(Vec<u8>, i64, i64)> =
        sqlx::query_as("select fingerprint, first_seq, last_seq from receipts where client = ? and key = ?")
            .bind(receipt.client)
            .bind(&receipt.key)
            .fetch_optional(&mut *db)
            .await?;
    let Some((fingerprint, first, last)) = row else { return Ok(None) };
    if fingerprint != receipt.fingerprint {
        return Ok(Some(Done::Other));
    }
    let count = u32::try_from(last - first + 1).unwrap_or(u32::MAX);
    let before = Seq(first.unsigned_abs().saturating_sub(1));
    Ok(Some(Done::Same(events::after(db, before, count).await?)))
}

/// What was recorded under a key of one conversation, before its events go.
pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from receipts where first_seq in (select seq from events where conversation_id = ?)")
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}
