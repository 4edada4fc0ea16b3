//! Who sits where. A negative seat is that of one who has left: its name is still needed for what it said.

use chimera_core::{ConversationId, Participant, ParticipantChange, ParticipantId};
use sqlx::types::Json;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::participants;

/// Above every seat of a table: no two rows may have the same one, not even while they are moved.
const ASIDE: u32 = 1_000;

/// Seats a participant, who may have been here before.
pub(crate) async fn join(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    participant: &Participant,
    seat: u32,
) -> sqlx::Result<()> {
    let mut order = seated(db, conversation).await?;
    order.insert((seat as usize).min(order.len()), *participant.id.as_uuid());
    if came_back(db, conversation, participant).await? {
        change(db, conversation, participant.id, &as_change(participant)).await?;
        participants::set_muted(db, conversation, participant.id, participant.muted).await?;
    } else {
        participants::insert(db, conversation, 2 * ASIDE, participant).await?;
    }
    arrange(db, conversation, &order).await
}

pub(crate) async fn leave(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: ParticipantId,
) -> sqlx::Result<()> {
    let gone = sqlx::query(
        "update participants
         set seat = (select min(0, min(seat)) - 1 from participants where conversation_id = ?)
         where id = ? and conversation_id = ?",
    )
    .bind(*conversation.as_uuid())
    .bind(*id.as_uuid())
    .bind(*conversation.as_uuid())
    .execute(&mut *db)
    .await?;
    if gone.rows_affected() != 1 {
        return Err(sqlx::Error::RowNotFound);
    }
    let order = seated(db, conversation).await?;
    arrange(db, conversation, &order).await
}

pub(crate) async fn reorder(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    order: &[ParticipantId],
) -> sqlx::Result<()> {
    let order: Vec<Uuid> = order.iter().map(|id| *id.as_uuid()).collect();
    arrange(db, conversation, &order).await
}

/// Writes what is new and leaves the rest.
pub(crate) async fn change(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: ParticipantId,
    change: &ParticipantChange,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::<Sqlite>::new("update participants set id = id");
    if let Some(name) = &change.name {
        query.push(", name = ").push_bind(name);
    }
    if let Some(hue) = change.hue {
        query.push(", hue = ").push_bind(hue);
    }
    if let Some(instructions) = &change.instructions {
        query.push(", instructions = ").push_bind(instructions);
    }
    if let Some(talkativeness) = change.talkativeness {
        query.push(", talkativeness = ").push_bind(talkativeness);
    }
    if let Some(route) = &change.route {
        query.push(", route = ").push_bind(Json(route));
    }
    if let Some(sampling) = &change.sampling {
        query.push(", sampling = ").push_bind(Json(sampling));
    }
    query.push(" where id = ").push_bind(*id.as_uuid());
    query.push(" and conversation_id = ").push_bind(*conversation.as_uuid());
    let changed = query.build().execute(db).await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

fn as_change(participant: &Participant) -> ParticipantChange {
    ParticipantChange {
        name: Some(participant.name.clone()),
        hue: Some(participant.hue),
        instructions: Some(participant.instructions.clone()),
        talkativeness: Some(participant.talkativeness),
        route: Some(participant.route.clone()),
        sampling: Some(participant.sampling.clone()),
    }
}

/// Takes a participant who had left from its place outside; whether there was one.
async fn came_back(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    participant: &Participant,
) -> sqlx::Result<bool> {
    let back = sqlx::query("update participants set seat = ?, persona = ? where id = ? and conversation_id = ?")
        .bind(2 * ASIDE)
        .bind(participant.persona.as_ref().map(Json))
        .bind(*participant.id.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    Ok(back.rows_affected() == 1)
}

async fn seated(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar("select id from participants where conversation_id = ? and seat >= 0 order by seat")
        .bind(*conversation.as_uuid())
        .fetch_all(db)
        .await
}

async fn arrange(db: &mut SqliteConnection, conversation: ConversationId, order: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query("update participants set seat = seat + ? where conversation_id = ? and seat >= 0")
        .bind(ASIDE)
        .bind(*conversation.as_uuid())
        .execute(&mut *db)
        .await?;
    for (seat, id) in (0u32..).zip(order) {
        sqlx::query("update participants set seat = ? where id = ? and conversation_id = ?")
            .bind(seat)
            .bind(*id)
            .bind(*conversation.as_uuid())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
