use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chimera_core::{ImageDigest, ImageRef};
use tauri::State;

use crate::error::{CommandError, CommandResult};
use crate::shell::Shell;

/// Bytes cross the border in base64, as the page needs them for showing an image anyway.
#[tauri::command]
#[specta::specta]
pub async fn attach_image(shell: State<'_, Shell>, data: String) -> CommandResult<ImageRef> {
    let bytes = STANDARD.decode(data).map_err(CommandError::of_the_shell)?;
    Ok(shell.chimera()?.attach_image(bytes).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn image_data(shell: State<'_, Shell>, digest: ImageDigest) -> CommandResult<String> {
    Ok(STANDARD.encode(shell.chimera()?.image(digest).await?.bytes))
}
