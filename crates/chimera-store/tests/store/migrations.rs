use std::fs;
use std::path::Path;

use chimera_core::{AttemptPurpose, ConversationState, EventKind, Seq, StateReason, TurnOutcome};
use chimera_store::{Error, Store};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::house::{House, Talk, deaf, listener, now};
use crate::rebuild::dump;

#[tokio::test]
async fn a_history_written_by_a_newer_chimera_is_not_touched_but_can_be_read() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    let path = house.path();
    house.store.clone().close().await.unwrap();
    run(&path, "alter table conversations add column colour text; pragma user_version = 1000").await;
    let before = fs::read(&path).unwrap();

    let refused = Store::open(&path, deaf()).await.map(drop).unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 1000, .. }), "{refused}");
    assert!(refused.to_string().starts_with("this history was written by a newer Chimera"), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), before);

    let store = Store::open_read_only(&path).await.unwrap();
    assert_eq!(store.conversations(None, 10).await.unwrap().items.len(), 1);
    assert_eq!(store.last_seq().await.unwrap(), Seq(1));
}

#[tokio::test]
async fn what_cannot_be_read_of_a_newer_history_is_named_so_and_not_as_damage() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    let path = house.path();
    house.store.clone().close().await.unwrap();
    run(&path, "update events set v = 1000; alter table messages rename to utterances; pragma user_version = 1000")
        .await;

    let store = Store::open_read_only(&path).await.unwrap();

    let log = store.events(Seq::START, None, 10).await;
    assert!(matches!(log, Err(Error::Newer { .. })), "{log:?}");
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    fs::File::create_new(&path).unwrap();
    run(&path, "create table theirs (x); pragma user_version = 1").await;
    let before = fs::read(&path).unwrap();

    let writing = Store::open(&path, deaf()).await.map(drop).unwrap_err();
    let reading = Store::open_read_only(&path).await.map(drop).unwrap_err();

    assert!(matches!(writing, Error::NotAHistory { .. }), "{writing}");
    assert!(matches!(reading, Error::NotAHistory { .. }), "{reading}");
    assert!(fs::read(&path).unwrap() == before, "it was written to");
}

#[tokio::test]
async fn a_first_start_that_was_cut_short_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    for leftover in ["history.db.new", "history.db.new-wal", "history.db.new-shm"] {
        fs::write(folder.path().join(leftover), "half a page").unwrap();
    }

    let store = Store::open(&path, deaf()).await.unwrap();

    assert_eq!(store.last_seq().await.unwrap(), Seq::START);
    store.close().await.unwrap();
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["history.db"]);
}

#[tokio::test]
async fn a_history_of_the_first_version_is_brought_up_to_date_and_nobody_in_it_is_muted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    fs::File::create_new(&path).unwrap();
    let first = include_str!("../../migrations/0001_history.sql");
    run(&path, &format!("{first} pragma application_id = {}; pragma user_version = 1;", 0x4368_696d)).await;
    let talk = Talk::new(1);
    let seat = |name: &str, id: String| {
        format!(
            r#"{{"id":"{id}","name":"{name}","hue":1,"persona":null,"instructions":"","talkativeness":0.5,"route":[],
                "sampling":{{"temperature":null,"max_output_tokens":null}}}}"#
        )
    };
    let created = format!(
        r#"{{"title":"T","topic":"T","participants":[{},{}],"policy":"round_robin","end":{{"turns":3}},"seed":1}}"#,
        seat("Ada", talk.ada().to_string()),
        seat("Bob", talk.bob().to_string()),
    );
    let id = talk.id.as_uuid().simple();
    run(
        &path,
        &format!(
            "insert into events (topic, conversation_id, ts, kind, v, data)
             values ('conversation', x'{id}', 1, 'conversation.created', 1, '{created}')"
        ),
    )
    .await;

    let store = Store::open(&path, deaf()).await.unwrap();
    store.rebuild().await.unwrap();

    let muted = async || {
        let view = store.conversation(talk.id).await.unwrap().unwrap();
        view.participants.iter().map(|participant| participant.muted).collect::<Vec<_>>()
    };
    assert_eq!(muted().await, [false, false]);
    let participant = talk.bob();
    let topic = chimera_core::Topic::Conversation(talk.id);
    store.append(topic, now(), vec![chimera_core::EventKind::ParticipantMuted { participant }]).await.unwrap();
    assert_eq!(muted().await, [false, true]);
}

#[tokio::test]
async fn a_history_from_before_there_were_branches_has_one_and_a_rebuild_makes_the_same_of_it() {
    let house = House::new().await;
    for n in [1, 2] {
        let talk = Talk::new(n);
        let kinds = vec![
            talk.created(),
            talk.user_said(1, None, "root"),
            running(),
            talk.turn_started(1),
            talk.message_started(2, 1, Some(1)),
            talk.message_completed(2, 1, Some(1), "answer"),
            talk.turn_ended(1, TurnOutcome::Completed),
            talk.user_said(3, Some(2), "and on"),
            talk.turn_started(2),
            talk.attempt_started(2, 2),
            talk.attempt_failed(2, 2),
            talk.turn_ended(2, TurnOutcome::Failed),
        ];
        house.happens(talk.id, kinds).await;
    }
    house.store.clone().close().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    fs::File::create_new(&path).unwrap();
    let old = [include_str!("../../migrations/0001_history.sql"), include_str!("../../migrations/0002_muted.sql")];
    run(&path, &format!("{} pragma application_id = {}; pragma user_version = 2;", old.concat(), 0x4368_696d)).await;
    copy_old_columns(&house.path(), &path).await;

    let store = Store::open(&path, deaf()).await.unwrap();

    let talk = Talk::new(2);
    let view = store.conversation(talk.id).await.unwrap().unwrap();
    assert_eq!((view.branch, view.branches.len(), view.messages.len()), (talk.branch(0), 1, 3));
    assert_eq!((view.branches[0].name.as_str(), view.branches[0].messages), ("Main", 3));
    assert_eq!((view.progress.turns, view.progress.turns_without_user), (1, 0));
    assert_eq!(view.passed_over[0].after, Some(talk.message(3)));
    let migrated = dump(&path).await;
    store.rebuild().await.unwrap();
    assert_eq!(dump(&path).await, migrated);
    let topic = chimera_core::Topic::Conversation(talk.id);
    store.append(topic, now(), vec![talk.user_said(4, Some(3), "still"), talk.branched(1, Some(1))]).await.unwrap();
    let view = store.conversation(talk.id).await.unwrap().unwrap();
    assert_eq!(view.branches.iter().map(|branch| branch.messages).collect::<Vec<_>>(), [4, 1]);
}

