use chimera_core::{ConversationId, ModelRef, Participant, ParticipantId, PersonaRef, Sampling};
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

pub(crate) async fn insert(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    seat: u32,
    participant: &Participant,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into participants
             (id, conversation_id, seat, name, hue, persona, instructions, talkativeness, route, sampling, muted)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(*participant.id.as_uuid())
    .bind(*conversation.as_uuid())
    .bind(seat)
    .bind(&participant.name)
    .bind(participant.hue)
    .bind(participant.persona.as_ref().map(Json))
    .bind(&participant.instructions)
    .bind(participant.talkativeness)
    .bind(Json(&participant.route))
    .bind(Json(&participant.sampling))
    .bind(participant.muted)
    .execute(db)
    .await?;
    Ok(())
}

/// Fails when nobody of that id sits in the conversation.
pub(crate) async fn set_muted(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: ParticipantId,
    muted: bool,
) -> sqlx::Result<()> {
    let changed = sqlx::query("update participants set muted = ? where id = ? and conversation_id = ?")
        .bind(muted)
        .bind(*id.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Who sits at the table, in the seated order.
pub(crate) async fn of_conversation(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Vec<Participant>> {
    all(db, conversation, "select * from participants where conversation_id = ? and seat >= 0 order by seat").await
}

/// Who has left it, in the order in which they did.
pub(crate) async fn left(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<Vec<Participant>> {
    all(db, conversation, "select * from participants where conversation_id = ? and seat < 0 order by seat desc").await
}

async fn all(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    query: &'static str,
) -> sqlx::Result<Vec<Participant>> {
    let rows = sqlx::query_as::<_, Row>(query).bind(*conversation.as_uuid()).fetch_all(db).await?;
    Ok(rows.into_iter().map(Participant::from).collect())
}

pub(crate) async fn name(db: &mut SqliteConnection, id: ParticipantId) -> sqlx::Result<String> {
    sqlx::query_scalar("select name from participants where id = ?").bind(*id.as_uuid()).fetch_one(db).await
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from participants where conversation_id = ?").bind(*conversation.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from participants").execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    hue: u16,
    persona: Option<Json<PersonaRef>>,
    instructions: String,
    talkativeness: f32,
    route: Json<Vec<ModelRef>>,
    sampling: Json<Sampling>,
    muted: bool,
}

impl From<Row> for Participant {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            hue: row.hue,
            persona: row.persona.map(|Json(persona)| persona),
            instructions: row.instructions,
            talkativeness: row.talkativeness,
            route: row.route.0,
            sampling: row.sampling.0,
            muted: row.muted,
        }
    }
}
