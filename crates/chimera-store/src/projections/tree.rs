//! What the events about the shape of a conversation do to the tables.

use chimera_core::{ActedBy, BranchId, ConversationId, Event, EventKind};
use sqlx::SqliteConnection;

use super::{in_words, preview};
use crate::{branches, conversations, messages, participants, versions};

/// All other events are none of its business.
pub(super) async fn apply(db: &mut SqliteConnection, id: ConversationId, event: &Event) -> sqlx::Result<()> {
    let (at, seq) = (event.ts, event.seq);
    match &event.kind {
        EventKind::MessageEdited { message, version, text, by } => {
            versions::show(db, id, *message, *version, text, at).await?;
            count(db, id, *by).await?;
        }
        EventKind::MessageDeleted { message, by } => {
            messages::set_deleted(db, id, *message, true).await?;
            count(db, id, *by).await?;
        }
        EventKind::MessageRestored { message, by } => {
            messages::set_deleted(db, id, *message, false).await?;
            count(db, id, *by).await?;
        }
        EventKind::MessageMoved { message, parent, head } => {
            messages::move_behind(db, id, *message, *parent).await?;
            branches::set_head(db, id, *head).await?;
            conversations::add_message(db, id, *head).await?;
        }
        EventKind::BranchCreated { branch, name, from, why, by } => {
            let new = branches::NewRow { id: *branch, conversation: id, name, from: *from, why: *why, at, seq };
            branches::insert(db, new).await?;
            go_on_with(db, id, *branch, *by).await?;
        }
        EventKind::BranchSwitched { branch, head: _, by } => go_on_with(db, id, *branch, *by).await?,
        EventKind::BranchRemoved { branch, to, head: _, forgotten, by } => {
            branches::remove(db, id, *branch).await?;
            conversations::set_branch(db, id, *to).await?;
            match by {
                ActedBy::Command => conversations::forget_acts(db, id, *forgotten).await?,
                ActedBy::Undo | ActedBy::Redo => count(db, id, *by).await?,
            }
        }
        EventKind::BranchRenamed { branch, name } => return branches::rename(db, id, *branch, name).await,
        _ => return Ok(()),
    }
    show_newest_in_list(db, id).await
}

async fn go_on_with(db: &mut SqliteConnection, id: ConversationId, branch: BranchId, by: ActedBy) -> sqlx::Result<()> {
    conversations::set_branch(db, id, branch).await?;
    count(db, id, by).await
}

/// How many acts can be undone and done again.
async fn count(db: &mut SqliteConnection, id: ConversationId, by: ActedBy) -> sqlx::Result<()> {
    match by {
        ActedBy::Command => conversations::count_act(db, id).await,
        ActedBy::Undo => conversations::move_act(db, id, -1).await,
        ActedBy::Redo => conversations::move_act(db, id, 1).await,
    }
}

/// What the list shows of the conversation is what stands last on its branch now.
async fn show_newest_in_list(db: &mut SqliteConnection, id: ConversationId) -> sqlx::Result<()> {
    let preview = match messages::newest_shown(db, id).await? {
        None => None,
        Some((None, text, images)) => Some(preview("You", &in_words(&text, &images))),
        Some((Some(participant), text, _)) => Some(preview(&participants::name(db, participant).await?, &text)),
    };
    conversations::set_preview(db, id, preview.as_deref()).await
}
