use chimera_app::EditAs;
use chimera_core::{ConversationId, MessageId, MessageVersion, ModelRef, SummaryId};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn pin_message(shell: State<'_, Shell>, id: ConversationId, message: MessageId) -> CommandResult<()> {
    Ok(shell.chimera()?.pin(id, message).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn unpin_message(shell: State<'_, Shell>, id: ConversationId, message: MessageId) -> CommandResult<()> {
    Ok(shell.chimera()?.unpin(id, message).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn regenerate(
    shell: State<'_, Shell>,
    id: ConversationId,
    message: MessageId,
    model: Option<ModelRef>,
) -> CommandResult<()> {
    Ok(shell.chimera()?.regenerate(id, message, model).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn choose_alternative(shell: State<'_, Shell>, id: ConversationId, message: MessageId) -> CommandResult<()> {
    Ok(shell.chimera()?.choose_alternative(id, message).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn edit_message(
    shell: State<'_, Shell>,
    id: ConversationId,
    message: MessageId,
    text: String,
    edit: EditAs,
) -> CommandResult<()> {
    Ok(shell.chimera()?.edit_message(id, message, &text, edit).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn edit_summary(
    shell: State<'_, Shell>,
    id: ConversationId,
    summary: SummaryId,
    text: String,
) -> CommandResult<()> {
    Ok(shell.chimera()?.edit_summary(id, summary, &text).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn message_versions(
    shell: State<'_, Shell>,
    id: ConversationId,
    message: MessageId,
) -> CommandResult<Vec<MessageVersion>> {
    Ok(shell.chimera()?.versions(id, message).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_message(shell: State<'_, Shell>, id: ConversationId, message: MessageId) -> CommandResult<()> {
    Ok(shell.chimera()?.delete_message(id, message).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn restore_message(shell: State<'_, Shell>, id: ConversationId, message: MessageId) -> CommandResult<()> {
    Ok(shell.chimera()?.restore_message(id, message).await?)
}
