//! The file itself: how it is made, opened and recognised.
//!
//! Nobody but SQLite may open and close it: closing any other handle on it would drop the locks SQLite holds.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use crate::error::primary_code;
use crate::{Error, schema};

/// More readers than that only wait for the disk together.
const READERS: u32 = 4;
/// SQLite's log of changes is cut back to this size when it has been emptied.
const WAL_LIMIT_BYTES: &str = "67108864";
const OPENING: &str = "open the history";

/// Opens the history for writing, makes it when there is none, and brings its schema up to date.
pub(crate) async fn open(path: &Path) -> Result<SqliteConnection, Error> {
    match fs::metadata(path) {
        Ok(metadata) => {
            refuse_if_cut_to_nothing(&metadata)?;
            keep_private(path)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path).await?,
        Err(error) => return Err(Error::unreachable(path, error)),
    }
    let mut db = connect(path).await?;
    let found = schema::version(&mut db, path).await?;
    if found > schema::VERSION {
        return Err(Error::Newer { found, known: schema::VERSION });
    }
    use_wal(&mut db).await?;
    schema::migrate(&mut db, found).await?;
    Ok(db)
}

/// The one connection that writes.
pub(crate) async fn connect(path: &Path) -> Result<SqliteConnection, Error> {
    let mut options = options(path)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", WAL_LIMIT_BYTES)
        // What is deleted inside a page is overwritten, which costs no page more.
        .pragma("secure_delete", "fast");
    if cfg!(target_os = "macos") {
        options = options.pragma("checkpoint_fullfsync", "on");
    }
    let mut db = options.connect().await.map_err(|error| Error::new(OPENING, error))?;
    assert_safe_sqlite(&mut db).await?;
    Ok(db)
}

/// The file remembers it. Only ours may be told: it is the first thing that is written to a file.
async fn use_wal(db: &mut SqliteConnection) -> Result<(), Error> {
    let mode: String = sqlx::query_scalar("pragma journal_mode = wal")
        .fetch_one(db)
        .await
        .map_err(|error| Error::new(OPENING, error))?;
    if mode != "wal" {
        tracing::warn!(mode, "the place of the history allows no WAL: readers and the writer wait for each other");
    }
    Ok(())
}

/// Connections that can only read.
pub(crate) async fn readers(path: &Path) -> Result<SqlitePool, Error> {
    pool(options(path).read_only(true)).await.map_err(|error| Error::new(OPENING, error))
}

/// As [`readers`], but for a file that nobody writes: it may lie where not even SQLite's own helper files can be made.
pub(crate) async fn lone_readers(path: &Path) -> Result<SqlitePool, Error> {
    let metadata = fs::metadata(path).map_err(|error| Error::unreachable(path, error))?;
    refuse_if_cut_to_nothing(&metadata)?;
    let options = options(path).read_only(true);
    let refused = match pool(options.clone()).await {
        Ok(pool) => return Ok(pool),
        Err(error) => error,
    };
    // With changes left in the WAL the file alone would be read as damaged.
    let nothing_pending = fs::metadata(beside(path, "-wal")).map_or(true, |wal| wal.len() == 0);
    match primary_code(&refused) {
        Some(CANTOPEN | READONLY) if nothing_pending => {
            pool(options.immutable(true)).await.map_err(|error| Error::new(OPENING, error))
        }
        _ => Err(Error::new(OPENING, refused)),
    }
}

const READONLY: i32 = 8;
const CANTOPEN: i32 = 14;

async fn pool(options: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false).connect_with(options).await
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "off")
        .pragma("cell_size_check", "on")
        .pragma("mmap_size", "0")
        .disable_statement_logging()
}

/// Before 3.51.3 two connections that write and checkpoint at once could lose pages of the WAL.
async fn assert_safe_sqlite(db: &mut SqliteConnection) -> Result<(), Error> {
    let found: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(db)
        .await
        .map_err(|error| Error::new(OPENING, error))?;
    let parts: Vec<u32> = found.split('.').map_while(|part| part.parse().ok()).collect();
    if parts.as_slice() >= [3, 51, 3].as_slice() { Ok(()) } else { Err(Error::OldSqlite { found }) }
}

/// Makes the history under another name and moves it into place when it is whole. So a file of no length is always
/// damage, never a first start that was cut short, and no damage can look like an empty history.
async fn create(path: &Path) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_folder(folder).map_err(|error| Error::unreachable(folder, error))?;
    let draft = beside(path, ".new");
    for leftover in [draft.clone(), beside(&draft, "-wal"), beside(&draft, "-shm")] {
        match fs::remove_file(&leftover) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::unreachable(leftover, error));
            }
            _ => {}
        }
    }
    create_file(&draft).map_err(|error| Error::unreachable(&draft, error))?;
    let mut db = connect(&draft).await?;
    use_wal(&mut db).await?;
    schema::migrate(&mut db, 0).await?;
    db.close().await.map_err(|error| Error::new("create the history", error))?;
    move_into_place(&draft, path, folder).map_err(|error| Error::unreachable(path, error))
}

fn refuse_if_cut_to_nothing(metadata: &fs::Metadata) -> Result<(), Error> {
    if metadata.len() > 0 {
        return Ok(());
    }
    Err(Error::Corrupt { doing: OPENING, detail: "the file is there, but nothing is in it".into() })
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn move_into_place(draft: &Path, path: &Path, folder: &Path) -> io::Result<()> {
    fs::rename(draft, path)?;
    // The new name must be on disk before the first event is said to be.
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn create_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    // A folder that is there already is the user's: it may hold other things and keeps its mode.
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn create_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(())
}

#[cfg(not(unix))]
fn create_file(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    Ok(())
}

/// The files beside it take their mode from it.
#[cfg(unix)]
fn keep_private(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    match fs::set_permissions(path, fs::Permissions::from_mode(0o600)) {
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Err(Error::ReadOnly { doing: OPENING }),
        Err(error) => Err(Error::unreachable(path, error)),
        Ok(()) => Ok(()),
    }
}

#[cfg(not(unix))]
fn keep_private(_path: &Path) -> Result<(), Error> {
    Ok(())
}
