use chimera_core::Seq;
use tauri::State;
use tauri::ipc::Channel;

use crate::error::CommandResult;
use crate::feed::{self, FeedBatch};
use crate::shell::Shell;

/// The feed from after a number of the log, or from now on: what the window shows moves by this alone. A later call
/// takes the place of an earlier one.
#[tauri::command]
#[specta::specta]
pub async fn subscribe(shell: State<'_, Shell>, after_seq: Option<Seq>, feed: Channel<FeedBatch>) -> CommandResult<()> {
    feed::subscribe(&shell, after_seq, feed)
}
