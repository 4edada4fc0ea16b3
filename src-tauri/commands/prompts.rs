use chimera_core::{AttemptId, ConversationId, ParticipantId, PromptView, Thoughts};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

/// The words that stood before the model in this attempt.
#[tauri::command]
#[specta::specta]
pub async fn attempt_prompt(
    shell: State<'_, Shell>,
    id: ConversationId,
    attempt: AttemptId,
) -> CommandResult<PromptView> {
    Ok(shell.chimera()?.prompt_of(id, attempt).await?)
}

/// What the model showed of its thinking in this attempt.
#[tauri::command]
#[specta::specta]
pub async fn attempt_thoughts(
    shell: State<'_, Shell>,
    id: ConversationId,
    attempt: AttemptId,
) -> CommandResult<Thoughts> {
    Ok(shell.chimera()?.thoughts_of(id, attempt).await?)
}

/// What would stand before the model of this participant, or of whoever is next.
#[tauri::command]
#[specta::specta]
pub async fn preview_prompt(
    shell: State<'_, Shell>,
    id: ConversationId,
    participant: Option<ParticipantId>,
) -> CommandResult<PromptView> {
    Ok(shell.chimera()?.prompt_preview(id, participant).await?)
}
