use chimera_core::{BranchId, BranchReason, BranchView, ConversationId, MessageId, Seq, Timestamp};
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::events::number;

pub(crate) struct NewRow<'a> {
    pub id: BranchId,
    pub conversation: ConversationId,
    pub name: &'a str,
    pub from: Option<MessageId>,
    pub why: BranchReason,
    pub at: Timestamp,
    pub seq: Seq,
}

pub(crate) async fn insert(db: &mut SqliteConnection, new: NewRow<'_>) -> sqlx::Result<()> {
    let from = new.from.map(|id| *id.as_uuid());
    sqlx::query(
        "insert into branches (id, conversation_id, name, head, origin, why, created_at, created_seq)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(*new.id.as_uuid())
    .bind(*new.conversation.as_uuid())
    .bind(new.name)
    .bind(from)
    .bind(from)
    .bind(Json(new.why))
    .bind(new.at.as_millis())
    .bind(number(new.seq))
    .execute(db)
    .await?;
    Ok(())
}

/// The newest message becomes the end of the branch that the conversation is on.
pub(crate) async fn set_head(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    head: MessageId,
) -> sqlx::Result<()> {
    sqlx::query("update branches set head = ? where id = (select branch from conversations where id = ?)")
        .bind(*head.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// Fails when the conversation has no such branch.
pub(crate) async fn rename(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: BranchId,
    name: &str,
) -> sqlx::Result<()> {
    let renamed = sqlx::query("update branches set name = ? where id = ? and conversation_id = ?")
        .bind(name)
        .bind(*id.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    if renamed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

pub(crate) async fn remove(db: &mut SqliteConnection, conversation: ConversationId, id: BranchId) -> sqlx::Result<()> {
    let removed = sqlx::query("delete from branches where id = ? and conversation_id = ?")
        .bind(*id.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    if removed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// In the order they were made.
pub(crate) async fn of_conversation(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Vec<BranchView>> {
    let rows = sqlx::query_as::<_, Row>(
        "select branches.*, coalesce(messages.depth, 0) as messages, branches.id = conversations.branch as current
         from branches
         join conversations on conversations.id = branches.conversation_id
         left join messages on messages.id = branches.head
         where branches.conversation_id = ? order by branches.created_seq",
    )
    .bind(*conversation.as_uuid())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(BranchView::from).collect())
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from branches where conversation_id = ?").bind(*conversation.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from branches").execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    head: Option<Uuid>,
    origin: Option<Uuid>,
    why: Json<BranchReason>,
    messages: u32,
    current: bool,
    created_at: i64,
}

impl From<Row> for BranchView {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            head: row.head.map(MessageId::from),
            from: row.origin.map(MessageId::from),
            why: row.why.0,
            messages: row.messages,
            current: row.current,
            created_at: Timestamp::from_millis(row.created_at),
        }
    }
}
