use chimera_core::{ConversationId, EndRules, EventKind, Policy, Timestamp, Topic};
use sqlx::raw_sql;
use uuid::Uuid;

use super::*;

/// A page limit makes SQLite fail as a full disk does; a connection opened later knows nothing of it.
#[tokio::test]
async fn a_full_disk_fails_whole_appends_and_the_next_one_goes_on_when_there_is_space() {
    let desk = Fixture::new("pragma max_page_count = 60").await;

    let mut stored = Vec::new();
    let full = loop {
        match desk.append(vec![created(stored.len()); 1]).await {
            Ok(events) => stored.extend(events),
            Err(error) => break error,
        }
    };
    assert!(matches!(full, Error::Full { .. }), "{full}");
    assert!(!stored.is_empty(), "there was space for some");

    stored.extend(desk.append(vec![created(stored.len())]).await.expect("there is space again"));
    assert_eq!(desk.log().await, stored);
    assert_eq!(desk.heard(), stored);
}

/// Whoever reads the log would see such an event, so whoever listens must hear of it.
#[tokio::test]
async fn what_reached_the_disk_although_its_commit_failed_is_told_of_before_the_next() {
    let desk = Fixture::new("pragma max_page_count = 60").await;
    let first = desk.append(vec![created(0)]).await.unwrap();
    let mut unheard = database::connect(&desk.path).await.unwrap();
    let left = Change::Append { topic: topic(2), ts: now(), kinds: vec![created(1)], receipt: None };
    let Ok(Applied::Events(left)) = left.apply(&mut unheard).await else { panic!("it was written behind our back") };
    desk.append(vec![large()]).await.unwrap_err();

    let last = desk.append(vec![created(2)]).await.unwrap();

    let heard = desk.heard();
    assert_eq!(heard, desk.log().await, "none is missing and none comes twice");
    assert!(heard.starts_with(&[first, left].concat()) && heard.ends_with(&last));
}

struct Fixture {
    writer: Writer,
    heard: Arc<Mutex<Vec<Event>>>,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Fixture {
    async fn new(pragma: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let mut db = database::open(&path).await.unwrap();
        raw_sql(pragma).execute(&mut db).await.unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&heard);
        let on_commit: OnCommit = Box::new(move |events| listener.lock().unwrap().extend_from_slice(events));
        let writer = Writer::spawn(path.clone(), db, on_commit).await.unwrap();
        Self { writer, heard, path, _folder: folder }
    }

    async fn append(&self, kinds: Vec<EventKind>) -> Result<Vec<Event>, Error> {
        let n = self.log().await.len() + 1;
        match self.writer.apply(Change::Append { topic: topic(n), ts: now(), kinds, receipt: None }).await? {
            Applied::Events(events) => Ok(events),
            Applied::TokenAdded(_) | Applied::TokenRevoked { .. } | Applied::Rebuilt(_) | Applied::Done => {
                panic!("an append gives events")
            }
        }
    }

    async fn log(&self) -> Vec<Event> {
        let mut db = database::connect(&self.path).await.unwrap();
        let log = events::after(&mut db, Seq::START, u32::MAX).await.unwrap();
        db.close().await.unwrap();
        log
    }

    fn heard(&self) -> Vec<Event> {
        self.heard.lock().unwrap().clone()
    }
}

fn topic(n: usize) -> Topic {
    Topic::Conversation(ConversationId::from(Uuid::from_u128(n as u128)))
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_376_782_101)
}

fn created(n: usize) -> EventKind {
    talk(format!("Talk {n}"), "word ".repeat(200))
}

fn large() -> EventKind {
    talk("Large".into(), "word ".repeat(100_000))
}

fn talk(title: String, topic: String) -> EventKind {
    let (policy, end) = (Policy::Balanced, EndRules::default());
    EventKind::ConversationCreated {
        title,
        topic,
        participants: Vec::new(),
        policy,
        end,
        fallback: Default::default(),
        seed: 1,
        stall_after_s: None,
        moderator: None,
        summary: Default::default(),
    }
}
