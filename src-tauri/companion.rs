use chimera_server::{ServeOptions, Server};
use serde::Serialize;
use tauri::{AppHandle, Manager};

use crate::error::{CommandError, CommandResult};
use crate::preferences;
use crate::shell::Shell;

/// The side door as the window shows it.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct CompanionStatus {
    enabled: bool,
    url: Option<String>,
    port: Option<u16>,
    /// Sockets that are open now.
    clients: u32,
}

pub async fn status(shell: &Shell) -> CompanionStatus {
    let server = shell.server.lock().await;
    CompanionStatus {
        enabled: server.is_some(),
        url: server.as_ref().map(Server::url),
        port: server.as_ref().map(Server::port),
        clients: server.as_ref().map_or(0, |server| u32::try_from(server.clients()).unwrap_or(u32::MAX)),
    }
}

/// Opens or shuts the side door, and remembers the choice for the next start.
pub async fn set(app: &AppHandle, shell: &Shell, enabled: bool) -> CommandResult<CompanionStatus> {
    {
        let mut server = shell.server.lock().await;
        match (enabled, server.take()) {
            (true, Some(open)) => *server = Some(open),
            (true, None) => *server = Some(start(shell).await?),
            (false, Some(open)) => open.shut_down().await,
            (false, None) => {}
        }
    }
    preferences::set_companion(app, enabled)?;
    Ok(status(shell).await)
}

/// At the start of the app, when the user had it open the last time.
pub fn open_if_wanted(app: &AppHandle) {
    if !preferences::companion(app) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        let mut server = shell.server.lock().await;
        match start(&shell).await {
            Ok(open) => *server = Some(open),
            Err(error) => tracing::error!(message = error.message, "the local API could not be opened"),
        }
    });
}

async fn start(shell: &Shell) -> CommandResult<Server> {
    Server::start(shell.chimera()?.clone(), ServeOptions::default()).await.map_err(CommandError::of_the_shell)
}
