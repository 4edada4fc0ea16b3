use chimera_core::{Cast, CastId, ConversationView, ModelRef};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn list_casts(shell: State<'_, Shell>) -> CommandResult<Vec<Cast>> {
    Ok(shell.chimera()?.casts())
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
    Ok(shell.chimera()?.seat_cast(&cast, topic, route).await?)
}
