//! The wordings of messages. Only those that were edited have rows here: most never are.

use chimera_core::{ConversationId, MessageId, MessageVersion, Timestamp};
use sqlx::{FromRow, SqliteConnection};

/// Shows another wording, a new one or one of the earlier; fails when the conversation has no such message.
pub(crate) async fn show(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
    version: u32,
    text: &str,
    at: Timestamp,
) -> sqlx::Result<()> {
    keep_the_first(db, message).await?;
    sqlx::query("insert or ignore into versions (message_id, version, text, at) values (?, ?, ?, ?)")
        .bind(*message.as_uuid())
        .bind(version)
        .bind(text)
        .bind(at.as_millis())
        .execute(&mut *db)
        .await?;
    let shown = sqlx::query(
        "update messages set text = ?, version = ?, versions = max(versions, ?) where id = ? and conversation_id = ?",
    )
    .bind(text)
    .bind(version)
    .bind(version)
    .bind(*message.as_uuid())
    .bind(*conversation.as_uuid())
    .execute(db)
    .await?;
    if shown.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

async fn keep_the_first(db: &mut SqliteConnection, message: MessageId) -> sqlx::Result<()> {
    sqlx::query(
        "insert into versions (message_id, version, text, at)
         select id, 1, text, coalesce(ended_at, started_at) from messages where id = ? and versions = 1",
    )
    .bind(*message.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}

/// Every wording, the first first; nothing when the conversation has no such message.
pub(crate) async fn of_message(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
) -> sqlx::Result<Vec<MessageVersion>> {
    let rows = sqlx::query_as::<_, Row>(
        "select coalesce(versions.version, 1) as version, coalesce(versions.text, messages.text) as text,
                coalesce(versions.version, 1) = messages.version as current,
                coalesce(versions.at, messages.ended_at, messages.started_at) as at
         from messages left join versions on versions.message_id = messages.id
         where messages.id = ? and messages.conversation_id = ? order by versions.version",
    )
    .bind(*message.as_uuid())
    .bind(*conversation.as_uuid())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(MessageVersion::from).collect())
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from versions where message_id in (select id from messages where conversation_id = ?)")
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from versions").execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    version: u32,
    text: String,
    current: bool,
    at: i64,
}

impl From<Row> for MessageVersion {
    fn from(row: Row) -> Self {
        Self { version: row.version, text: row.text, current: row.current, at: Timestamp::from_millis(row.at) }
    }
}
