use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chimera_core::Secret;
use chimera_secrets::{Keyring, KeyringState};
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use zbus::fdo;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::bus::{GnomeKeyring, SECRETS, is_inside, run_on_a_bus, run_without_a_bus};
use crate::contract;

/// Far more than a call may take, and half of what a person is given to answer a prompt: whoever waits so long is held
/// up, however slow the machine.
const HELD_UP: Duration = Duration::from_secs(60);

async fn unhindered<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(HELD_UP, work).await.expect("nobody is held up")
}

#[tokio::test]
async fn without_a_bus_there_is_no_keyring_and_nobody_waits_for_one() {
    if !is_inside() {
        return run_without_a_bus("secret_service::without_a_bus_there_is_no_keyring_and_nobody_waits_for_one");
    }
    let keyring = Keyring::os();

    let status = unhindered(keyring.check()).await;
    let read = unhindered(keyring.get("a")).await;
    let kept = unhindered(keyring.set("a", Secret::new("sk-canary"))).await;

    assert_eq!((status.state, status.backend.as_str()), (KeyringState::Absent, "Secret Service"));
    assert_eq!(read.unwrap_err().state, KeyringState::Absent, "no keyring is not the same as no entry");
    let refused = kept.unwrap_err();
    assert_eq!(refused.state, KeyringState::Absent);
    assert!(!format!("{refused} {refused:?}").contains("canary"));
}

#[tokio::test]
async fn a_keyring_that_starts_or_starts_again_later_is_found() {
    if !is_inside() {
        return run_on_a_bus("secret_service::a_keyring_that_starts_or_starts_again_later_is_found");
    }
    let keyring = Keyring::os();
    assert_eq!(keyring.check().await.state, KeyringState::Absent, "nobody answers on the bus yet");

    let daemon = GnomeKeyring::start();
    assert_eq!(keyring.check().await.state, KeyringState::Ready);
    keyring.set("a", Secret::new("b")).await.unwrap();

    let reader = Keyring::os();
    assert_eq!(reader.check().await.state, KeyringState::Ready);
    daemon.stop();
    let _daemon = GnomeKeyring::start();
    let read = reader.get("a").await;
    assert_eq!(read, Ok(Some(Secret::new("b"))), "the session that broke is made anew within the call");
}

#[tokio::test]
async fn a_secret_service_keeps_what_every_keyring_promises() {
    if !is_inside() {
        return run_on_a_bus("secret_service::a_secret_service_keeps_what_every_keyring_promises");
    }
    let _daemon = GnomeKeyring::start();

    contract::holds(&Keyring::os(), Keyring::os).await;

    let left = SecretService::connect(EncryptionType::Plain).unwrap();
    let left = left.search_items(HashMap::from([("service", "org.chimera.desktop")])).unwrap();
    assert_eq!((left.unlocked.len(), left.locked.len()), (0, 0), "the self-check leaves nothing behind");
}

#[tokio::test]
async fn a_locked_keyring_is_named_and_never_read_as_empty() {
    if !is_inside() {
        return run_on_a_bus("secret_service::a_locked_keyring_is_named_and_never_read_as_empty");
    }
    let _daemon = GnomeKeyring::start();
    let open = Keyring::os();
    open.set("kept", Secret::new("sk-1")).await.unwrap();
    let service = SecretService::connect(EncryptionType::Plain).unwrap();
    service.get_default_collection().unwrap().lock().unwrap();
    let keyring = Keyring::os();

    assert_eq!(unhindered(keyring.check()).await.state, KeyringState::Locked);
    assert_eq!(unhindered(keyring.get("kept")).await.unwrap_err().state, KeyringState::Locked);
    assert_eq!(unhindered(keyring.get("never set")).await.unwrap_err().state, KeyringState::Locked);
    assert_eq!(unhindered(keyring.set("kept", Secret::new("sk-2"))).await.unwrap_err().state, KeyringState::Locked);
    assert_eq!(unhindered(keyring.delete("never set")).await.unwrap_err().state, KeyringState::Locked);
    assert_eq!(open.get("kept").await, Ok(Some(Secret::new("sk-1"))), "what was read in this session stays at hand");
}

#[tokio::test]
async fn an_entry_that_is_not_text_is_an_error_and_not_a_key() {
    if !is_inside() {
        return run_on_a_bus("secret_service::an_entry_that_is_not_text_is_an_error_and_not_a_key");
    }
    let _daemon = GnomeKeyring::start();
    let service = SecretService::connect(EncryptionType::Plain).unwrap();
    let attributes = HashMap::from([("service", "org.chimera.desktop"), ("username", "bytes")]);
    let collection = service.get_default_collection().unwrap();
    collection.create_item("bytes", attributes, &[0, 0xff, 0xfe], true, "application/octet-stream").unwrap();

    let read = Keyring::os().get("bytes").await.unwrap_err();

    assert_eq!((read.state, read.detail.as_str()), (KeyringState::Unavailable, "the entry is not text"));
}

