//! What an event does to the tables: the only place that knows.
//!
//! [`apply`] runs in the transaction that writes the event, and again for every event of the log when the tables are
//! rebuilt. It must give the same rows both times, so it reads nothing but the event and the tables below: no clock,
//! no checkpoint, no token.

mod library;
mod preview;
mod providers;
mod summed;
mod tree;

use chimera_core::{
    Attempt, AttemptId, AttemptPurpose, Author, BranchId, BranchReason, ConversationId, Event, EventKind, Finish,
    ImageRef, InterruptCause, MessageId, MessageStatus, ModelRef, Participant, ParticipantId, Reserve, Seq, Timestamp,
    Timings, Topic, TurnId,
};
use sqlx::SqliteConnection;

use preview::{in_words, preview};

use crate::{
    asides, attempts, branches, casts, checkpoints, connections, conversations, messages, participants, recaps, seats,
    turns, versions, withheld,
};

/// What a conversation's first branch is called until somebody renames it.
const FIRST_BRANCH: &str = "Main";

/// Empties every derived table, those first that lean on others.
pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    attempts::clear(db).await?;
    recaps::clear(db).await?;
    asides::clear(db).await?;
    versions::clear(db).await?;
    branches::clear(db).await?;
    messages::clear(db).await?;
    turns::clear(db).await?;
    participants::clear(db).await?;
    conversations::clear(db).await?;
    casts::clear(db).await?;
    connections::clear(db).await
}

/// Takes one conversation out of every table, those first that lean on others.
async fn remove(db: &mut SqliteConnection, id: ConversationId) -> sqlx::Result<()> {
    checkpoints::remove_of(db, id).await?;
    withheld::remove_of(db, id).await?;
    attempts::remove_of(db, id).await?;
    recaps::remove_of(db, id).await?;
    asides::remove_of(db, id).await?;
    versions::remove_of(db, id).await?;
    branches::remove_of(db, id).await?;
    messages::remove_of(db, id).await?;
    turns::remove_of(db, id).await?;
    participants::remove_of(db, id).await?;
    conversations::remove(db, id).await
}

pub(crate) async fn apply(db: &mut SqliteConnection, event: &Event) -> sqlx::Result<()> {
    match event.topic {
        Topic::Conversation(id) => apply_to_conversation(db, id, event).await,
        Topic::Providers => providers::apply(db, event).await,
        Topic::Library => library::apply(db, event).await,
    }
}

