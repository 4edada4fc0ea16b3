//! What the user keeps for conversations to come, and what is gone for good.

use chimera_core::{Event, EventKind};
use sqlx::SqliteConnection;

use crate::casts;

pub(super) async fn apply(db: &mut SqliteConnection, event: &Event) -> sqlx::Result<()> {
    match &event.kind {
        EventKind::CastSaved { cast } => casts::insert(db, cast, event.seq).await,
        EventKind::CastChanged { cast } => casts::change(db, cast).await,
        EventKind::CastDeleted { cast } => casts::set_deleted(db, cast, true).await,
        EventKind::CastRestored { cast } => casts::set_deleted(db, cast, false).await,
        // Its events went with it: when the tables are made anew there is nothing left to take out.
        EventKind::ConversationDeleted { conversation } => super::remove(db, *conversation).await,
        // Everything else has a topic of its own.
        _ => Err(sqlx::Error::RowNotFound),
    }
}
