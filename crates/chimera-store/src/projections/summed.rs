//! What the events about summaries do to their table.

use chimera_core::{ConversationId, Event, EventKind, Summary};
use sqlx::SqliteConnection;

use crate::{conversations, recaps};

/// Of all other events it is none of its business.
pub(super) async fn apply(db: &mut SqliteConnection, conversation: ConversationId, event: &Event) -> sqlx::Result<()> {
    match &event.kind {
        EventKind::SummaryWritten { summary, attempt, model, through, extends, text } => {
            let summary = Summary {
                id: *summary,
                through: *through,
                extends: *extends,
                text: text.clone(),
                edited: false,
                model: model.clone(),
                attempt: *attempt,
                written_at: event.ts,
            };
            recaps::insert(db, conversation, &summary, event.seq).await?;
            conversations::set_summary_failure(db, conversation, None).await
        }
        EventKind::SummaryEdited { summary, text } => recaps::edit(db, *summary, text).await,
        EventKind::SummaryOutdated { summary } => recaps::remove(db, *summary).await,
        EventKind::SummaryFailed { note } => conversations::set_summary_failure(db, conversation, Some(note)).await,
        _ => Ok(()),
    }
}
