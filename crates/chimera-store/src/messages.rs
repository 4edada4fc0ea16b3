use chimera_core::{
    Attempt, Author, Choice, ConversationId, Finish, ImageRef, InterruptCause, Message, MessageId, MessageStatus, Part,
    ParticipantId, RoundId, Timestamp, TurnId,
};
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::word::Word;

pub(crate) struct NewRow<'a> {
    pub id: MessageId,
    pub conversation: ConversationId,
    pub parent: Option<MessageId>,
    pub turn: Option<TurnId>,
    pub author: Author,
    pub text: &'a str,
    pub status: MessageStatus,
    pub finish: Option<Finish>,
    pub audience: Option<&'a [ParticipantId]>,
    pub images: &'a [ImageRef],
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

pub(crate) async fn insert(db: &mut SqliteConnection, new: NewRow<'_>) -> sqlx::Result<()> {
    let participant = match new.author {
        Author::User => None,
        Author::Participant { participant } => Some(*participant.as_uuid()),
    };
    sqlx::query(
        "insert into messages
             (id, conversation_id, parent_id, turn_id, participant_id, text, status, finish, audience, started_at,
              ended_at, images, depth)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
                 1 + coalesce((select depth from messages where id = ?3), 0))",
    )
    .bind(*new.id.as_uuid())
    .bind(*new.conversation.as_uuid())
    .bind(new.parent.map(|id| *id.as_uuid()))
    .bind(new.turn.map(|id| *id.as_uuid()))
    .bind(participant)
    .bind(new.text)
    .bind(Word(new.status))
    .bind(new.finish.map(Word))
    .bind(new.audience.map(Json))
    .bind(new.started_at.as_millis())
    .bind(new.ended_at.map(Timestamp::as_millis))
    .bind(Some(new.images).filter(|images| !images.is_empty()).map(Json))
    .execute(db)
    .await?;
    Ok(())
}

/// How a message that had begun came to its end.
pub(crate) struct End<'a> {
    pub text: &'a str,
    pub status: MessageStatus,
    pub finish: Option<Finish>,
    pub interrupted: Option<&'a InterruptCause>,
    pub at: Timestamp,
}

