use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chimera_core::{EventKind, Seq, Topic};
use chimera_store::{Error, Store};

use crate::house::{House, Talk, deaf, now};

const VICTIM: &str = "CHIMERA_STORE_VICTIM";
const KILLS: u128 = 20;

/// The test runs itself again as a process that writes and says what was acknowledged, until it is killed.
#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed_twenty_times() {
    if let Some(path) = std::env::var_os(VICTIM) {
        return write_until_killed(Path::new(&path)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let mut acknowledged = 0;

    for kill in 1..=KILLS {
        let said = run_and_kill(&path, 5 + usize::try_from(kill).unwrap() * 3);
        acknowledged += said.len();

        let store = Store::open(&path, deaf()).await.unwrap();
        store.check().await.unwrap();
        for Said { talk, count, checkpoint } in last_said(&said) {
            let view = store.conversation(Talk::new(talk).id).await.unwrap().expect("it was acknowledged");
            assert!(view.messages.len() as u128 >= count, "kill {kill}: a message of talk {talk} is lost");
            let unfinished = store.unfinished().await.unwrap();
            let kept = unfinished.iter().flat_map(|left| &left.checkpoints).find(|(id, _)| *id == half_said(talk).1);
            let kept = kept.map_or(0, |(_, text)| text.len());
            assert!(kept as u128 >= checkpoint, "kill {kill}: words of talk {talk} are lost");
        }
        let log = store.events(Seq::START, None, u32::MAX).await.unwrap();
        assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == Seq(seq)), "kill {kill}: a number is missing");
        store.close().await.unwrap();
    }
    assert!(acknowledged > 20 * 5, "the killed processes had said something");
}

/// "`count` messages of this conversation and `checkpoint` bytes of the unfinished one are on disk."
#[derive(Clone, Copy)]
struct Said {
    talk: u128,
    count: u128,
    checkpoint: u128,
}

fn run_and_kill(path: &Path, after: usize) -> Vec<Said> {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "durability::nothing_acknowledged_is_lost_when_the_process_is_killed_twenty_times",
            "--nocapture",
        ])
        .env(VICTIM, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said: Vec<Said> = lines.by_ref().filter_map(|line| parse(&line)).take(after).collect();
    victim.kill().unwrap();
    victim.wait().unwrap();
    // What it had said before the signal reached it counts as well.
    said.extend(lines.filter_map(|line| parse(&line)));
    said
}

fn parse(line: &str) -> Option<Said> {
    let mut numbers = line.strip_prefix("said ")?.split(' ').map(|number| number.parse().unwrap());
    Some(Said { talk: numbers.next()?, count: numbers.next()?, checkpoint: numbers.next()? })
}

fn last_said(said: &[Said]) -> impl Iterator<Item = Said> {
    said.iter()
        .enumerate()
        .filter(|(n, last)| said[n + 1..].iter().all(|later| later.talk != last.talk))
        .map(|(_, &last)| last)
}

/// The turn and the message that each conversation of a victim leaves unfinished.
fn half_said(talk: u128) -> (chimera_core::TurnId, chimera_core::MessageId) {
    (Talk::new(talk).turn(1), Talk::new(talk).message(1))
}

async fn write_until_killed(path: &Path) {
    let store = Store::open(path, deaf()).await.unwrap();
    let first = u128::from(store.last_seq().await.unwrap().0) + 1;
    let talks = (first..first + 5).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let talk = Talk::new(n);
            let topic = Topic::Conversation(talk.id);
            let begun = vec![talk.created(), talk.turn_started(1), talk.message_started(1, 1, None)];
            store.append(topic, now(), begun).await.unwrap();
            for count in 2.. {
                store.append(topic, now(), vec![talk.user_said(count, Some(count - 1), "word")]).await.unwrap();
                let words = "x".repeat(usize::try_from(count).unwrap());
                store.checkpoint(talk.id, talk.message(1), &words).await.unwrap();
                println!("said {n} {count} {count}");
            }
        })
    });
    for talk in talks.collect::<Vec<_>>() {
        talk.await.unwrap();
    }
}

#[tokio::test]
async fn a_copy_of_the_files_of_a_running_history_opens_with_all_of_it() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let written = house.happens(talk.id, vec![talk.created(), talk.user_said(1, None, "kept")]).await;
    let copies = tempfile::tempdir().unwrap();
    for file in ["history.db", "history.db-wal"] {
        fs::copy(house.folder.path().join(file), copies.path().join(file)).unwrap();
    }

    let store = Store::open(&copies.path().join("history.db"), deaf()).await.unwrap();

    assert_eq!(store.events(Seq::START, None, 10).await.unwrap(), written);
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_history_dropped_without_a_close_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let talk = Talk::new(1);
    let store = Store::open(&path, deaf()).await.unwrap();
    store.append(Topic::Conversation(talk.id), now(), vec![talk.created()]).await.unwrap();
    drop(store);

    let store = Store::open(&path, deaf()).await.unwrap();

    assert_eq!(store.last_seq().await.unwrap(), Seq(1));
}

