use std::path::Path;

use sqlx::SqliteConnection;

use crate::Error;

/// Every step from an empty file to the present schema. A step is never edited once it has shipped.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_history.sql"),
    include_str!("../migrations/0002_muted.sql"),
    include_str!("../migrations/0003_stall.sql"),
    include_str!("../migrations/0004_heard_and_pinned.sql"),
    include_str!("../migrations/0005_receipts.sql"),
    include_str!("../migrations/0006_branches.sql"),
    include_str!("../migrations/0007_cost.sql"),
    include_str!("../migrations/0008_fallback.sql"),
    include_str!("../migrations/0009_asides.sql"),
    include_str!("../migrations/0010_images.sql"),
    include_str!("../migrations/0011_casts.sql"),
    include_str!("../migrations/0012_queued.sql"),
    include_str!("../migrations/0013_progress.sql"),
    include_str!("../migrations/0014_rounds.sql"),
    include_str!("../migrations/0015_summaries.sql"),
    include_str!("../migrations/0016_shelves.sql"),
    include_str!("../migrations/0017_connection_limits.sql"),
    include_str!("../migrations/0018_passed_over_and_held.sql"),
    include_str!("../migrations/0019_repairs.sql"),
    include_str!("../migrations/0020_answered_under.sql"),
    include_str!("../migrations/0021_thoughts.sql"),
];

/// The version this build writes: SQLite's `user_version` counts the steps a file has taken.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// "Chim": how a file says whose it is.
const APPLICATION_ID: i64 = 0x4368_696d;

/// The version of a file that is ours, however new.
pub(crate) async fn version(db: &mut SqliteConnection, path: &Path) -> Result<u32, Error> {
    let application: i64 = read(db, "pragma application_id").await?;
    let version: i64 = read(db, "pragma user_version").await?;
    match u32::try_from(version) {
        Ok(version) if version > 0 && application == APPLICATION_ID => Ok(version),
        _ => Err(Error::NotAHistory { path: path.to_owned() }),
    }
}

/// Takes the steps that are missing, each in one transaction. Even when none is missing something is written and taken
/// back, so that a file that cannot be written is found out now and not by the first message.
pub(crate) async fn migrate(db: &mut SqliteConnection, from: u32) -> Result<(), Error> {
    for (version, step) in (1..).zip(MIGRATIONS).skip(from as usize) {
        let step = format!(
            "begin immediate;\n{step}\npragma application_id = {APPLICATION_ID};\npragma user_version = {version};\ncommit;"
        );
        run(db, step).await?;
    }
    run(db, format!("begin immediate; pragma user_version = {VERSION}; rollback;")).await
}

async fn read(db: &mut SqliteConnection, pragma: &'static str) -> Result<i64, Error> {
    sqlx::query_scalar(pragma).fetch_one(db).await.map_err(|error| Error::new("read the version of the history", error))
}

async fn run(db: &mut SqliteConnection, sql: String) -> Result<(), Error> {
    // Made of our own files and numbers only.
    let sql = sqlx::AssertSqlSafe(sql);
    match sqlx::raw_sql(sql).execute(&mut *db).await {
        Ok(_) => Ok(()),
        Err(error) => {
            // Fails when the transaction is gone already, which is just as well.
            let _ = sqlx::raw_sql("rollback").execute(db).await;
            Err(Error::new("prepare the history", error))
        }
    }
}
