use chimera_core::{ConversationId, MessageId};
use sqlx::SqliteConnection;

/// Keeps the words so far. Does nothing for a message that has ended: words that come late must not bring it back.
pub(crate) async fn put(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
    text: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into checkpoints (message_id, text)
         select id, ? from messages where id = ? and conversation_id = ? and status = 'streaming'
         on conflict (message_id) do update set text = excluded.text",
    )
    .bind(text)
    .bind(*message.as_uuid())
    .bind(*conversation.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}

pub(crate) async fn remove(db: &mut SqliteConnection, message: MessageId) -> sqlx::Result<()> {
    sqlx::query("delete from checkpoints where message_id = ?").bind(*message.as_uuid()).execute(db).await?;
    Ok(())
}
