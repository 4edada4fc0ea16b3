use chimera_core::{
    BranchId, ConversationChange, ConversationId, ConversationState, EndRules, EventKind, FallbackRules,
    LONGEST_GAP_MS, MessageId, Moderator, Policy, Seq, StateReason, SummaryRules, Timestamp, TurnId, may_follow_a_gap,
};
use sqlx::types::Json;
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::events::number;
use crate::word::Word;

/// What a conversation is made of when it begins.
pub(crate) struct NewRow<'a> {
    pub id: ConversationId,
    pub title: &'a str,
    pub topic: &'a str,
    pub policy: Policy,
    pub end: &'a EndRules,
    pub fallback: FallbackRules,
    pub seed: u32,
    pub stall_after_s: Option<u32>,
    pub moderator: Option<&'a Moderator>,
    pub summary: &'a SummaryRules,
    pub at: Timestamp,
    pub seq: Seq,
}

pub(crate) async fn insert(db: &mut SqliteConnection, new: NewRow<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "insert into conversations
             (id, branch, title, topic, state, policy, end_rules, fallback, seed, stall_after_s, moderator,
              summary, created_at, updated_at, updated_seq)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(*new.id.as_uuid())
    .bind(*BranchId::first_of(new.id).as_uuid())
    .bind(new.title)
    .bind(new.topic)
    .bind(Word(ConversationState::Draft))
    .bind(Word(new.policy))
    .bind(Json(new.end))
    .bind(Json(new.fallback))
    .bind(new.seed)
    .bind(new.stall_after_s)
    .bind(new.moderator.map(Json))
    // What is usual is what older versions wrote: nothing.
    .bind(Some(new.summary).filter(|rules| **rules != SummaryRules::default()).map(Json))
    .bind(new.at.as_millis())
    .bind(new.at.as_millis())
    .bind(number(new.seq))
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that something happened in it, and how long it ran until then; fails when there is no such conversation.
pub(crate) async fn touch(
    db: &mut SqliteConnection,
    id: ConversationId,
    event: &EventKind,
    at: Timestamp,
    seq: Seq,
) -> sqlx::Result<()> {
    let longest = if may_follow_a_gap(event) { 0 } else { LONGEST_GAP_MS };
    let touched = sqlx::query(
        "update conversations
         set ran_ms = ran_ms + iif(state = 'running', max(0, min(? - updated_at, ?)), 0), updated_at = ?, updated_seq = ?
         where id = ?",
    )
    .bind(at.as_millis())
    .bind(longest)
    .bind(at.as_millis())
    .bind(number(seq))
    .bind(*id.as_uuid())
    .execute(db)
    .await?;
    if touched.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

pub(crate) async fn rename(db: &mut SqliteConnection, id: ConversationId, title: &str) -> sqlx::Result<()> {
    sqlx::query("update conversations set title = ? where id = ?").bind(title).bind(*id.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn set_archived(db: &mut SqliteConnection, id: ConversationId, archived: bool) -> sqlx::Result<()> {
    sqlx::query("update conversations set archived = ? where id = ?")
        .bind(archived)
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn set_trashed(db: &mut SqliteConnection, id: ConversationId, trashed: bool) -> sqlx::Result<()> {
    sqlx::query("update conversations set trashed = ? where id = ?")
        .bind(trashed)
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// Whether it lies in the trash; nothing when there is no such conversation.
pub(crate) async fn is_trashed(db: &mut SqliteConnection, id: ConversationId) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar("select trashed from conversations where id = ?").bind(*id.as_uuid()).fetch_optional(db).await
}

/// All that lie in the trash.
pub(crate) async fn trashed(db: &mut SqliteConnection) -> sqlx::Result<Vec<ConversationId>> {
    let rows: Vec<Uuid> =
        sqlx::query_scalar("select id from conversations where trashed = 1 order by updated_seq").fetch_all(db).await?;
    Ok(rows.into_iter().map(ConversationId::from).collect())
}

/// Writes what is new and leaves the rest.
pub(crate) async fn change(
    db: &mut SqliteConnection,
    id: ConversationId,
    change: &ConversationChange,
) -> sqlx::Result<()> {
    let mut query = QueryBuilder::<Sqlite>::new("update conversations set id = id");
    if let Some(policy) = change.policy {
        query.push(", policy = ").push_bind(Word(policy));
    }
    if let Some(end) = &change.end {
        query.push(", end_rules = ").push_bind(Json(end));
    }
    if let Some(fallback) = change.fallback {
        query.push(", fallback = ").push_bind(Json(fallback));
    }
    if let Some(seconds) = change.stall_after_s {
        query.push(", stall_after_s = ").push_bind(Some(seconds).filter(|seconds| *seconds > 0));
    }
    if let Some(moderator) = &change.moderator {
        query.push(", moderator = ").push_bind(Json(moderator));
    }
    if let Some(summary) = &change.summary {
        query.push(", summary_failure = null, summary = ").push_bind(Json(summary));
    }
    query.push(" where id = ").push_bind(*id.as_uuid());
    query.build().execute(db).await?;
    Ok(())
}

/// Enters a state; what the end rules count begins anew with a new start. An alternative is none.
pub(crate) async fn set_state(
    db: &mut SqliteConnection,
    id: ConversationId,
    state: ConversationState,
    reason: &StateReason,
) -> sqlx::Result<()> {
    if state == ConversationState::Running {
        if *reason != StateReason::Regenerating {
            sqlx::query(
                "update conversations set turns = 0, ran_ms = 0 where id = ? and state in ('draft', 'completed')",
            )
            .bind(*id.as_uuid())
            .execute(&mut *db)
            .await?;
        }
        has_user(db, id).await?;
    }
    sqlx::query("update conversations set state = ?, reason = ? where id = ?")
        .bind(Word(state))
        .bind(Json(reason))
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// A turn with words has ended.
pub(crate) async fn count_turn(db: &mut SqliteConnection, id: ConversationId) -> sqlx::Result<()> {
    sqlx::query("update conversations set turns = turns + 1, turns_without_user = turns_without_user + 1 where id = ?")
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// The user has said something or led the conversation.
pub(crate) async fn has_user(db: &mut SqliteConnection, id: ConversationId) -> sqlx::Result<()> {
    sqlx::query("update conversations set turns_without_user = 0 where id = ?").bind(*id.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn set_last_turn(db: &mut SqliteConnection, id: ConversationId, turn: TurnId) -> sqlx::Result<()> {
    sqlx::query("update conversations set last_turn = ? where id = ?")
        .bind(*turn.as_uuid())
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// The newest message becomes the end of the current branch.
pub(crate) async fn add_message(db: &mut SqliteConnection, id: ConversationId, message: MessageId) -> sqlx::Result<()> {
    sqlx::query("update conversations set head = ?, messages = (select depth from messages where id = ?) where id = ?")
        .bind(*message.as_uuid())
        .bind(*message.as_uuid())
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// Goes on with another branch; fails when the conversation has no such branch.
pub(crate) async fn set_branch(db: &mut SqliteConnection, id: ConversationId, branch: BranchId) -> sqlx::Result<()> {
    let switched = sqlx::query(
        "update conversations set branch = branches.id, head = branches.head, messages = coalesce(messages.depth, 0)
         from branches left join messages on messages.id = branches.head
         where conversations.id = ? and branches.id = ? and branches.conversation_id = conversations.id",
    )
    .bind(*id.as_uuid())
    .bind(*branch.as_uuid())
    .execute(db)
    .await?;
    if switched.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Something new was done that can be undone: what was undone before cannot be done again.
pub(crate) async fn count_act(db: &mut SqliteConnection, id: ConversationId) -> sqlx::Result<()> {
    sqlx::query("update conversations set undoable = undoable + 1, redoable = 0 where id = ?")
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// Something was undone (-1) or done again (1).
pub(crate) async fn move_act(db: &mut SqliteConnection, id: ConversationId, step: i32) -> sqlx::Result<()> {
    sqlx::query("update conversations set undoable = undoable + ?, redoable = redoable - ? where id = ?")
        .bind(step)
        .bind(step)
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// So many acts count for nothing any more.
pub(crate) async fn forget_acts(db: &mut SqliteConnection, id: ConversationId, acts: u32) -> sqlx::Result<()> {
    sqlx::query("update conversations set undoable = undoable - ?, redoable = 0 where id = ?")
        .bind(acts)
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn set_preview(
    db: &mut SqliteConnection,
    id: ConversationId,
    preview: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query("update conversations set preview = ? where id = ?")
        .bind(preview)
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// Why the newest summary was not made, or that there is no such reason any more.
pub(crate) async fn set_summary_failure(
    db: &mut SqliteConnection,
    id: ConversationId,
    failure: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query("update conversations set summary_failure = ? where id = ?")
        .bind(failure)
        .bind(*id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn get(db: &mut SqliteConnection, id: ConversationId) -> sqlx::Result<Option<Row>> {
    sqlx::query_as("select * from conversations where id = ?").bind(*id.as_uuid()).fetch_optional(db).await
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from conversations").execute(db).await?;
    Ok(())
}

/// Only when nothing leans on it any more.
pub(crate) async fn remove(db: &mut SqliteConnection, id: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from conversations where id = ?").bind(*id.as_uuid()).execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
pub(crate) struct Row {
    pub title: String,
    pub topic: String,
    pub state: Word<ConversationState>,
    pub reason: Option<Json<StateReason>>,
    pub policy: Word<Policy>,
    pub end_rules: Json<EndRules>,
    pub fallback: Json<FallbackRules>,
    pub seed: u32,
    pub stall_after_s: Option<u32>,
    pub moderator: Option<Json<Moderator>>,
    /// None when it is as usual.
    pub summary: Option<Json<SummaryRules>>,
    pub summary_failure: Option<String>,
    pub branch: Uuid,
    pub undoable: u32,
    pub redoable: u32,
    pub last_turn: Option<Uuid>,
    pub turns: u32,
    pub turns_without_user: u32,
    pub ran_ms: u32,
    pub archived: bool,
    pub trashed: bool,
    pub created_at: i64,
    pub updated_at: i64,
}
