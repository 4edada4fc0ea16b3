use chimera_core::{ConversationId, ConversationState, MessageId, Withheld};
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::withheld;
use crate::word::Word;

/// A conversation that was under way when the app ended: it runs, or its last turn has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    pub conversation: ConversationId,
    pub state: ConversationState,
    /// Every message without an end and the words of it that were kept, perhaps none.
    pub checkpoints: Vec<(MessageId, String)>,
    /// Words of turns that nobody has been shown.
    pub withheld: Vec<Withheld>,
}

pub(crate) async fn all(db: &mut SqliteConnection) -> sqlx::Result<Vec<Unfinished>> {
    let mut unfinished = Vec::new();
    for row in conversations(db).await? {
        let checkpoints = streaming(db, row.id).await?;
        let withheld = withheld::of_conversation(db, row.id).await?;
        unfinished.push(Unfinished { conversation: row.id.into(), state: row.state.0, checkpoints, withheld });
    }
    Ok(unfinished)
}

async fn conversations(db: &mut SqliteConnection) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(
        "select id, state from conversations
         where state = 'running' or id in (select conversation_id from turns where outcome is null)
         order by updated_seq desc",
    )
    .fetch_all(db)
    .await
}

async fn streaming(db: &mut SqliteConnection, conversation: Uuid) -> sqlx::Result<Vec<(MessageId, String)>> {
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select messages.id, coalesce(checkpoints.text, '')
         from messages left join checkpoints on checkpoints.message_id = messages.id
         where conversation_id = ? and status = 'streaming' order by messages.id",
    )
    .bind(conversation)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, text)| (id.into(), text)).collect())
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    state: Word<ConversationState>,
}
