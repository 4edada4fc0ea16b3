use std::collections::HashMap;

use chimera_core::{Choice, ConversationId, ParticipantId, Seq, Timestamp, TurnId, TurnOutcome};
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::events::number;
use crate::word::Word;

pub(crate) struct NewRow<'a> {
    pub id: TurnId,
    pub conversation: ConversationId,
    pub participant: ParticipantId,
    pub number: u32,
    pub choice: &'a Choice,
    pub at: Timestamp,
    pub seq: Seq,
}

pub(crate) async fn insert(db: &mut SqliteConnection, new: NewRow<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "insert into turns (id, conversation_id, participant_id, number, choice, started_at, started_seq)
         values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(*new.id.as_uuid())
    .bind(*new.conversation.as_uuid())
    .bind(*new.participant.as_uuid())
    .bind(new.number)
    .bind(Json(new.choice))
    .bind(new.at.as_millis())
    .bind(number(new.seq))
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn end(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: TurnId,
    outcome: TurnOutcome,
    at: Timestamp,
) -> sqlx::Result<()> {
    let ended = sqlx::query("update turns set outcome = ?, ended_at = ? where id = ? and conversation_id = ?")
        .bind(Word(outcome))
        .bind(at.as_millis())
        .bind(*id.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    if ended.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

pub(crate) async fn get(db: &mut SqliteConnection, id: Uuid) -> sqlx::Result<Row> {
    sqlx::query_as("select * from turns where id = ?").bind(id).fetch_one(db).await
}

/// Why each speaker was chosen.
pub(crate) async fn choices(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<HashMap<TurnId, Choice>> {
    let rows: Vec<(Uuid, Json<Choice>)> = sqlx::query_as("select id, choice from turns where conversation_id = ?")
        .bind(*conversation.as_uuid())
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, Json(choice))| (id.into(), choice)).collect())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from turns").execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
pub(crate) struct Row {
    pub id: Uuid,
    pub participant_id: Uuid,
    pub number: u32,
    pub choice: Json<Choice>,
    pub outcome: Option<Word<TurnOutcome>>,
}
