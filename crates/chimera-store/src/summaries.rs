use chimera_core::{ConversationCounts, ConversationState, ConversationSummary, ParticipantChip, Shelf, Timestamp};
use sqlx::types::Json;
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::Error;
use crate::word::Word;

/// Some items of a longer list, and where the next ones begin.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// To be given back as it is for the next page; none when the list has ended.
    pub next_cursor: Option<String>,
}

/// The place in the list of conversations after the one that changed last at event `before`.
///
/// A conversation that changes while somebody turns the pages moves to the top, above every cursor: it is never shown
/// twice, and all others stay where they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    before: i64,
}

impl Cursor {
    pub fn parse(text: Option<&str>) -> Result<Self, Error> {
        let Some(text) = text else { return Ok(Self { before: i64::MAX }) };
        let digits = text.strip_prefix('c').filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|digits| i64::from_str_radix(digits, 16).ok()) {
            Some(before) => Ok(Self { before }),
            None => Err(Error::BadCursor { cursor: text.chars().take(80).collect() }),
        }
    }
}

/// Newest change first.
pub(crate) async fn page(
    db: &mut SqliteConnection,
    shelf: Shelf,
    cursor: Cursor,
    limit: u32,
) -> sqlx::Result<Page<ConversationSummary>> {
    let limit = limit.max(1);
    let mut query = QueryBuilder::<Sqlite>::new(
        "select id, title, topic, state, messages, preview, archived, trashed, created_at, updated_at, updated_seq,
                (select json_group_array(json_object('name', name, 'hue', hue) order by seat)
                 from participants where conversation_id = conversations.id and seat >= 0) as chips
         from conversations where updated_seq < ",
    );
    query.push_bind(cursor.before).push(match shelf {
        Shelf::Current => " and trashed = 0 and archived = 0",
        Shelf::Archived => " and trashed = 0 and archived = 1",
        Shelf::Trashed => " and trashed = 1",
        Shelf::All => "",
    });
    // One more than asked for tells whether there is a next page.
    query.push(" order by updated_seq desc limit ").push_bind(i64::from(limit) + 1);
    let mut rows: Vec<Row> = query.build_query_as().fetch_all(db).await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| has_more).map(|row| format!("c{:x}", row.updated_seq));
    Ok(Page { items: rows.into_iter().map(ConversationSummary::from).collect(), next_cursor })
}

pub(crate) async fn counts(db: &mut SqliteConnection) -> sqlx::Result<ConversationCounts> {
    let (current, archived, trashed) = sqlx::query_as(
        "select count(*) filter (where not trashed and not archived), count(*) filter (where not trashed and archived),
                count(*) filter (where trashed)
         from conversations",
    )
    .fetch_one(db)
    .await?;
    Ok(ConversationCounts { current, archived, trashed })
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    title: String,
    topic: String,
    state: Word<ConversationState>,
    messages: u32,
    preview: Option<String>,
    archived: bool,
    trashed: bool,
    created_at: i64,
    updated_at: i64,
    updated_seq: i64,
    chips: Json<Vec<ParticipantChip>>,
}

impl From<Row> for ConversationSummary {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            title: row.title,
            topic: row.topic,
            state: row.state.0,
            participants: row.chips.0,
            messages: row.messages,
            preview: row.preview,
            archived: row.archived,
            trashed: row.trashed,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        }
    }
}
