use chimera_core::{Event, EventKind};
use sqlx::SqliteConnection;

use crate::connections;

pub(super) async fn apply(db: &mut SqliteConnection, event: &Event) -> sqlx::Result<()> {
    match &event.kind {
        EventKind::ConnectionAdded { connection } => connections::put(db, connection, event.seq).await,
        EventKind::ConnectionChanged { connection } => connections::change(db, connection).await,
        EventKind::ConnectionRemoved { connection } => connections::remove(db, connection).await,
        // Read from the log itself, once, when the app starts.
        EventKind::ProviderHealthChanged(_) | EventKind::ModelFactsSet { .. } | EventKind::ModelFactsCleared { .. } => {
            Ok(())
        }
        // Everything else has a topic of its own.
        _ => Err(sqlx::Error::RowNotFound),
    }
}
