//! Commands that a client may send again without doing anything twice.

use std::cell::Cell;
use std::future::Future;

use chimera_core::{Event, EventKind, Receipt, Timestamp, Topic};
use chimera_store::{Done, Store};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Access, Error, ErrorCode, Result};

tokio::task_local! {
    /// The receipt of the command that is being carried out, until something is recorded under it.
    static RECEIPT: Cell<Option<Receipt>>;
}

/// Characters in a key that a client chooses.
const MAX_KEY_CHARS: usize = 128;

/// The window is a client like every other, though it has no token: their ids begin at 1.
const WINDOW: i64 = 0;

/// The receipt for what this token's holder asks for under a key of its own. `request` are the parts that make it the
/// same request: the command's name and its data.
pub fn receipt(access: &Access, key: &str, request: &[&[u8]]) -> Result<Receipt> {
    receipt_of(access.token.0, key, request)
}

/// The receipt for what the window asks for under a key of its own. The data are those the command was given.
pub fn window_receipt(key: &str, command: &str, data: &impl Serialize) -> Result<Receipt> {
    let data = serde_json::to_vec(data).expect("what came as JSON can be written as JSON");
    receipt_of(WINDOW, key, &[command.as_bytes(), &data])
}

fn receipt_of(client: i64, key: &str, request: &[&[u8]]) -> Result<Receipt> {
    if key.is_empty() || key.chars().count() > MAX_KEY_CHARS || !key.chars().all(|c| c.is_ascii_graphic()) {
        let message = format!("a key is 1 to {MAX_KEY_CHARS} visible ASCII characters");
        return Err(Error::invalid("idempotency_key", message));
    }
    let mut hash = Sha256::new();
    for part in request {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Ok(Receipt { client, key: key.to_owned(), fingerprint: hash.finalize().into() })
}

/// Carries out one command under a receipt: what it records is recorded once, however often it is asked for, and asked
/// again it gives what it gave. One that is refused, or changes nothing, leaves its key unused.
pub async fn once<F: Future>(receipt: Receipt, command: F) -> F::Output {
    RECEIPT.scope(Cell::new(Some(receipt)), command).await
}

/// The receipt to keep with the next thing that is recorded.
pub(crate) fn take() -> Option<Receipt> {
    RECEIPT.try_with(Cell::take).ok().flatten()
}

/// What the command that is being carried out has led to before, if it was sent again.
pub(crate) async fn earlier(store: &Store) -> Result<Option<Vec<Event>>> {
    let Some(receipt) = take() else { return Ok(None) };
    let found = done(store, &receipt).await?;
    if found.is_none() {
        RECEIPT.with(|kept| kept.set(Some(receipt)));
    }
    Ok(found)
}

/// What was done under it before.
pub(crate) async fn done(store: &Store, receipt: &Receipt) -> Result<Option<Vec<Event>>> {
    match store.done(receipt).await? {
        None => Ok(None),
        Some(Done::Same(events)) => Ok(Some(events)),
        Some(Done::Other) => Err(Error::new(
            ErrorCode::KeyReused,
            "this idempotency key was used for another request: choose a new one for each",
        )
        .on("idempotency_key")),
    }
}

/// Records what one command without a runner does, once under its receipt if it has one.
pub(crate) async fn append(store: &Store, topic: Topic, ts: Timestamp, kinds: Vec<EventKind>) -> Result<Vec<Event>> {
    let Some(receipt) = take() else { return Ok(store.append(topic, ts, kinds).await?) };
    if let Some(events) = done(store, &receipt).await? {
        return Ok(events);
    }
    match store.append_once(topic, ts, kinds, receipt.clone()).await {
        Ok(events) => Ok(events),
        // Another of the same key came in between, and was first.
        Err(error) => match done(store, &receipt).await? {
            Some(events) => Ok(events),
            None => Err(error.into()),
        },
    }
}
