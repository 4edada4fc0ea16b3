use chimera_app::KeyFileState;
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn key_file_state(shell: State<'_, Shell>) -> CommandResult<KeyFileState> {
    Ok(shell.chimera()?.key_file_state())
}

#[tauri::command]
#[specta::specta]
pub async fn create_key_file(shell: State<'_, Shell>, passphrase: String) -> CommandResult<()> {
    Ok(shell.chimera()?.create_key_file(passphrase.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn unlock_key_file(shell: State<'_, Shell>, passphrase: String) -> CommandResult<()> {
    Ok(shell.chimera()?.unlock_key_file(passphrase.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn change_key_file_passphrase(shell: State<'_, Shell>, old: String, passphrase: String) -> CommandResult<()> {
    Ok(shell.chimera()?.change_key_file_passphrase(old.into(), passphrase.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn lock_key_file(shell: State<'_, Shell>) -> CommandResult<()> {
    shell.chimera()?.lock_key_file();
    Ok(())
}
