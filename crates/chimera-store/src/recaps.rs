//! What stands in prompts for the talk before their window.

use chimera_core::{ConversationId, ModelRef, Seq, Summary, SummaryId, Timestamp};
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::events::number;

pub(crate) async fn insert(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    summary: &Summary,
    seq: Seq,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into summaries (id, conversation_id, through, extends, text, model, attempt, written_at, written_seq)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(*summary.id.as_uuid())
    .bind(*conversation.as_uuid())
    .bind(*summary.through.as_uuid())
    .bind(summary.extends.map(|before| *before.as_uuid()))
    .bind(&summary.text)
    .bind(Json(&summary.model))
    .bind(*summary.attempt.as_uuid())
    .bind(summary.written_at.as_millis())
    .bind(number(seq))
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn edit(db: &mut SqliteConnection, id: SummaryId, text: &str) -> sqlx::Result<()> {
    let edited = sqlx::query("update summaries set text = ?, edited = 1 where id = ?")
        .bind(text)
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    if edited.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

pub(crate) async fn remove(db: &mut SqliteConnection, id: SummaryId) -> sqlx::Result<()> {
    sqlx::query("delete from summaries where id = ?").bind(*id.as_uuid()).execute(db).await?;
    Ok(())
}

/// In the order they were written, those of all branches.
pub(crate) async fn of_conversation(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Vec<Summary>> {
    let rows: Vec<Row> = sqlx::query_as("select * from summaries where conversation_id = ? order by written_seq")
        .bind(*conversation.as_uuid())
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(Summary::from).collect())
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from summaries where conversation_id = ?").bind(*conversation.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from summaries").execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    through: Uuid,
    extends: Option<Uuid>,
    text: String,
    edited: bool,
    model: Json<ModelRef>,
    attempt: Uuid,
    written_at: i64,
}

impl From<Row> for Summary {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            through: row.through.into(),
            extends: row.extends.map(SummaryId::from),
            text: row.text,
            edited: row.edited,
            model: row.model.0,
            attempt: row.attempt.into(),
            written_at: Timestamp::from_millis(row.written_at),
        }
    }
}
