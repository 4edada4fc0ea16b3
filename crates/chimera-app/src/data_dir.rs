use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::{Error, ErrorCode, Result};

/// Where history lives unless told otherwise: `CHIMERA_DATA_DIR`, else the place the system keeps for app data.
pub fn default_data_dir() -> Result<PathBuf> {
    if let Some(dir) = std::env::var_os("CHIMERA_DATA_DIR").filter(|dir| !dir.is_empty()) {
        return Ok(PathBuf::from(dir));
    }
    directories::ProjectDirs::from("org", "chimera", "Chimera").map(|dirs| dirs.data_dir().to_path_buf()).ok_or_else(
        || Error::invalid("CHIMERA_DATA_DIR", "no home folder was found: set CHIMERA_DATA_DIR to a folder of yours"),
    )
}

/// The folder for the log files of a data folder, made if it is not there.
pub fn log_dir(data_dir: &Path) -> Result<PathBuf> {
    let logs = data_dir.join("logs");
    create_private(&logs)?;
    Ok(logs)
}

pub(crate) fn database(data_dir: &Path) -> PathBuf {
    data_dir.join("chimera.db")
}

pub(crate) fn key_file(data_dir: &Path) -> PathBuf {
    data_dir.join("keys.sealed")
}

pub(crate) fn model_lists(data_dir: &Path) -> PathBuf {
    data_dir.join("model-lists.json")
}

/// The process that writes to this data folder now, or did last: its lock says so, where the system lets others read a
/// locked file.
pub fn last_writer(data_dir: &Path) -> Option<u32> {
    std::fs::read_to_string(lock_file(data_dir)).ok()?.trim().parse().ok()
}

fn lock_file(data_dir: &Path) -> PathBuf {
    data_dir.join("chimera.lock")
}

/// Held as long as this process may write to the data folder. The system lets go of it when the process dies, however
/// it dies.
#[derive(Debug)]
pub(crate) struct DataLock(#[expect(dead_code, reason = "held for its lock, never read")] File);

impl DataLock {
    pub(crate) fn take(data_dir: &Path) -> Result<Self> {
        create_private(data_dir)?;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(lock_file(data_dir))
            .map_err(|error| unusable(data_dir, error))?;
        match file.try_lock() {
            Ok(()) => {
                // For people and for the terminal, which tells our own side door from one that was left behind; the
                // lock holds without it.
                let noted = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
                noted.map_err(|error| unusable(data_dir, error))?;
                Ok(Self(file))
            }
            Err(TryLockError::WouldBlock) => Err(in_use(data_dir)),
            Err(TryLockError::Error(error)) => Err(unusable(data_dir, error)),
        }
    }
}

fn in_use(data_dir: &Path) -> Error {
    let process = last_writer(data_dir).map_or_else(String::new, |process| format!(" (process {process})"));
    let message = format!(
        "another Chimera{process} has {} open: close it, or use another folder with CHIMERA_DATA_DIR",
        data_dir.display()
    );
    Error::new(ErrorCode::DataFolderInUse, message)
}

/// A folder we make is the user's alone; one that exists keeps the rights it was given.
pub(crate) fn create_private(data_dir: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data_dir).map_err(|error| unusable(data_dir, error))
}

fn unusable(data_dir: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorCode::Storage, format!("the data folder {} cannot be used: {error}", data_dir.display()))
        .on("data_dir")
        .because(error)
}
