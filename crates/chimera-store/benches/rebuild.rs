//! Every table made anew from a log of a hundred thousand messages, against a bare loop of SQLite inserts of as many
//! rows of the same words.
//!
//! `cargo xtask bench rebuild` runs it, at a tenth of the size too: what grows faster than the log shows.

use std::path::Path;
use std::time::{Duration, Instant};

use chimera_core::{ConversationId, EventKind, Timestamp, Topic};
use chimera_store::Store;
use serde_json::{Value, json};
use uuid::Uuid;

const MESSAGES: u64 = 100_000;
const A_CONVERSATION: u64 = 200;
/// Turn, attempt, its end, first word, message, end of the turn.
const EVENTS_A_MESSAGE: u64 = 6;
const AT: i64 = 1_700_000_000_000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let small = rebuild(MESSAGES / 10).await;
        let large = rebuild(MESSAGES).await;
        let bare = insert_bare(MESSAGES * EVENTS_A_MESSAGE).await;
        let per_event = |time: Duration, messages: u64| time.as_secs_f64() * 1e6 / (messages * EVENTS_A_MESSAGE) as f64;
        println!(
            "rebuild  {:.2} s for {MESSAGES} messages, {:.2} µs/event  |  bare inserts {:.2} µs/row, ratio {:.2}  |  growth 10x: {:.2}",
            large.as_secs_f64(),
            per_event(large, MESSAGES),
            per_event(bare, MESSAGES),
            large.as_secs_f64() / bare.as_secs_f64(),
            per_event(large, MESSAGES) / per_event(small, MESSAGES / 10),
        );
    });
}

async fn rebuild(messages: u64) -> Duration {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("history.db"), Box::new(|_| {})).await.expect("opened");
    for first in (0..messages).step_by(A_CONVERSATION as usize) {
        let (id, kinds) = conversation(first);
        store.append(Topic::Conversation(id), Timestamp::from_millis(AT), kinds).await.expect("appended");
    }
    let began = Instant::now();
    store.rebuild().await.expect("rebuilt");
    let took = began.elapsed();
    store.close().await.expect("closed");
    took
}

fn uuid(kind: u64, number: u64) -> Uuid {
    // Version 7, so that they sort as real ones do.
    Uuid::from_u64_pair(0x0190_0000_0000_7000 | (number << 16), 0x8000_0000_0000_0000 | (kind << 48) | number)
}

fn conversation(first: u64) -> (ConversationId, Vec<EventKind>) {
    let id = uuid(1, first);
    let participant = uuid(2, first);
    let model = json!({"connection": "demo", "model": "poet"});
    let mut events = vec![json!({"event": "conversation.created", "data": {
        "title": "A talk", "topic": "Much is said", "policy": "round_robin", "end": {"turns": null}, "seed": 1,
        "participants": [{"id": participant, "name": "Ada", "hue": 20, "persona": null, "instructions": "",
            "talkativeness": 0.5, "route": [model], "sampling": {}}],
    }})];
    let mut parent = Value::Null;
    for number in first..first + A_CONVERSATION {
        let (turn, attempt, message) = (uuid(3, number), uuid(4, number), uuid(5, number));
        events.extend([
            json!({"event": "turn.started", "data": {"turn": turn, "participant": participant, "number": number - first + 1,
                "choice": {"policy": "round_robin", "reason": "order", "scores": []}}}),
            json!({"event": "attempt.started", "data": {"attempt": attempt, "turn": turn, "number": 1, "model": model}}),
            json!({"event": "message.started", "data": {"message": message, "turn": turn, "participant": participant, "parent": parent}}),
            json!({"event": "attempt.ended", "data": {"attempt": attempt, "turn": turn,
                "outcome": {"outcome": "answered", "finish": "stop"}, "answered_by": null, "timings": {},
                "usage": {"input_tokens": 900, "output_tokens": 60}}}),
            json!({"event": "message.completed", "data": {"message": message, "turn": turn,
                "author": {"kind": "participant", "participant": participant}, "parent": parent, "text": text(number), "finish": "stop"}}),
            json!({"event": "turn.ended", "data": {"turn": turn, "outcome": "completed"}}),
        ]);
        parent = json!(message);
    }
    let kinds = events.into_iter().map(|event| serde_json::from_value(event).expect("an event")).collect();
    (serde_json::from_value(json!(id)).expect("an id"), kinds)
}

fn text(number: u64) -> String {
    format!("Message {number}: {}", "a few words that somebody says in a talk ".repeat(5))
}

/// The least that a table of as many rows costs, through the same library, in one transaction.
async fn insert_bare(rows: u64) -> Duration {
    use sqlx::Connection;

    let folder = tempfile::tempdir().expect("a folder");
    let path: &Path = &folder.path().join("bare.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let mut db = sqlx::SqliteConnection::connect(&url).await.expect("opened");
    sqlx::raw_sql("pragma journal_mode = wal; create table bare (id blob primary key, text text) strict;")
        .execute(&mut db)
        .await
        .expect("created");
    let began = Instant::now();
    let mut transaction = db.begin().await.expect("begun");
    for number in 0..rows {
        let text = if number % EVENTS_A_MESSAGE == 0 { text(number) } else { String::new() };
        sqlx::query("insert into bare (id, text) values (?, ?)")
            .bind(uuid(6, number))
            .bind(text)
            .execute(&mut *transaction)
            .await
            .expect("inserted");
    }
    transaction.commit().await.expect("committed");
    began.elapsed()
}
