use chimera_core::{
    Attempt, AttemptId, AttemptOutcome, AttemptPurpose, ConversationId, ModelRef, Money, Repair, Reserve, Seq,
    Timestamp, Timings, TurnId, Usage,
};
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::events::number;

pub(crate) struct NewRow<'a> {
    pub id: AttemptId,
    pub turn: TurnId,
    pub number: u32,
    pub retry: u32,
    pub model: &'a ModelRef,
    pub reserved: Option<Reserve>,
    pub at: Timestamp,
    pub seq: Seq,
}

pub(crate) async fn insert(db: &mut SqliteConnection, new: NewRow<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "insert into attempts (id, turn_id, number, retry, connection, model, reserved, timings, started_at, started_seq)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(*new.id.as_uuid())
    .bind(*new.turn.as_uuid())
    .bind(new.number)
    .bind(new.retry)
    .bind(new.model.connection.as_str())
    .bind(&new.model.model)
    .bind(new.reserved.map(Json))
    .bind(Json(Timings::default()))
    .bind(new.at.as_millis())
    .bind(number(new.seq))
    .execute(db)
    .await?;
    Ok(())
}

/// What an attempt came to.
pub(crate) struct End<'a> {
    pub outcome: &'a AttemptOutcome,
    pub answered_by: Option<&'a str>,
    pub timings: Timings,
    pub usage: Option<Usage>,
    pub cost: Option<Money>,
    pub raw: Option<&'a str>,
    pub repairs: &'a [Repair],
    pub status: Option<u16>,
    pub request_id: Option<&'a str>,
}

pub(crate) async fn end(db: &mut SqliteConnection, id: AttemptId, turn: TurnId, end: End<'_>) -> sqlx::Result<()> {
    let ended = sqlx::query(
        "update attempts set outcome = ?, queued = false, answered_by = ?, timings = ?, usage = ?, cost = ?, raw = ?, repairs = ?,
                status = ?, request_id = ?
         where id = ? and turn_id = ?",
    )
    .bind(Json(end.outcome))
    .bind(end.answered_by)
    .bind(Json(end.timings))
    .bind(end.usage.map(Json))
    .bind(end.cost.map(nanos))
    .bind(end.raw)
    .bind(Json(end.repairs))
    .bind(end.status)
    .bind(end.request_id)
    .bind(*id.as_uuid())
    .bind(*turn.as_uuid())
    .execute(db)
    .await?;
    if ended.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Whether it waits in line.
pub(crate) async fn set_queued(db: &mut SqliteConnection, id: AttemptId, queued: bool) -> sqlx::Result<()> {
    let set =
        sqlx::query("update attempts set queued = ? where id = ?").bind(queued).bind(*id.as_uuid()).execute(db).await?;
    if set.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// How much it has thought aloud.
pub(crate) async fn set_thought(db: &mut SqliteConnection, id: AttemptId, chars: u32) -> sqlx::Result<()> {
    let set = sqlx::query("update attempts set thought_chars = ? where id = ?")
        .bind(chars)
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    if set.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// What it really wrote, which was not told at its end.
pub(crate) async fn reveal(db: &mut SqliteConnection, id: AttemptId, turn: TurnId, raw: &str) -> sqlx::Result<()> {
    let revealed = sqlx::query("update attempts set raw = ? where id = ? and turn_id = ?")
        .bind(raw)
        .bind(*id.as_uuid())
        .bind(*turn.as_uuid())
        .execute(db)
        .await?;
    if revealed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// The words of this attempt, or else of the newest, begin its turn's message.
pub(crate) async fn begins_message(
    db: &mut SqliteConnection,
    turn: TurnId,
    attempt: Option<AttemptId>,
) -> sqlx::Result<()> {
    if let Some(attempt) = attempt {
        return takes_over(db, attempt, turn, 0).await;
    }
    sqlx::query(
        "update attempts set from_char = 0
         where id = (select id from attempts where turn_id = ? order by started_seq desc limit 1)",
    )
    .bind(*turn.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}

/// From this character on the message is this attempt's; whose words stood there has none in it any more.
pub(crate) async fn takes_over(
    db: &mut SqliteConnection,
    id: AttemptId,
    turn: TurnId,
    from_char: u32,
) -> sqlx::Result<()> {
    sqlx::query("update attempts set from_char = null where turn_id = ? and from_char >= ?")
        .bind(*turn.as_uuid())
        .bind(from_char)
        .execute(&mut *db)
        .await?;
    let taken = sqlx::query("update attempts set from_char = ? where id = ? and turn_id = ?")
        .bind(from_char)
        .bind(*id.as_uuid())
        .bind(*turn.as_uuid())
        .execute(db)
        .await?;
    if taken.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Every attempt of every turn, turn by turn, in the order they were made.
pub(crate) async fn of_conversation(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Vec<Attempt>> {
    let rows = sqlx::query_as::<_, Row>(
        "select attempts.* from turns join attempts on attempts.turn_id = turns.id
         where turns.conversation_id = ? order by turns.started_seq, attempts.started_seq",
    )
    .bind(*conversation.as_uuid())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Attempt::try_from).collect()
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from attempts where turn_id in (select id from turns where conversation_id = ?)")
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from attempts").execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    turn_id: Uuid,
    number: u32,
    retry: u32,
    connection: String,
    model: String,
    answered_by: Option<String>,
    outcome: Option<Json<AttemptOutcome>>,
    queued: bool,
    timings: Json<Timings>,
    usage: Option<Json<Usage>>,
    cost: Option<i64>,
    reserved: Option<Json<Reserve>>,
    from_char: Option<u32>,
    raw: Option<String>,
    repairs: Json<Vec<Repair>>,
    started_at: i64,
    status: Option<u16>,
    request_id: Option<String>,
    thought_chars: Option<u32>,
}

impl TryFrom<Row> for Attempt {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let connection = row.connection.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Self {
            id: row.id.into(),
            purpose: AttemptPurpose::Speak,
            turn: row.turn_id.into(),
            number: row.number,
            retry: row.retry,
            model: ModelRef { connection, model: row.model },
            answered_by: row.answered_by,
            outcome: row.outcome.map(|Json(outcome)| outcome),
            queued: row.queued,
            timings: row.timings.0,
            usage: row.usage.map(|Json(usage)| usage),
            cost: row.cost.map(money),
            reserved: row.reserved.map(|Json(reserved)| reserved),
            from_char: row.from_char,
            raw: row.raw,
            repairs: row.repairs.0,
            started_at: Timestamp::from_millis(row.started_at),
            status: row.status,
            request_id: row.request_id,
            thought_chars: row.thought_chars,
        })
    }
}

fn nanos(money: Money) -> i64 {
    i64::try_from(money.nanos()).unwrap_or(i64::MAX)
}

pub(crate) fn money(nanos: i64) -> Money {
    Money::from_nanos(u64::try_from(nanos).unwrap_or(0))
}
