use chimera_app::ImportedCast;
use chimera_core::{CastId, CastView, ConversationId, ConversationView, ModelRef, NewCast, Seating};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn list_casts(shell: State<'_, Shell>) -> CommandResult<Vec<CastView>> {
    Ok(shell.chimera()?.casts().await?)
}

/// A conversation of this cast; without a route demo voices speak.
#[tauri::command]
#[specta::specta]
pub async fn seat_cast(
    shell: State<'_, Shell>,
    cast: CastId,
    topic: Option<String>,
    route: Vec<ModelRef>,
) -> CommandResult<ConversationView> {
    let seating = Seating { topic, route, ..Seating::default() };
    Ok(shell.chimera()?.seat_cast(&cast, seating).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn save_cast(shell: State<'_, Shell>, cast: NewCast) -> CommandResult<CastView> {
    Ok(shell.chimera()?.save_cast(cast).await?)
}

/// Who sits at this table and by which rules they talk; nothing of what was said.
#[tauri::command]
#[specta::specta]
pub async fn save_table_as_cast(
    shell: State<'_, Shell>,
    id: ConversationId,
    name: String,
    tagline: String,
) -> CommandResult<CastView> {
    Ok(shell.chimera()?.save_table_as_cast(id, &name, &tagline).await?)
}

/// All of it is as given from now on.
#[tauri::command]
#[specta::specta]
pub async fn change_cast(shell: State<'_, Shell>, id: CastId, cast: NewCast) -> CommandResult<CastView> {
    Ok(shell.chimera()?.change_cast(&id, cast).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn duplicate_cast(shell: State<'_, Shell>, id: CastId, name: Option<String>) -> CommandResult<CastView> {
    Ok(shell.chimera()?.duplicate_cast(&id, name.as_deref()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_cast(shell: State<'_, Shell>, id: CastId) -> CommandResult<()> {
    Ok(shell.chimera()?.delete_cast(&id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn restore_cast(shell: State<'_, Shell>, id: CastId) -> CommandResult<CastView> {
    Ok(shell.chimera()?.restore_cast(&id).await?)
}

/// The text of a file that can be imported again.
#[tauri::command]
#[specta::specta]
pub async fn export_cast(shell: State<'_, Shell>, id: CastId) -> CommandResult<String> {
    Ok(shell.chimera()?.export_cast(&id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn import_cast(shell: State<'_, Shell>, text: String) -> CommandResult<ImportedCast> {
    Ok(shell.chimera()?.import_cast(&text).await?)
}
