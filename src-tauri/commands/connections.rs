use chimera_app::{
    ConnectionChanges, ConnectionTest, ConnectionView, LocalServerFound, ModelInfo, NewConnection, UsualLimits,
};
use chimera_core::{ConnectionId, ProviderHealth, ProviderKind};
use tauri::State;

use crate::error::CommandResult;
use crate::shell::Shell;

#[tauri::command]
#[specta::specta]
pub async fn list_connections(shell: State<'_, Shell>) -> CommandResult<Vec<ConnectionView>> {
    Ok(shell.chimera()?.connections().await)
}

/// The key goes to the keyring (or, if so wished, stays in memory); nothing gives it back.
#[tauri::command]
#[specta::specta]
pub async fn add_connection(shell: State<'_, Shell>, connection: NewConnection) -> CommandResult<ConnectionView> {
    Ok(shell.chimera()?.add_connection(connection).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_connection(shell: State<'_, Shell>, id: ConnectionId) -> CommandResult<()> {
    Ok(shell.chimera()?.remove_connection(&id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn list_models(shell: State<'_, Shell>, connection: ConnectionId) -> CommandResult<Vec<ModelInfo>> {
    Ok(shell.chimera()?.models(&connection).await?)
}

/// How every model and connection stands that anything is known of; changes come by the feed.
#[tauri::command]
#[specta::specta]
pub async fn provider_health(shell: State<'_, Shell>) -> CommandResult<Vec<ProviderHealth>> {
    Ok(shell.chimera()?.health())
}

#[tauri::command]
#[specta::specta]
pub async fn update_connection(
    shell: State<'_, Shell>,
    id: ConnectionId,
    changes: ConnectionChanges,
) -> CommandResult<ConnectionView> {
    Ok(shell.chimera()?.update_connection(&id, changes).await?)
}

/// Asks the server for its models and for nothing else; costs nothing.
#[tauri::command]
#[specta::specta]
pub async fn test_connection(shell: State<'_, Shell>, id: ConnectionId) -> CommandResult<ConnectionTest> {
    Ok(shell.chimera()?.test_connection(&id).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn test_new_connection(shell: State<'_, Shell>, connection: NewConnection) -> CommandResult<ConnectionTest> {
    Ok(shell.chimera()?.test_new_connection(connection).await?)
}

/// How a server of this kind and address is called where nobody says anything of it. Asks nobody.
#[tauri::command]
#[specta::specta]
pub async fn usual_limits(
    shell: State<'_, Shell>,
    kind: ProviderKind,
    base_url: Option<String>,
    local: bool,
) -> CommandResult<UsualLimits> {
    Ok(shell.chimera()?.usual_limits(kind, base_url, local))
}

/// Knocks where model servers usually listen on this machine: only when a person asks for it.
#[tauri::command]
#[specta::specta]
pub async fn detect_local_servers(shell: State<'_, Shell>) -> CommandResult<Vec<LocalServerFound>> {
    Ok(shell.chimera()?.detect_local_servers().await)
}