#[tokio::test]
async fn a_closed_history_says_so_and_leaves_one_file() {
    let house = House::new().await;
    let talk = Talk::new(1);
    let topic = Topic::Conversation(talk.id);
    let waiting = house.store.append(topic, now(), vec![talk.created()]);

    let (written, closed) = tokio::join!(waiting, house.store.clone().close());

    assert_eq!(written.unwrap().len(), 1, "what was asked before the close is done");
    closed.unwrap();
    let late = house.store.append(topic, now(), vec![talk.user_said(1, None, "late")]).await;
    assert!(matches!(late, Err(Error::Closed { .. })), "{late:?}");
    let read = house.store.last_seq().await;
    assert!(matches!(read, Err(Error::Closed { .. })), "{read:?}");
    house.store.clone().close().await.expect("closing twice is no error");
    let files: Vec<_> = fs::read_dir(house.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["history.db"], "the WAL is emptied into the file");
}

#[tokio::test]
async fn a_history_opened_for_reading_refuses_to_write_and_sees_what_another_writes() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created()]).await;
    let reader = Store::open_read_only(&house.path()).await.unwrap();

    let refused = reader.append(Topic::Conversation(talk.id), now(), vec![talk.user_said(1, None, "no")]).await;
    assert!(matches!(refused, Err(Error::ReadOnly { .. })), "{refused:?}");
    assert!(reader.is_read_only());

    let written = house.happens(talk.id, vec![talk.user_said(1, None, "yes")]).await;
    assert_eq!(reader.events(Seq(1), None, 10).await.unwrap(), written);
}

#[tokio::test]
async fn a_second_writer_is_told_that_the_history_is_held() {
    let house = House::new().await;
    let mut other = raw(&house.path()).await;
    sqlx::raw_sql("begin immediate").execute(&mut other).await.unwrap();
    let talk = Talk::new(1);

    let held = house.store.append(Topic::Conversation(talk.id), now(), vec![talk.created()]).await;
    assert!(matches!(held, Err(Error::Locked { .. })), "{held:?}");

    sqlx::raw_sql("rollback").execute(&mut other).await.unwrap();
    assert_eq!(house.happens(talk.id, vec![talk.created()]).await[0].seq, Seq(1), "and it goes on when it is free");
}

#[tokio::test]
async fn damage_is_named_and_the_damaged_file_kept() {
    let whole = file_of_a_history().await;
    let cases: [(&str, Vec<u8>); 5] = [
        ("garbage", b"This was a history once. ".repeat(400)),
        ("nothing", Vec::new()),
        ("cut in a page", whole[..whole.len() / 2 + 100].to_vec()),
        ("cut after the first page", whole[..4096].to_vec()),
        ("header overwritten", [&[0xff; 100], &whole[100..]].concat()),
    ];
    for (what, content) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        fs::write(&path, &content).unwrap();

        let opened = Store::open(&path, deaf()).await.map(drop);
        assert!(matches!(opened, Err(Error::Corrupt { .. })), "{what}: {opened:?}");
        let read = Store::open_read_only(&path).await.map(drop);
        assert!(matches!(read, Err(Error::Corrupt { .. })), "{what}, for reading: {read:?}");
        assert!(fs::read(&path).unwrap() == content, "{what}: the original was changed");
    }
}

#[tokio::test]
async fn overwritten_pages_are_found_by_a_check_and_never_read_as_an_empty_history() {
    let whole = file_of_a_history().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    // Every page but the first, which holds the schema.
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0x5a);
        fs::write(&path, &damaged).unwrap();

        let found = match Store::open(&path, deaf()).await {
            Ok(store) => {
                let found = store.check().await;
                store.close().await.unwrap();
                found
            }
            Err(error) => Err(error),
        };

        assert!(matches!(found, Err(Error::Corrupt { .. })), "page {page}: {found:?}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "in the way").unwrap();

    let refused = Store::open(&file.join("history.db"), deaf()).await.map(drop).unwrap_err();
    let absent = Store::open_read_only(&folder.path().join("history.db")).await.map(drop).unwrap_err();

    assert!(matches!(refused, Error::Unreachable { .. }), "{refused}");
    assert!(matches!(absent, Error::Unreachable { .. }), "{absent}");
}

/// Without a WAL beside it, and with rows in every table.
async fn file_of_a_history() -> Vec<u8> {
    let house = House::new().await;
    for n in 1..=30 {
        let talk = Talk::new(n);
        let said: Vec<EventKind> =
            (1..=20).map(|m| talk.user_said(m, (m > 1).then(|| m - 1), &"word ".repeat(20))).collect();
        house.happens(talk.id, vec![talk.created(), talk.turn_started(1), talk.attempt_started(1, 1)]).await;
        house.happens(talk.id, said).await;
    }
    let path: PathBuf = house.path();
    house.store.close().await.unwrap();
    fs::read(path).unwrap()
}

async fn raw(path: &Path) -> sqlx::SqliteConnection {
    use sqlx::Connection;
    sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap()
}
