use std::sync::PoisonError;
use std::time::Duration;

use chimera_app::{FeedReader, Frame, Subscription};
use chimera_core::{FeedItem, Seq};
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::value::RawValue;
use tauri::ipc::Channel;

use crate::error::CommandResult;
use crate::shell::Shell;

/// One screen refresh: more often than that nobody sees anything.
const BATCH_EVERY: Duration = Duration::from_millis(16);
/// Items in one batch; a long replay comes in several.
const BATCH: usize = 512;

/// Items of the feed that came within one screen refresh. Their JSON is that of the socket, made once for all readers.
#[derive(Clone, specta::Type)]
#[specta(transparent)]
pub struct FeedBatch(#[specta(type = Vec<FeedItem>)] Vec<Frame>);

impl Serialize for FeedBatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut items = serializer.serialize_seq(Some(self.0.len()))?;
        for frame in &self.0 {
            let json: &RawValue = serde_json::from_str(frame.json()).map_err(serde::ser::Error::custom)?;
            items.serialize_element(json)?;
        }
        items.end()
    }
}

pub fn subscribe(shell: &Shell, after: Option<Seq>, feed: Channel<FeedBatch>) -> CommandResult<()> {
    let reader = shell.chimera()?.subscribe(Subscription { topics: None, after })?;
    let task = tauri::async_runtime::spawn(forward(reader, feed));
    let earlier = shell.subscription.lock().unwrap_or_else(PoisonError::into_inner).replace(task);
    if let Some(earlier) = earlier {
        earlier.abort();
    }
    Ok(())
}

async fn forward(mut reader: FeedReader, feed: Channel<FeedBatch>) {
    loop {
        let first = match reader.next().await {
            Ok(Some(frame)) => frame,
            Ok(None) => return,
            Err(error) => {
                // The window notices that its numbers have a gap and subscribes again.
                tracing::error!(%error, "the feed could not be read");
                return;
            }
        };
        let mut batch = vec![first];
        batch.extend(std::iter::from_fn(|| reader.try_next()).take(BATCH - 1));
        if feed.send(FeedBatch(batch)).is_err() {
            return;
        }
        tokio::time::sleep(BATCH_EVERY).await;
    }
}
