use std::borrow::Cow;

use chimera_core::{
    AttemptId, ConversationId, Event, EventKind, ModelFacts, ModelRef, ProviderHealth, Seq, Timestamp, Topic,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::shapes;

const PROVIDERS: &str = "providers";
const LIBRARY: &str = "library";
const CONVERSATION: &str = "conversation";

/// Writes one event at the end of the log and gives it its number.
pub(crate) async fn insert(
    db: &mut SqliteConnection,
    topic: Topic,
    ts: Timestamp,
    kind: EventKind,
) -> sqlx::Result<Event> {
    let json = serde_json::to_string(&kind).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let tagged: Tagged<'_> = serde_json::from_str(&json).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let written =
        sqlx::query("insert into events (topic, conversation_id, ts, kind, v, data) values (?, ?, ?, ?, ?, ?)")
            .bind(name(topic))
            .bind(topic.conversation().map(|id| *id.as_uuid()))
            .bind(ts.as_millis())
            .bind(tagged.event.as_ref())
            .bind(EventKind::VERSION)
            .bind(tagged.data.get())
            .execute(db)
            .await?;
    Ok(Event { seq: Seq(written.last_insert_rowid().unsigned_abs()), topic, ts, kind })
}

pub(crate) async fn after(db: &mut SqliteConnection, after: Seq, limit: u32) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query_as::<_, Row>("select * from events where seq > ? order by seq limit ?")
        .bind(number(after))
        .bind(limit)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(Event::try_from).collect()
}

pub(crate) async fn of_topic_after(
    db: &mut SqliteConnection,
    topic: Topic,
    after: Seq,
    limit: u32,
) -> sqlx::Result<Vec<Event>> {
    let rows = match topic {
        Topic::Conversation(id) => {
            sqlx::query_as::<_, Row>("select * from events where conversation_id = ? and seq > ? order by seq limit ?")
                .bind(*id.as_uuid())
        }
        Topic::Providers | Topic::Library => sqlx::query_as::<_, Row>(
            "select * from events where topic = ? and conversation_id is null and seq > ? order by seq limit ?",
        )
        .bind(name(topic)),
    };
    let rows = rows.bind(number(after)).bind(limit).fetch_all(db).await?;
    rows.into_iter().map(Event::try_from).collect()
}

/// What the log says last of each model and connection. What was said of an earlier connection of the same name is not
/// said of this one.
pub(crate) async fn provider_health(db: &mut SqliteConnection) -> sqlx::Result<Vec<ProviderHealth>> {
    let newest: Vec<(String, i64)> = sqlx::query_as(
        "select events.data, max(events.seq) from events
         join connections on connections.id = events.data ->> 'connection' and connections.added_seq < events.seq
         where events.topic = ? and events.conversation_id is null and events.kind = 'provider.health'
         group by events.data ->> 'connection', events.data ->> 'model'",
    )
    .bind(PROVIDERS)
    .fetch_all(db)
    .await?;
    let read = |(data, _): (String, i64)| serde_json::from_str(&data);
    newest.into_iter().map(read).collect::<Result<_, _>>().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// What the user last said of each model, unless it was taken back or the connection is another by now. The demo is in
/// no table: it is always there.
pub(crate) async fn model_facts(db: &mut SqliteConnection) -> sqlx::Result<Vec<(ModelRef, ModelFacts)>> {
    let newest: Vec<(String, String, i64)> = sqlx::query_as(
        "select events.kind, events.data, max(events.seq) from events
         left join connections on connections.id = events.data ->> '$.model.connection'
         where events.topic = ? and events.conversation_id is null
           and events.kind in ('model.facts_set', 'model.facts_cleared')
           and (connections.added_seq < events.seq or events.data ->> '$.model.connection' = 'demo')
         group by events.data ->> '$.model.connection', events.data ->> '$.model.model'",
    )
    .bind(PROVIDERS)
    .fetch_all(db)
    .await?;
    #[derive(Deserialize)]
    struct Said {
        model: ModelRef,
        facts: ModelFacts,
    }
    let said = newest.into_iter().filter(|(kind, ..)| kind == "model.facts_set").map(|(_, data, _)| {
        let Said { model, facts } = serde_json::from_str(&data)?;
        Ok((model, facts))
    });
    said.collect::<Result<_, serde_json::Error>>().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// What the log says that a model thought in an attempt of a conversation.
pub(crate) async fn thoughts(
    db: &mut SqliteConnection,
    conversation: ConversationId,
    attempt: AttemptId,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "select data ->> '$.thoughts' from events
         where conversation_id = ? and kind = 'attempt.thought' and data ->> '$.attempt' = ?",
    )
    .bind(*conversation.as_uuid())
    .bind(attempt.to_string())
    .fetch_optional(db)
    .await
}

/// The numbers are not given again: SQLite remembers the highest there ever was.
pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query("delete from events where conversation_id = ?").bind(*conversation.as_uuid()).execute(db).await?;
    Ok(())
}

pub(crate) async fn last_seq(db: &mut SqliteConnection) -> sqlx::Result<Seq> {
    let last: i64 = sqlx::query_scalar("select coalesce(max(seq), 0) from events").fetch_one(db).await?;
    Ok(Seq(last.unsigned_abs()))
}

/// A cursor as SQLite counts; one beyond its range is after everything.
pub(crate) fn number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

fn name(topic: Topic) -> &'static str {
    match topic {
        Topic::Conversation(_) => CONVERSATION,
        Topic::Providers => PROVIDERS,
        Topic::Library => LIBRARY,
    }
}

/// The JSON of an [`EventKind`], taken apart: its name and its content have columns of their own.
#[derive(Deserialize)]
struct Tagged<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(FromRow)]
struct Row {
    seq: i64,
    topic: String,
    conversation_id: Option<Uuid>,
    ts: i64,
    kind: String,
    v: u16,
    data: String,
}

impl TryFrom<Row> for Event {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let topic = match (row.topic.as_str(), row.conversation_id) {
            (CONVERSATION, Some(id)) => Topic::Conversation(id.into()),
            (PROVIDERS, None) => Topic::Providers,
            (LIBRARY, None) => Topic::Library,
            (other, _) => return Err(undecodable(row.seq, format!("unknown topic `{other}`"))),
        };
        let data = match row.v {
            EventKind::VERSION => row.data,
            1 => shapes::from_first(&row.kind, row.data).map_err(|error| undecodable(row.seq, error.to_string()))?,
            v => return Err(undecodable(row.seq, format!("unknown version {v}"))),
        };
        // The tag stands first, so that serde reads the content straight into its kind.
        let json = format!(r#"{{"event":"{}","data":{data}}}"#, row.kind);
        let kind = serde_json::from_str(&json).map_err(|error| undecodable(row.seq, error.to_string()))?;
        Ok(Event { seq: Seq(row.seq.unsigned_abs()), topic, ts: Timestamp::from_millis(row.ts), kind })
    }
}

fn undecodable(seq: i64, detail: String) -> sqlx::Error {
    sqlx::Error::Decode(format!("event {seq}: {detail}").into())
}