#[tokio::test]
async fn a_secret_service_that_never_answers_holds_nobody_up() {
    if !is_inside() {
        return run_on_a_bus("secret_service::a_secret_service_that_never_answers_holds_nobody_up");
    }
    let hangs = Arc::new(AtomicBool::new(true));
    let _fake = zbus::blocking::connection::Builder::session()
        .unwrap()
        .name(SECRETS)
        .unwrap()
        .serve_at("/org/freedesktop/secrets", Silent { hangs: Arc::clone(&hangs) })
        .unwrap()
        .build()
        .unwrap();
    let keyring = Keyring::os();

    let (read, status) = unhindered(async { tokio::join!(keyring.get("a"), keyring.check()) }).await;
    assert_eq!(read.unwrap_err().state, KeyringState::Timeout);
    assert_eq!(status.state, KeyringState::Timeout);

    hangs.store(false, Ordering::SeqCst);
    let next = keyring.get("a").await.unwrap_err();
    assert_eq!(next.state, KeyringState::Unavailable, "the next one is answered: {next}");
    assert!(next.detail.contains("out of order"), "{next}");
}

struct Silent {
    hangs: Arc<AtomicBool>,
}

#[zbus::interface(name = "org.freedesktop.Secret.Service")]
impl Silent {
    async fn open_session(&self, _algorithm: &str, _input: Value<'_>) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        Err(fdo::Error::Failed("out of order".into()))
    }
}

#[tokio::test]
async fn a_person_is_asked_for_the_password_and_nobody_else_waits_meanwhile() {
    if !is_inside() {
        return run_on_a_bus("secret_service::a_person_is_asked_for_the_password_and_nobody_else_waits_meanwhile");
    }
    let lock = Arc::new(Lock::default());
    let fake = zbus::blocking::connection::Builder::session()
        .unwrap()
        .name(SECRETS)
        .unwrap()
        .serve_at("/org/freedesktop/secrets", Locked)
        .unwrap()
        .serve_at(COLLECTION, Collection(Arc::clone(&lock)))
        .unwrap()
        .serve_at(PROMPT, Dialog(Arc::clone(&lock)))
        .unwrap()
        .build()
        .unwrap();
    let keyring = Keyring::os();

    let reads = tokio::spawn({
        let keyring = keyring.clone();
        async move { keyring.get("a").await }
    });
    lock.opened.notified().await;
    let status = keyring.check().await;
    assert_eq!((status.state, lock.is_unlocked()), (KeyringState::Locked, false));
    assert!(status.detail.unwrap().contains("password"));
    answer(&fake, true).await;
    assert_eq!(reads.await.unwrap().unwrap_err().state, KeyringState::Locked, "who dismisses it leaves it locked");

    let reads = tokio::spawn(async move { keyring.get("a").await });
    lock.opened.notified().await;
    lock.unlocked.store(true, Ordering::SeqCst);
    answer(&fake, false).await;
    assert_eq!(reads.await.unwrap(), Ok(None), "it is open, and has no such entry");
}

const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";
const SESSION: &str = "/org/freedesktop/secrets/session/s1";
const PROMPT: &str = "/org/freedesktop/secrets/prompt/p1";

/// What a person does at the dialog.
async fn answer(fake: &zbus::blocking::Connection, dismissed: bool) {
    let dialog = fake.inner().object_server().interface::<_, Dialog>(PROMPT).await.unwrap();
    Dialog::completed(dialog.signal_emitter(), dismissed, Value::from(0_u8)).await.unwrap();
}

/// A keyring that is locked until somebody types its password.
#[derive(Default)]
struct Lock {
    unlocked: AtomicBool,
    opened: tokio::sync::Notify,
}

impl Lock {
    fn is_unlocked(&self) -> bool {
        self.unlocked.load(Ordering::SeqCst)
    }
}

struct Locked;

#[zbus::interface(name = "org.freedesktop.Secret.Service")]
impl Locked {
    async fn open_session(&self, algorithm: &str, _input: Value<'_>) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
        match algorithm {
            "plain" => Ok((Value::from("").try_into().unwrap(), path(SESSION))),
            // A key for secrets that are never sent.
            _ => Ok((Value::from(vec![2_u8; 128]).try_into().unwrap(), path(SESSION))),
        }
    }

    async fn read_alias(&self, _name: &str) -> OwnedObjectPath {
        path(COLLECTION)
    }

    async fn unlock(&self, _objects: Vec<OwnedObjectPath>) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        (Vec::new(), path(PROMPT))
    }

    async fn search_items(&self, _attributes: HashMap<String, String>) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        (Vec::new(), Vec::new())
    }
}

struct Collection(Arc<Lock>);

#[zbus::interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    #[zbus(property)]
    async fn locked(&self) -> bool {
        !self.0.is_unlocked()
    }
}

struct Dialog(Arc<Lock>);

#[zbus::interface(name = "org.freedesktop.Secret.Prompt")]
impl Dialog {
    async fn prompt(&self, _window: &str) {
        self.0.opened.notify_one();
    }

    #[zbus(signal)]
    async fn completed(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        dismissed: bool,
        result: Value<'_>,
    ) -> zbus::Result<()>;
}

fn path(text: &str) -> OwnedObjectPath {
    text.try_into().unwrap()
}
