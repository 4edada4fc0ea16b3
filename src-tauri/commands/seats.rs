use chimera_core::{ConversationId, NewParticipant, ParticipantChange, ParticipantId};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn add_participant(
    shell: State<'_, Shell>,
    id: ConversationId,
    participant: NewParticipant,
    seat: Option<u32>,
) -> CommandResult<ParticipantId> {
    Ok(shell.chimera()?.join(id, participant, seat).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_participant(
    shell: State<'_, Shell>,
    id: ConversationId,
    participant: ParticipantId,
) -> CommandResult<()> {
    Ok(shell.chimera()?.leave(id, participant).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn change_participant(
    shell: State<'_, Shell>,
    id: ConversationId,
    participant: ParticipantId,
    change: ParticipantChange,
) -> CommandResult<()> {
    Ok(shell.chimera()?.change_participant(id, participant, change).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn reorder_participants(
    shell: State<'_, Shell>,
    id: ConversationId,
    order: Vec<ParticipantId>,
) -> CommandResult<()> {
    Ok(shell.chimera()?.reorder(id, order).await?)
}
