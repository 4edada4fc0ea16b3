//! A small file, read and replaced as a whole: whoever reads it finds the old one or the new one, whenever the power goes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::{KeyFileError, Result};

/// More keys than anybody has.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(KeyFileError::Absent),
        Err(error) => Err(KeyFileError::Unusable { doing: "read", detail: error.to_string() }),
    }
}

pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = beside(path);
    let replaced = write_private(&beside, bytes).and_then(|()| fs::rename(&beside, path)).and_then(|()| keep(path));
    replaced.map_err(|error| {
        // What is left of it is sealed, and overwritten by the next one; it is only tidier without.
        let _ = fs::remove_file(&beside);
        KeyFileError::Unusable { doing: "written", detail: error.to_string() }
    })
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// For the user's eyes only, from its first byte on.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // One that a crash left behind may have been given other rights since.
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The new name is on the disk, too.
fn keep(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
