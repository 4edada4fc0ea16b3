use sqlx::SqliteConnection;

use crate::Error;

const CHECKING: &str = "check the history";

/// Reads every page, without comparing the indices with their tables: a few tenths of a second for 100 MB.
pub(crate) async fn quick(db: &mut SqliteConnection) -> Result<(), Error> {
    judge(sqlx::query_scalar("pragma quick_check(1)").fetch_one(db).await)
}

/// Compares everything with everything.
pub(crate) async fn full(db: &mut SqliteConnection) -> Result<(), Error> {
    judge(sqlx::query_scalar("pragma integrity_check(1)").fetch_one(db).await)
}

fn judge(verdict: sqlx::Result<String>) -> Result<(), Error> {
    match verdict {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(damage) => Err(Error::Corrupt { doing: CHECKING, detail: damage }),
        Err(error) => Err(Error::new(CHECKING, error)),
    }
}