/// Whether there was such a message still streaming: a message ends only once.
pub(crate) async fn end(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: MessageId,
    end: End<'_>,
) -> sqlx::Result<bool> {
    let ended = sqlx::query(
        "update messages set text = ?, status = ?, finish = ?, interrupted = ?, ended_at = ?
         where id = ? and conversation_id = ? and status = 'streaming'",
    )
    .bind(end.text)
    .bind(Word(end.status))
    .bind(end.finish.map(Word))
    .bind(end.interrupted.map(Json))
    .bind(end.at.as_millis())
    .bind(*id.as_uuid())
    .bind(*conversation.as_uuid())
    .execute(db)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Fails when there is no such message in the conversation.
pub(crate) async fn set_pinned(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: MessageId,
    pinned: bool,
) -> sqlx::Result<()> {
    let changed = sqlx::query("update messages set pinned = ? where id = ? and conversation_id = ?")
        .bind(pinned)
        .bind(*id.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

pub(crate) async fn author(db: &mut SqliteConnection, id: MessageId) -> sqlx::Result<Author> {
    let participant: Option<Uuid> = sqlx::query_scalar("select participant_id from messages where id = ?")
        .bind(*id.as_uuid())
        .fetch_one(db)
        .await?;
    Ok(author_of(participant))
}

/// From `head` up to the first message, oldest first; an unfinished one with the words of its checkpoint.
pub(crate) async fn of_branch(db: &mut SqliteConnection, head: Uuid) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(
        "with recursive branch (id, parent_id) as (
             select id, parent_id from messages where id = ?
             union all
             select messages.id, messages.parent_id
             from branch join messages on messages.id = branch.parent_id
         )
         select messages.id, messages.parent_id, turn_id, participant_id, coalesce(checkpoints.text, messages.text) as text,
                status, interrupted, finish, audience, images, pinned, started_at, ended_at, version, versions, deleted
         from branch
         join messages on messages.id = branch.id
         left join checkpoints on checkpoints.message_id = branch.id
         order by messages.depth",
    )
    .bind(head)
    .fetch_all(db)
    .await
}

/// Those that do not stand alone at their place of the tree, each with its parent, in the order they were begun.
pub(crate) async fn siblings(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Vec<(Option<Uuid>, Uuid)>> {
    sqlx::query_as(
        "select parent_id, id from (
             select id, parent_id, count(*) over (partition by parent_id) as together
             from messages where conversation_id = ?
         ) where together > 1 order by id",
    )
    .bind(*conversation.as_uuid())
    .fetch_all(db)
    .await
}

/// The message comes after another from now on, and with it all that came after it.
pub(crate) async fn move_behind(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: MessageId,
    parent: MessageId,
) -> sqlx::Result<()> {
    let moved = sqlx::query("update messages set parent_id = ? where id = ? and conversation_id = ?")
        .bind(*parent.as_uuid())
        .bind(*id.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(&mut *db)
        .await?;
    if moved.rows_affected() != 1 {
        return Err(sqlx::Error::RowNotFound);
    }
    sqlx::query(
        "with recursive moved (id, depth) as (
             select message.id, parent.depth + 1
             from messages message join messages parent on parent.id = message.parent_id where message.id = ?
             union all
             select messages.id, moved.depth + 1 from moved join messages on messages.parent_id = moved.id
         )
         update messages set depth = moved.depth from moved where moved.id = messages.id",
    )
    .bind(*id.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}

/// Fails when the conversation has no such message.
pub(crate) async fn set_deleted(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    id: MessageId,
    deleted: bool,
) -> sqlx::Result<()> {
    let changed = sqlx::query("update messages set deleted = ? where id = ? and conversation_id = ?")
        .bind(deleted)
        .bind(*id.as_uuid())
        .bind(*conversation.as_uuid())
        .execute(db)
        .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Who said the newest whole message of the current branch that is not deleted, its text, and what it shows.
pub(crate) async fn newest_shown(
    db: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Option<(Option<ParticipantId>, String, Vec<ImageRef>)>> {
    type Newest = (Option<Uuid>, String, Option<Json<Vec<ImageRef>>>);
    // The way up ends at the first message that is shown: it is not walked to its end.
    let newest: Option<Newest> = sqlx::query_as(
        "with recursive way (id, parent_id, is_shown) as (
             select messages.id, parent_id, deleted = 0 and status <> 'streaming'
             from conversations join messages on messages.id = conversations.head where conversations.id = ?
             union all
             select messages.id, messages.parent_id, messages.deleted = 0 and messages.status <> 'streaming'
             from way join messages on messages.id = way.parent_id where not way.is_shown
         )
         select participant_id, text, images from way join messages on messages.id = way.id where is_shown",
    )
    .bind(*conversation.as_uuid())
    .fetch_optional(db)
    .await?;
    Ok(newest.map(|(participant, text, images)| {
        (participant.map(ParticipantId::from), text, images.map(|Json(images)| images).unwrap_or_default())
    }))
}

pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from messages where conversation_id = ?").bind(*conversation.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from messages").execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
pub(crate) struct Row {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub turn_id: Option<Uuid>,
    participant_id: Option<Uuid>,
    text: String,
    status: Word<MessageStatus>,
    interrupted: Option<Json<InterruptCause>>,
    finish: Option<Word<Finish>>,
    audience: Option<Json<Vec<ParticipantId>>>,
    images: Option<Json<Vec<ImageRef>>>,
    pinned: bool,
    started_at: i64,
    ended_at: Option<i64>,
    version: u32,
    versions: u32,
    deleted: bool,
}

impl Row {
    /// `calls` are all those of its turn, for its words or not.
    pub fn with(
        self,
        calls: Vec<Attempt>,
        chosen: Option<(Choice, Option<RoundId>)>,
        alternatives: Vec<MessageId>,
    ) -> Message {
        let (choice, round) = chosen.map_or((None, None), |(choice, round)| (Some(choice), round));
        let (attempts, asides): (Vec<_>, Vec<_>) = calls.into_iter().partition(|attempt| attempt.purpose.is_speak());
        // What a person wrote over it is nobody's part.
        let parts = if self.version == 1 { Part::of(&attempts, &self.text) } else { Vec::new() };
        Message {
            id: self.id.into(),
            parent: self.parent_id.map(MessageId::from),
            turn: self.turn_id.map(TurnId::from),
            round,
            author: author_of(self.participant_id),
            text: self.text,
            status: self.status.0,
            interrupted: self.interrupted.map(|Json(cause)| cause),
            finish: self.finish.map(|Word(finish)| finish),
            audience: self.audience.map(|Json(audience)| audience),
            images: self.images.map(|Json(images)| images).unwrap_or_default(),
            pinned: self.pinned,
            started_at: Timestamp::from_millis(self.started_at),
            ended_at: self.ended_at.map(Timestamp::from_millis),
            attempts,
            asides,
            choice,
            parts,
            version: self.version,
            versions: self.versions,
            deleted: self.deleted,
            alternatives,
        }
    }
}

fn author_of(participant: Option<Uuid>) -> Author {
    match participant {
        None => Author::User,
        Some(id) => Author::Participant { participant: id.into() },
    }
}