#[tokio::test]
async fn what_a_failure_said_of_its_call_stands_with_its_attempt_whichever_version_wrote_it() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let mut asked = talk.attempt_started(1, 1);
    if let EventKind::AttemptStarted { purpose, .. } = &mut asked {
        *purpose = AttemptPurpose::Choose;
    }
    let story = vec![
        talk.created(),
        asked,
        talk.attempt_failed(1, 1),
        talk.turn_started(1),
        talk.attempt_started(2, 1),
        talk.attempt_failed(2, 1),
        talk.turn_ended(1, TurnOutcome::Failed),
    ];
    house.happens(talk.id, story).await;
    let path = house.path();
    let log = house.log().await;
    house.store.clone().close().await.unwrap();
    let written = dump(&path).await;
    let as_of_old = "
        update events set v = 1;
        update events set data = json_remove(json_set(data, '$.outcome.status', data ->> '$.status',
                '$.outcome.request_id', data ->> '$.request_id'), '$.status', '$.request_id')
            where kind = 'attempt.ended';
        update attempts set outcome = json_set(outcome, '$.status', status, '$.request_id', request_id);
        update asides set attempt = json_remove(json_set(attempt, '$.outcome.status', attempt ->> '$.status',
                '$.outcome.request_id', attempt ->> '$.request_id'), '$.status', '$.request_id');
        alter table attempts drop column status;
        alter table attempts drop column request_id;
        alter table attempts drop column thought_chars;
        pragma user_version = 19;";
    run(&path, as_of_old).await;

    let store = Store::open(&path, deaf()).await.unwrap();

    assert_eq!(store.events(Seq::START, None, 100).await.unwrap(), log);
    assert_eq!(dump(&path).await, written);
    store.rebuild().await.unwrap();
    assert_eq!(dump(&path).await, written);
    let view = store.conversation(talk.id).await.unwrap().unwrap();
    let names = [1, 2].map(|attempt| format!("req-{}", talk.attempt(attempt)));
    let told = view.passed_over.iter().flat_map(|turn| turn.asides.iter().chain(&turn.attempts));
    let told: Vec<_> = told.map(|attempt| (attempt.status, attempt.request_id.as_deref())).collect();
    assert_eq!(told, [(Some(529), Some(names[0].as_str())), (Some(529), Some(names[1].as_str()))]);
}

fn running() -> EventKind {
    EventKind::ConversationStateChanged { state: ConversationState::Running, reason: StateReason::User }
}

/// Every table of the old schema, filled with what the new one holds.
async fn copy_old_columns(new: &Path, old: &Path) {
    let mut db = SqliteConnection::connect(&format!("sqlite://{}", old.display())).await.unwrap();
    let attach = format!("pragma foreign_keys = off; attach '{}' as new", new.display());
    sqlx::raw_sql(AssertSqlSafe(attach)).execute(&mut db).await.unwrap();
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select name, (select group_concat(name) from pragma_table_info(sqlite_schema.name, 'main'))
         from sqlite_schema where type = 'table' and name not like 'sqlite%'",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    for (table, columns) in tables {
        let copy = format!("insert into main.{table} ({columns}) select {columns} from new.{table} order by rowid");
        sqlx::raw_sql(AssertSqlSafe(copy)).execute(&mut db).await.unwrap();
    }
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_history_keeps_its_content_over_a_restart() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let written = house.happens(talk.id, vec![talk.created(), talk.user_said(1, None, "remember")]).await;

    let house = house.reopened().await;

    assert_eq!(house.log().await, written);
    assert_eq!(house.heard(), [], "what was told of before the restart is not told of again");
    let next = house.happens(talk.id, vec![talk.user_said(2, Some(1), "more")]).await;
    assert_eq!(next[0].seq, Seq(3));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_can_read_the_history() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("data/of/chimera");
    let path = made.join("history.db");

    let heard = std::sync::Arc::default();
    let store = Store::open(&path, listener(&heard)).await.unwrap();
    let talk = Talk::new(1);
    store.append(chimera_core::Topic::Conversation(talk.id), now(), vec![talk.created()]).await.unwrap();

    assert_eq!(mode(&made), 0o700);
    for file in ["history.db", "history.db-wal", "history.db-shm"] {
        assert_eq!(mode(&made.join(file)), 0o600, "{file}");
    }
    store.close().await.unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    Store::open(&path, deaf()).await.unwrap().close().await.unwrap();
    assert_eq!(mode(&path), 0o600, "a file that became readable is closed again");
}

async fn run(path: &Path, sql: &str) {
    let mut db = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}
