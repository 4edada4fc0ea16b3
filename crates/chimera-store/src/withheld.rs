//! Words that nobody is shown before their round is over. They are of no event until then.

use chimera_core::{ConversationId, Share, TurnId, Withheld};
use sqlx::SqliteConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Keeps the words so far. Does nothing for a turn that has ended: words that come late must not stay behind.
pub(crate) async fn put(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    withheld: &Withheld,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into withheld (turn_id, text, shares)
         select id, ?, ? from turns where id = ? and conversation_id = ? and outcome is null
         on conflict (turn_id) do update set text = excluded.text, shares = excluded.shares",
    )
    .bind(&withheld.text)
    .bind(Json(&withheld.shares))
    .bind(*withheld.turn.as_uuid())
    .bind(*conversation.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn remove(db: &mut SqliteConnection, turn: TurnId) -> sqlx::Result<()> {
    sqlx::query("delete from withheld where turn_id = ?").bind(*turn.as_uuid()).execute(db).await?;
    Ok(())
}

/// Of the conversation's open turns, in their order.
pub(crate) async fn of_conversation(db: &mut SqliteConnection, conversation: Uuid) -> sqlx::Result<Vec<Withheld>> {
    let rows: Vec<(Uuid, String, Json<Vec<Share>>)> = sqlx::query_as(
        "select withheld.turn_id, withheld.text, withheld.shares
         from turns join withheld on withheld.turn_id = turns.id
         where turns.conversation_id = ? and turns.outcome is null order by turns.started_seq",
    )
    .bind(conversation)
    .fetch_all(db)
    .await?;
    let withheld =
        |(turn, text, Json(shares)): (Uuid, String, Json<Vec<Share>>)| Withheld { turn: turn.into(), text, shares };
    Ok(rows.into_iter().map(withheld).collect())
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from withheld where turn_id in (select id from turns where conversation_id = ?)")
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}
