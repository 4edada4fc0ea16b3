use chimera_core::{BranchComparison, BranchId, ConversationId, MessageId};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn branch_conversation(
    shell: State<'_, Shell>,
    id: ConversationId,
    from: MessageId,
    name: Option<String>,
) -> CommandResult<BranchId> {
    Ok(shell.chimera()?.branch(id, from, name.as_deref()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn continue_from(shell: State<'_, Shell>, id: ConversationId, message: MessageId) -> CommandResult<()> {
    Ok(shell.chimera()?.continue_from(id, message).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn switch_branch(shell: State<'_, Shell>, id: ConversationId, branch: BranchId) -> CommandResult<()> {
    Ok(shell.chimera()?.switch_branch(id, branch).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn rename_branch(
    shell: State<'_, Shell>,
    id: ConversationId,
    branch: BranchId,
    name: String,
) -> CommandResult<()> {
    Ok(shell.chimera()?.rename_branch(id, branch, &name).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn compare_branches(
    shell: State<'_, Shell>,
    id: ConversationId,
    left: BranchId,
    right: BranchId,
) -> CommandResult<BranchComparison> {
    Ok(shell.chimera()?.compare_branches(id, left, right).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn undo(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.undo(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn redo(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.redo(id).await?)
}
