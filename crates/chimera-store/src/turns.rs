use std::collections::HashMap;

use chimera_core::{Choice, ConversationId, ParticipantId, RoundId, Seq, Timestamp, TurnId, TurnOutcome};
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
    pub round: Option<RoundId>,
    pub at: Timestamp,
    pub seq: Seq,
}

pub(crate) async fn insert(db: &mut SqliteConnection, new: NewRow<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "insert into turns (id, conversation_id, participant_id, number, choice, round, started_at, started_seq, after_id)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                 (select branches.head from conversations join branches on branches.id = conversations.branch
                  where conversations.id = ?2))",
    )
    .bind(*new.id.as_uuid())
    .bind(*new.conversation.as_uuid())
    .bind(*new.participant.as_uuid())
    .bind(new.number)
    .bind(Json(new.choice))
    .bind(new.round.map(|round| *round.as_uuid()))
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

/// Those that have no end, and those that bear the newest turn's round, in their order.
pub(crate) async fn newest(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(
        "select turns.* from turns
         where conversation_id = ?1
           and (outcome is null
                or round = (select turns.round from conversations join turns on turns.id = conversations.last_turn
                            where conversations.id = ?1))
         order by started_seq",
    )
    .bind(*conversation.as_uuid())
    .fetch_all(db)
    .await
}

/// Those that nobody answered for, and those that were skipped in a round, in their order: neither an alternative that never came, however often it was tried,
/// nor one that was tried again.
pub(crate) async fn without_an_answer(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(
        "select * from turns
         where conversation_id = ?1
           and (outcome in ('failed', 'stalled') or (outcome = 'cancelled' and round is not null))
           and coalesce((select json_extract(first.choice, '$.reason') from turns as first
                         where first.conversation_id = ?1 and first.participant_id = turns.participant_id
                           and first.started_seq <= turns.started_seq
                           and json_extract(first.choice, '$.reason') <> 'retried'
                         order by first.started_seq desc limit 1), '') <> 'regenerated'
           and coalesce((select json_extract(later.choice, '$.reason') from turns as later
                         where later.conversation_id = ?1 and later.participant_id = turns.participant_id
                           and later.started_seq > turns.started_seq
                         order by later.started_seq limit 1), '') <> 'retried'
         order by started_seq",
    )
    .bind(*conversation.as_uuid())
    .fetch_all(db)
    .await
}

/// Why each speaker was chosen, and in which round it spoke.
pub(crate) async fn choices(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<HashMap<TurnId, (Choice, Option<RoundId>)>> {
    let rows: Vec<(Uuid, Json<Choice>, Option<Uuid>)> =
        sqlx::query_as("select id, choice, round from turns where conversation_id = ?")
            .bind(*conversation.as_uuid())
            .fetch_all(db)
            .await?;
    let row = |(id, Json(choice), round): (Uuid, Json<Choice>, Option<Uuid>)| {
        (TurnId::from(id), (choice, round.map(RoundId::from)))
    };
    Ok(rows.into_iter().map(row).collect())
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from turns where conversation_id = ?").bind(*conversation.as_uuid()).execute(db).await?;
    Ok(())
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
    pub round: Option<Uuid>,
    pub after_id: Option<Uuid>,
    pub outcome: Option<Word<TurnOutcome>>,
}
