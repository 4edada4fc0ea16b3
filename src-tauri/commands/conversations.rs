use chimera_app::{SayWhen, StopWhen, once, window_receipt};
use chimera_core::{
    Attachment, ConversationChange, ConversationId, ConversationUsage, ConversationView, MessageId, ModelRef,
    NewConversation, ParticipantId, Persona,
};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn get_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<ConversationView> {
    Ok(shell.chimera()?.conversation(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn create_conversation(
    shell: State<'_, Shell>,
    conversation: NewConversation,
) -> CommandResult<ConversationView> {
    Ok(shell.chimera()?.create_conversation(conversation).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn start_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.start(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn pause_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.pause(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn resume_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.resume(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn step_conversation(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.step(id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn stop_conversation(shell: State<'_, Shell>, id: ConversationId, when: StopWhen) -> CommandResult<()> {
    Ok(shell.chimera()?.stop(id, when).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn retry_turn(shell: State<'_, Shell>, id: ConversationId, route: Vec<ModelRef>) -> CommandResult<()> {
    Ok(shell.chimera()?.retry(id, route).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn skip_turn(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<()> {
    Ok(shell.chimera()?.skip(id).await?)
}

/// Cuts off this one speaker; in a round the others go on.
#[tauri::command]
#[specta::specta]
pub async fn skip_participant(
    shell: State<'_, Shell>,
    id: ConversationId,
    participant: ParticipantId,
) -> CommandResult<()> {
    Ok(shell.chimera()?.skip_participant(id, participant).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn nudge_participant(
    shell: State<'_, Shell>,
    id: ConversationId,
    participant: ParticipantId,
) -> CommandResult<()> {
    Ok(shell.chimera()?.nudge(id, participant).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn mute_participant(
    shell: State<'_, Shell>,
    id: ConversationId,
    participant: ParticipantId,
) -> CommandResult<()> {
    Ok(shell.chimera()?.mute(id, participant).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn unmute_participant(
    shell: State<'_, Shell>,
    id: ConversationId,
    participant: ParticipantId,
) -> CommandResult<()> {
    Ok(shell.chimera()?.unmute(id, participant).await?)
}

/// To those who are named alone; to everybody when nobody is. Asked again under the same key it is said once.
#[tauri::command]
#[specta::specta]
pub async fn say(
    shell: State<'_, Shell>,
    id: ConversationId,
    text: String,
    when: SayWhen,
    to: Vec<ParticipantId>,
    images: Vec<Attachment>,
    key: String,
) -> CommandResult<MessageId> {
    let receipt = window_receipt(&key, "say", &(id, &text, when, &to, &images))?;
    Ok(once(receipt, shell.chimera()?.say_with_images(id, &text, images, when, to)).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn rename_conversation(shell: State<'_, Shell>, id: ConversationId, title: String) -> CommandResult<()> {
    Ok(shell.chimera()?.rename(id, &title).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn start_demo(shell: State<'_, Shell>) -> CommandResult<ConversationView> {
    Ok(shell.chimera()?.start_demo().await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_personas(shell: State<'_, Shell>) -> CommandResult<Vec<Persona>> {
    Ok(shell.chimera()?.personas())
}

#[tauri::command]
#[specta::specta]
pub async fn change_conversation(
    shell: State<'_, Shell>,
    id: ConversationId,
    change: ConversationChange,
) -> CommandResult<()> {
    Ok(shell.chimera()?.change(id, change).await?)
}

/// Who and what made it cost what it has come to.
#[tauri::command]
#[specta::specta]
pub async fn conversation_usage(shell: State<'_, Shell>, id: ConversationId) -> CommandResult<ConversationUsage> {
    Ok(shell.chimera()?.usage(id).await?)
}
