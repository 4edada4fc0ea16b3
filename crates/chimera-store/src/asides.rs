//! Attempts that were not asked to take a turn: who should, and what was said before. They are booked apart.

use chimera_core::{Attempt, AttemptId, ConversationId, Seq};
use sqlx::SqliteConnection;
use sqlx::types::Json;

use crate::attempts::End;
use crate::events::number;

pub(crate) async fn insert(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    attempt: &Attempt,
    seq: Seq,
) -> sqlx::Result<()> {
    sqlx::query("insert into asides (id, conversation_id, turn_id, attempt, started_seq) values (?, ?, ?, ?, ?)")
        .bind(*attempt.id.as_uuid())
        .bind(*conversation.as_uuid())
        .bind(*attempt.turn.as_uuid())
        .bind(Json(attempt))
        .bind(number(seq))
        .execute(db)
        .await?;
    Ok(())
}

/// Whether there was one of this id: it has an end now.
pub(crate) async fn end(db: &mut SqliteConnection, id: AttemptId, end: &End<'_>) -> sqlx::Result<bool> {
    change(db, id, |begun| Attempt {
        outcome: Some(end.outcome.clone()),
        queued: false,
        answered_by: end.answered_by.map(str::to_owned),
        timings: end.timings,
        usage: end.usage,
        cost: end.cost,
        raw: end.raw.map(str::to_owned),
        repairs: end.repairs.to_vec(),
        status: end.status,
        request_id: end.request_id.map(str::to_owned),
        ..begun
    })
    .await
}

/// Whether there was one of this id: it waits in line, or does so no more.
pub(crate) async fn set_queued(db: &mut SqliteConnection, id: AttemptId, queued: bool) -> sqlx::Result<bool> {
    change(db, id, |begun| Attempt { queued, ..begun }).await
}

/// Whether there was one of this id: it has thought so much aloud.
pub(crate) async fn set_thought(db: &mut SqliteConnection, id: AttemptId, chars: u32) -> sqlx::Result<bool> {
    change(db, id, |begun| Attempt { thought_chars: Some(chars), ..begun }).await
}

async fn change(
    db: &mut SqliteConnection,
    id: AttemptId,
    change: impl FnOnce(Attempt) -> Attempt,
) -> sqlx::Result<bool> {
    let found: Option<Json<Attempt>> = sqlx::query_scalar("select attempt from asides where id = ?")
        .bind(*id.as_uuid())
        .fetch_optional(&mut *db)
        .await?;
    let Some(Json(begun)) = found else { return Ok(false) };
    sqlx::query("update asides set attempt = ? where id = ?")
        .bind(Json(change(begun)))
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(true)
}

/// In the order they were made.
pub(crate) async fn of_conversation(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Vec<Attempt>> {
    let rows: Vec<Json<Attempt>> =
        sqlx::query_scalar("select attempt from asides where conversation_id = ? order by started_seq")
            .bind(*conversation.as_uuid())
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|Json(attempt)| attempt).collect())
}

/// Those of a turn that has not begun, in the order they were made.
pub(crate) async fn since_last_turn(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Vec<Attempt>> {
    let rows: Vec<Json<Attempt>> = sqlx::query_scalar(
        "select attempt from asides
         where conversation_id = ?1
           and started_seq > coalesce((select turns.started_seq from conversations
                                       join turns on turns.id = conversations.last_turn
                                       where conversations.id = ?1), 0)
         order by started_seq",
    )
    .bind(*conversation.as_uuid())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|Json(attempt)| attempt).collect())
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from asides where conversation_id = ?").bind(*conversation.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from asides").execute(db).await?;
    Ok(())
}
