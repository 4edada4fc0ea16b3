use std::path::PathBuf;
use std::sync::Mutex;

use chimera_app::{Chimera, Options, default_data_dir};
use chimera_server::Server;
use tauri::async_runtime::{JoinHandle, block_on};
use tauri::{AppHandle, Manager};

use crate::error::{CommandError, CommandResult};
use crate::{logging, preferences};

/// What the commands reach: Chimera, or why it could not be opened. The window opens either way and says so.
pub struct Shell {
    chimera: CommandResult<Chimera>,
    pub data_dir: PathBuf,
    pub server: tokio::sync::Mutex<Option<Server>>,
    /// The window's one subscription; a reloaded page takes a new one.
    pub subscription: Mutex<Option<JoinHandle<()>>>,
    /// Ends with the shell: what was logged is on disk.
    _log: Option<tracing_appender::non_blocking::WorkerGuard>,
}

impl Shell {
    pub fn open(app: &AppHandle) -> CommandResult<()> {
        let data_dir = default_data_dir();
        let log = data_dir.as_ref().ok().and_then(|dir| logging::start(dir));
        let opened =
            data_dir.as_ref().map_err(copy).cloned().and_then(|dir| block_on(Chimera::open(Options::new(dir))));
        if let Err(error) = &opened {
            tracing::error!(%error, "Chimera could not be opened");
        }
        let data_dir = data_dir.unwrap_or_default();
        preferences::open(app, &data_dir)?;
        if let Ok(chimera) = &opened {
            chimera.record(preferences::read(app)?.recording());
        }
        app.manage(Self {
            chimera: opened.map_err(CommandError::from),
            data_dir,
            server: tokio::sync::Mutex::new(None),
            subscription: Mutex::new(None),
            _log: log,
        });
        Ok(())
    }

    pub fn chimera(&self) -> CommandResult<&Chimera> {
        self.chimera.as_ref().map_err(Clone::clone)
    }
}

fn copy(error: &chimera_app::Error) -> chimera_app::Error {
    chimera_app::Error::new(error.code, error.message.clone())
}
