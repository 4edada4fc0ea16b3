use chimera_core::{CastId, CastView, ConversationView, ModelRef, Seating};
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
