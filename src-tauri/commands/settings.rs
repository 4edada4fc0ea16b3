use chimera_app::KeyringStatus;
use chimera_core::EndRules;
use serde::Serialize;
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use crate::companion::{self, CompanionStatus};
use crate::error::{CommandError, CommandResult};
use crate::preferences::{self, Preferences};
use crate::shell::Shell;
use crate::window;

/// What the window must know before it draws anything.
#[derive(Debug, Serialize, specta::Type)]
pub struct AppInfo {
    version: String,
    data_dir: String,
    keyring: KeyringStatus,
    preferences: Preferences,
    companion: CompanionStatus,
    /// What ends a conversation of which nobody says more.
    end_defaults: EndRules,
}

#[tauri::command]
#[specta::specta]
pub async fn app_info(app: AppHandle, shell: State<'_, Shell>) -> CommandResult<AppInfo> {
    let chimera = shell.chimera()?;
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").into(),
        data_dir: shell.data_dir.display().to_string(),
        keyring: chimera.keyring_status().await,
        preferences: preferences::read(&app)?,
        companion: companion::status(&shell).await,
        end_defaults: EndRules::default(),
    })
}

#[tauri::command]
#[specta::specta]
pub async fn set_preferences(app: AppHandle, shell: State<'_, Shell>, preferences: Preferences) -> CommandResult<()> {
    preferences::write(&app, &preferences)?;
    window::apply(&app, &preferences);
    shell.chimera()?.record(preferences.recording());
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn set_companion(app: AppHandle, shell: State<'_, Shell>, enabled: bool) -> CommandResult<CompanionStatus> {
    companion::set(&app, &shell, enabled).await
}

#[tauri::command]
#[specta::specta]
pub async fn keyring_status(shell: State<'_, Shell>) -> CommandResult<KeyringStatus> {
    Ok(shell.chimera()?.keyring_status().await)
}

/// Opens a link of a message in the browser, after the window has shown where it leads.
#[tauri::command]
#[specta::specta]
pub async fn open_link(app: AppHandle, url: String) -> CommandResult<()> {
    let link = chimera_app::safe_link(&url)?;
    app.opener().open_url(link, None::<&str>).map_err(CommandError::of_the_shell)
}
