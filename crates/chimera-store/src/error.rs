use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// The history could not be read or written. Nothing of a failed change is stored.
///
/// It can be cloned because one failed commit fails every change that waited in it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error("could not {doing}: the disk is full")]
    Full { doing: &'static str },
    #[error("could not {doing}: the history is read-only")]
    ReadOnly { doing: &'static str },
    #[error("could not {doing}: the history is damaged: {detail}")]
    Corrupt { doing: &'static str, detail: String },
    #[error("this history was written by a newer Chimera (version {found}, this one knows {known})")]
    Newer { found: u32, known: u32 },
    #[error("could not {doing}: another program holds the history")]
    Locked { doing: &'static str },
    #[error("{} is not a history of Chimera", .path.display())]
    NotAHistory { path: PathBuf },
    /// The folder or the file cannot be reached at all.
    #[error("could not open {}: {source}", .path.display())]
    Unreachable { path: PathBuf, source: Arc<io::Error> },
    /// The event speaks of something that is not there, or of something that is there already.
    #[error("could not {doing}: it does not fit what is stored: {detail}")]
    DoesNotFit { doing: &'static str, detail: String },
    #[error("`{cursor}` is not a cursor of this list")]
    BadCursor { cursor: String },
    /// This build was linked with an SQLite whose WAL can lose pages.
    #[error("SQLite {found} is too old: 3.51.3 or later is needed")]
    OldSqlite { found: String },
    #[error("could not {doing}: the history is closed")]
    Closed { doing: &'static str },
    #[error("could not {doing}: {source}")]
    Database { doing: &'static str, source: Arc<sqlx::Error> },
}

/// SQLite's primary result codes that somebody acts on (<https://www.sqlite.org/rescode.html>).
mod code {
    pub const BUSY: i32 = 5;
    pub const LOCKED: i32 = 6;
    pub const READONLY: i32 = 8;
    pub const CORRUPT: i32 = 11;
    pub const FULL: i32 = 13;
    pub const CONSTRAINT: i32 = 19;
    pub const NOTADB: i32 = 26;
}

impl Error {
    pub(crate) fn new(doing: &'static str, source: sqlx::Error) -> Self {
        match (primary_code(&source), &source) {
            (Some(code::FULL), _) => Self::Full { doing },
            (Some(code::READONLY), _) => Self::ReadOnly { doing },
            (Some(code::BUSY | code::LOCKED), _) => Self::Locked { doing },
            (Some(code::CORRUPT | code::NOTADB), _) => Self::Corrupt { doing, detail: source.to_string() },
            (Some(code::CONSTRAINT), _) => Self::DoesNotFit { doing, detail: source.to_string() },
            (_, sqlx::Error::RowNotFound) => {
                Self::DoesNotFit { doing, detail: "it speaks of something that is not there".into() }
            }
            // SQLite gave the row, so the value in it is not one that we ever wrote.
            (_, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
                Self::Corrupt { doing, detail: source.to_string() }
            }
            (_, sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed) => Self::Closed { doing },
            _ => Self::Database { doing, source: Arc::new(source) },
        }
    }

    pub(crate) fn unreachable(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Unreachable { path: path.into(), source: Arc::new(source) }
    }
}

/// SQLite's own number for the error, without the upper bits that only refine it.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?;
    Some(code.parse::<i32>().ok()? & 0xff)
}