async fn apply_to_conversation(db: &mut SqliteConnection, id: ConversationId, event: &Event) -> sqlx::Result<()> {
    let (at, seq) = (event.ts, event.seq);
    if !matches!(event.kind, EventKind::ConversationCreated { .. }) {
        conversations::touch(db, id, &event.kind, at, seq).await?;
    }
    match &event.kind {
        EventKind::ConversationCreated {
            title,
            topic,
            participants,
            policy,
            end,
            fallback,
            seed,
            stall_after_s,
            moderator,
            summary,
        } => {
            let moderator = moderator.as_ref();
            let (policy, fallback, seed, stall_after_s) = (*policy, *fallback, *seed, *stall_after_s);
            let new = conversations::NewRow {
                id,
                title,
                topic,
                policy,
                end,
                fallback,
                seed,
                stall_after_s,
                moderator,
                summary,
                at,
                seq,
            };
            conversations::insert(db, new).await?;
            branches::insert(db, first_branch(id, at, seq)).await?;
            seat(db, id, participants).await
        }
        EventKind::ConversationRenamed { title } => conversations::rename(db, id, title).await,
        EventKind::ConversationArchived {} => conversations::set_archived(db, id, true).await,
        EventKind::ConversationUnarchived {} => conversations::set_archived(db, id, false).await,
        EventKind::ConversationTrashed {} => conversations::set_trashed(db, id, true).await,
        EventKind::ConversationRestored {} => conversations::set_trashed(db, id, false).await,
        EventKind::ConversationChanged(change) => conversations::change(db, id, change).await,
        EventKind::ConversationStateChanged { state, reason } => conversations::set_state(db, id, *state, reason).await,
        // The reason of the end says it once more.
        EventKind::ConversationClosing { .. } => Ok(()),
        // Who was nudged is a matter of the next turn, which says so.
        EventKind::ParticipantNudged { .. } => conversations::has_user(db, id).await,
        EventKind::ParticipantMuted { participant } => participants::set_muted(db, id, *participant, true).await,
        EventKind::ParticipantUnmuted { participant } => participants::set_muted(db, id, *participant, false).await,
        EventKind::ParticipantJoined { participant, seat } => seats::join(db, id, participant, *seat).await,
        EventKind::ParticipantLeft { participant } => seats::leave(db, id, *participant).await,
        EventKind::ParticipantChanged { participant, change } => seats::change(db, id, *participant, change).await,
        EventKind::ParticipantsReordered { order } => seats::reorder(db, id, order).await,
        EventKind::TurnStarted { turn, participant, number, choice, route: _, round } => {
            let (participant, number, round) = (*participant, *number, *round);
            let new = turns::NewRow { id: *turn, conversation: id, participant, number, choice, round, at, seq };
            turns::insert(db, new).await?;
            conversations::set_last_turn(db, id, *turn).await
        }
        EventKind::AttemptStarted { attempt, turn, number, model, purpose, reserved, .. } if !purpose.is_speak() => {
            asides::insert(db, id, &aside(*attempt, *purpose, *turn, *number, model, *reserved, at), seq).await
        }
        EventKind::AttemptStarted { attempt, turn, number, model, retry, reserved, .. } => {
            let (number, retry, reserved) = (*number, *retry, *reserved);
            let new = attempts::NewRow { id: *attempt, turn: *turn, number, retry, model, reserved, at, seq };
            attempts::insert(db, new).await
        }
        EventKind::AttemptQueued { attempt, .. } => set_queued(db, *attempt, true).await,
        EventKind::AttemptAdmitted { attempt, .. } => set_queued(db, *attempt, false).await,
        EventKind::AttemptEnded {
            attempt,
            turn,
            outcome,
            answered_by,
            timings,
            usage,
            cost,
            raw,
            repairs,
            status,
            request_id,
        } => {
            let (timings, usage, cost, raw, status) = (*timings, *usage, *cost, raw.as_deref(), *status);
            let (answered_by, request_id) = (answered_by.as_deref(), request_id.as_deref());
            let end = attempts::End { outcome, answered_by, timings, usage, cost, raw, repairs, status, request_id };
            if asides::end(db, *attempt, &end).await? {
                return Ok(());
            }
            attempts::end(db, *attempt, *turn, end).await
        }
        EventKind::AttemptThinking { attempt, .. } => set_thought(db, *attempt, 0).await,
        EventKind::AttemptThought { attempt, thoughts, .. } => {
            set_thought(db, *attempt, u32::try_from(thoughts.chars().count()).unwrap_or(u32::MAX)).await
        }
        EventKind::AttemptRevealed { attempt, turn, raw } => attempts::reveal(db, *attempt, *turn, raw).await,
        // The turns tell which round they are of.
        EventKind::RoundStarted { .. } | EventKind::RoundEnded { .. } => Ok(()),
        // The two attempts around it tell the same story.
        EventKind::FallbackSwitched { .. } => Ok(()),
        EventKind::MessageStarted { message, turn, participant, parent, attempt } => {
            begin_message(db, id, *message, *turn, *participant, *parent, at).await?;
            attempts::begins_message(db, *turn, *attempt).await
        }
        EventKind::MessageTakenOver { message: _, turn, attempt, from_char } => {
            attempts::takes_over(db, *attempt, *turn, *from_char).await
        }
        EventKind::MessageCompleted { message, turn, author, parent, text, finish, audience, images } => {
            let audience = audience.as_deref();
            let (message, turn, author, parent) = (*message, *turn, *author, *parent);
            let said = Said { message, turn, author, parent, text, audience, images, at };
            complete_message(db, id, said, *finish).await
        }
        EventKind::MessageInterrupted { message, turn: _, text, cause } => {
            interrupt_message(db, id, *message, text, cause, at).await
        }
        EventKind::MessageEdited { .. }
        | EventKind::MessageDeleted { .. }
        | EventKind::MessageRestored { .. }
        | EventKind::BranchCreated { .. }
        | EventKind::BranchSwitched { .. }
        | EventKind::BranchRemoved { .. }
        | EventKind::MessageMoved { .. }
        | EventKind::BranchRenamed { .. } => tree::apply(db, id, event).await,
        EventKind::MessagePinned { message } => messages::set_pinned(db, id, *message, true).await,
        EventKind::MessageUnpinned { message } => messages::set_pinned(db, id, *message, false).await,
        EventKind::SummaryWritten { .. }
        | EventKind::SummaryEdited { .. }
        | EventKind::SummaryOutdated { .. }
        | EventKind::SummaryFailed { .. } => summed::apply(db, id, event).await,
        EventKind::TurnEnded { turn, outcome } => {
            withheld::remove(db, *turn).await?;
            turns::end(db, id, *turn, *outcome, at).await?;
            if outcome.has_words() { conversations::count_turn(db, id).await } else { Ok(()) }
        }
        EventKind::ConnectionAdded { .. }
        | EventKind::ConnectionChanged { .. }
        | EventKind::ConnectionRemoved { .. }
        | EventKind::ModelFactsSet { .. }
        | EventKind::ModelFactsCleared { .. }
        | EventKind::ProviderHealthChanged(_)
        | EventKind::CastSaved { .. }
        | EventKind::CastChanged { .. }
        | EventKind::CastDeleted { .. }
        | EventKind::CastRestored { .. }
        | EventKind::ConversationDeleted { .. } => Err(sqlx::Error::RowNotFound),
    }
}

