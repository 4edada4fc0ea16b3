use chimera_app::{ConversationPage, Emptied};
use chimera_core::{ConversationId, Shelf};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

/// A page of the list; `next_cursor` is given back to get the page after it.
#[tauri::command]
#[specta::specta]
pub async fn list_conversations(
    shell: State<'_, Shell>,
    shelf: Shelf,
    cursor: Option<String>,
    limit: u32,
) -> CommandResult<ConversationPage> {
    Ok(shell.chimera()?.conversations_on(shelf, cursor.as_deref(), limit).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn archive_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.archive(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn unarchive_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.unarchive(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn trash_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.trash(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn restore_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.restore(id).await?)
}

/// There is no way back: the page asks before.
#[tauri::command]
#[specta::specta]
pub async fn delete_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.delete_for_good(id).await?)
}

/// There is no way back: the page asks before.
#[tauri::command]
#[specta::specta]
pub async fn empty_trash(shell: State<'_, Shell>) -> CommandResult<Emptied> {
    Ok(shell.chimera()?.empty_trash().await?)
}
