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

/// What stood at this character and behind is struck, in what was kept too: it must not come back after a crash as the
/// words of whoever took over.
pub(crate) async fn cut(db: &mut SqliteConnection, message: MessageId, from_char: u32) -> sqlx::Result<()> {
    sqlx::query("update checkpoints set text = substr(text, 1, ?) where message_id = ?")
        .bind(from_char)
        .bind(*message.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn remove(db: &mut SqliteConnection, message: MessageId) -> sqlx::Result<()> {
    sqlx::query("delete from checkpoints where message_id = ?").bind(*message.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from checkpoints where message_id in (select id from messages where conversation_id = ?)")
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}