async fn set_queued(db: &mut SqliteConnection, attempt: AttemptId, queued: bool) -> sqlx::Result<()> {
    if asides::set_queued(db, attempt, queued).await? {
        Ok(())
    } else {
        attempts::set_queued(db, attempt, queued).await
    }
}

async fn set_thought(db: &mut SqliteConnection, attempt: AttemptId, chars: u32) -> sqlx::Result<()> {
    if asides::set_thought(db, attempt, chars).await? {
        Ok(())
    } else {
        attempts::set_thought(db, attempt, chars).await
    }
}

fn first_branch(conversation: ConversationId, at: Timestamp, seq: Seq) -> branches::NewRow<'static> {
    let (id, why) = (BranchId::first_of(conversation), BranchReason::First);
    branches::NewRow { id, conversation, name: FIRST_BRANCH, from: None, why, at, seq }
}

fn aside(
    id: AttemptId,
    purpose: AttemptPurpose,
    turn: TurnId,
    number: u32,
    model: &ModelRef,
    reserved: Option<Reserve>,
    started_at: Timestamp,
) -> Attempt {
    Attempt {
        id,
        purpose,
        turn,
        number,
        model: model.clone(),
        answered_by: None,
        outcome: None,
        queued: false,
        timings: Timings::default(),
        usage: None,
        cost: None,
        reserved,
        retry: 0,
        from_char: None,
        raw: None,
        repairs: Vec::new(),
        started_at,
        status: None,
        request_id: None,
        thought_chars: None,
    }
}

async fn seat(db: &mut SqliteConnection, id: ConversationId, participants: &[Participant]) -> sqlx::Result<()> {
    for (seat, participant) in (0..).zip(participants) {
        participants::insert(db, id, seat, participant).await?;
    }
    Ok(())
}

async fn begin_message(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
    turn: TurnId,
    participant: ParticipantId,
    parent: Option<MessageId>,
    at: Timestamp,
) -> sqlx::Result<()> {
    let new = messages::NewRow {
        id: message,
        conversation,
        parent,
        turn: Some(turn),
        author: Author::Participant { participant },
        text: "",
        status: MessageStatus::Streaming,
        finish: None,
        audience: None,
        images: &[],
        started_at: at,
        ended_at: None,
    };
    messages::insert(db, new).await?;
    add_to_branch(db, conversation, message).await
}

async fn add_to_branch(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
) -> sqlx::Result<()> {
    branches::set_head(db, conversation, message).await?;
    conversations::add_message(db, conversation, message).await
}

struct Said<'a> {
    message: MessageId,
    turn: Option<TurnId>,
    author: Author,
    parent: Option<MessageId>,
    text: &'a str,
    audience: Option<&'a [ParticipantId]>,
    images: &'a [ImageRef],
    at: Timestamp,
}

async fn complete_message(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    said: Said<'_>,
    finish: Option<Finish>,
) -> sqlx::Result<()> {
    let status = MessageStatus::Complete;
    let end = messages::End { text: said.text, status, finish, interrupted: None, at: said.at };
    if !messages::end(db, conversation, said.message, end).await? {
        // The user's words were never streamed: they come whole.
        let new = messages::NewRow {
            id: said.message,
            conversation,
            parent: said.parent,
            turn: said.turn,
            author: said.author,
            text: said.text,
            status,
            finish,
            audience: said.audience,
            images: said.images,
            started_at: said.at,
            ended_at: Some(said.at),
        };
        messages::insert(db, new).await?;
        add_to_branch(db, conversation, said.message).await?;
    }
    if said.author == Author::User {
        conversations::has_user(db, conversation).await?;
    }
    checkpoints::remove(db, said.message).await?;
    show_in_list(db, conversation, said.author, &in_words(said.text, said.images)).await
}

async fn interrupt_message(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    message: MessageId,
    text: &str,
    cause: &InterruptCause,
    at: Timestamp,
) -> sqlx::Result<()> {
    let end = messages::End { text, status: MessageStatus::Interrupted, finish: None, interrupted: Some(cause), at };
    if !messages::end(db, conversation, message, end).await? {
        return Err(sqlx::Error::RowNotFound);
    }
    checkpoints::remove(db, message).await?;
    let author = messages::author(db, message).await?;
    show_in_list(db, conversation, author, text).await
}

async fn show_in_list(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    author: Author,
    text: &str,
) -> sqlx::Result<()> {
    let name = match author {
        Author::User => "You".to_owned(),
        Author::Participant { participant } => participants::name(db, participant).await?,
    };
    let preview = preview(&name, text);
    conversations::set_preview(db, conversation, Some(&preview)).await
}
