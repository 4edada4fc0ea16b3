//! How a companion finds the side door: one small file in the data folder, which only its owner can read.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chimera_core::{Clock, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Name of the file in the data folder that says where the side door is. It holds no token.
pub const DISCOVERY_FILE: &str = "companion.json";

/// Where a Chimera said that its side door is. It may have died since, so that the door is gone or another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Companion {
    pub port: u16,
    pub pid: u32,
}

impl Companion {
    /// What the discovery file of this data folder says, if there is one that can be read.
    pub fn find(data_dir: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(data_dir.join(DISCOVERY_FILE)).ok()?).ok()
    }
}

#[derive(Debug, Serialize)]
struct Contents<'a> {
    url: &'a str,
    port: u16,
    pid: u32,
    version: &'a str,
    started_at: Timestamp,
}

/// The file, gone with this value.
#[derive(Debug)]
pub(crate) struct Discovery {
    path: PathBuf,
    written: Vec<u8>,
}

impl Discovery {
    pub(crate) fn write(data_dir: &Path, url: &str, port: u16) -> Result<Self, Error> {
        let path = data_dir.join(DISCOVERY_FILE);
        let started_at = chimera_app::SystemClock::default().now();
        let contents = Contents { url, port, pid: std::process::id(), version: env!("CARGO_PKG_VERSION"), started_at };
        let mut written = serde_json::to_vec(&contents).expect("plain data with string keys always becomes JSON");
        written.push(b'\n');
        match replace(&path, &written) {
            Ok(()) => Ok(Self { path, written }),
            Err(source) => Err(Error::Discovery { path, source }),
        }
    }
}

impl Drop for Discovery {
    fn drop(&mut self) {
        // Another Chimera may have put its own there since.
        if std::fs::read(&self.path).is_ok_and(|found| found == self.written)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "the discovery file stays behind");
        }
    }
}

/// A reader sees the old file or the new one, whole; and whoever planted a link under our name gains nothing.
fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("json.{}", uuid::Uuid::now_v7().simple()));
    let result = create_private(&draft).and_then(|mut file| {
        file.write_all(contents)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    });
    if result.is_err() {
        // Best effort: what matters is the error above.
        let _ = std::fs::remove_file(&draft);
    }
    result
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_where_we_are_and_is_gone_with_us() {
        let dir = tempfile::tempdir().unwrap();

        let discovery = Discovery::write(dir.path(), "http://127.0.0.1:9", 9).unwrap();
        let text = std::fs::read_to_string(dir.path().join(DISCOVERY_FILE)).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let found = Companion::find(dir.path());
        drop(discovery);

        assert_eq!((json["url"].as_str(), json["port"].as_u64()), (Some("http://127.0.0.1:9"), Some(9)));
        assert_eq!(json["pid"].as_u64(), Some(std::process::id().into()));
        assert_eq!(found, Some(Companion { port: 9, pid: std::process::id() }));
        assert_eq!(Companion::find(dir.path()), None);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it_and_a_planted_link_is_replaced_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = dir.path().join("elsewhere");
        std::fs::write(&elsewhere, "untouched").unwrap();
        symlink(&elsewhere, dir.path().join(DISCOVERY_FILE)).unwrap();

        let discovery = Discovery::write(dir.path(), "http://127.0.0.1:9", 9).unwrap();

        let metadata = std::fs::symlink_metadata(&discovery.path).unwrap();
        assert!(metadata.is_file());
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "untouched");
    }

    #[test]
    fn a_file_that_another_put_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let discovery = Discovery::write(dir.path(), "http://127.0.0.1:9", 9).unwrap();
        std::fs::write(&discovery.path, "theirs").unwrap();

        drop(discovery);

        assert!(dir.path().join(DISCOVERY_FILE).exists());
    }
}
