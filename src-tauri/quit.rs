use std::time::Duration;

use tauri::async_runtime::block_on;
use tauri::{AppHandle, Manager, RunEvent};

use crate::shell::Shell;

/// Longer than this nobody waits for an app that was closed; what is not flushed by then comes back as interrupted.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ends everything in order: sockets are told, words are flushed, the history is closed.
pub fn on_event(app: &AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event {
        block_on(async {
            if tokio::time::timeout(PATIENCE, close(app)).await.is_err() {
                tracing::warn!("Chimera was not closed in time");
            }
        });
    }
}

async fn close(app: &AppHandle) {
    let shell = app.state::<Shell>();
    if let Some(server) = shell.server.lock().await.take() {
        server.shut_down().await;
    }
    let Ok(chimera) = shell.chimera() else { return };
    match chimera.close().await {
        Ok(()) => tracing::info!("closed"),
        Err(error) => tracing::error!(%error, "the history was not closed cleanly"),
    }
}

/// SIGTERM and SIGINT would end the process without [`RunEvent::Exit`].
#[cfg(unix)]
pub fn on_signals(app: &AppHandle) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let app = app.clone();
    match Signals::new([SIGTERM, SIGINT, SIGHUP]) {
        Ok(mut signals) => {
            std::thread::spawn(move || {
                if signals.forever().next().is_some() {
                    app.exit(0);
                }
            });
        }
        Err(error) => tracing::warn!(%error, "signals are not heard: a kill will look like a crash"),
    }
}

#[cfg(not(unix))]
pub fn on_signals(_app: &AppHandle) {}
