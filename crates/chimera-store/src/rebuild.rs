//! All tables made anew from the log, and what is different in them.

use chimera_core::Seq;
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{events, projections};

/// Events folded at once: bounds the memory, not the transaction.
const STEP: u32 = 1_000;

/// The first row that was not what the log says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("in `{table}`, {}", rows(.before, .after))]
pub struct Difference {
    pub table: String,
    /// As it was, its values as SQL would write them; None when it was missing.
    pub before: Option<String>,
    /// As it is now; None when it is gone.
    pub after: Option<String>,
}

pub(crate) async fn rebuild(db: &mut SqliteConnection) -> sqlx::Result<()> {
    projections::clear(db).await?;
    let mut folded = Seq::START;
    loop {
        let step = events::after(db, folded, STEP).await?;
        let Some(last) = step.last() else { return Ok(()) };
        folded = last.seq;
        for event in &step {
            projections::apply(db, event).await?;
        }
    }
}

/// Keeps the tables as they are beside the new ones, as long as it takes to compare them.
pub(crate) async fn rebuild_and_compare(db: &mut SqliteConnection) -> sqlx::Result<Option<Difference>> {
    let tables = but_the_log(db).await?;
    for table in &tables {
        run(db, format!("create temp table was_{table} as select * from main.{table}")).await?;
    }
    rebuild(db).await?;
    let mut first = None;
    for table in &tables {
        if first.is_none() {
            first = difference(db, table).await?;
        }
        run(db, format!("drop table temp.was_{table}")).await?;
    }
    Ok(first)
}

/// Every table but the log, and the images, which are large; what is no consequence of the log is the same afterwards.
async fn but_the_log(db: &mut SqliteConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "select name from main.sqlite_schema
         where type = 'table' and name not like 'sqlite%' and name not in ('events', 'images') order by rowid",
    )
    .fetch_all(db)
    .await
}

async fn difference(db: &mut SqliteConnection, table: &str) -> sqlx::Result<Option<Difference>> {
    let (was, is) = (format!("temp.was_{table}"), format!("main.{table}"));
    let before = only_in(db, table, &was, &is).await?;
    let after = only_in(db, table, &is, &was).await?;
    let differs = before.is_some() || after.is_some();
    Ok(differs.then(|| Difference { table: table.to_owned(), before, after }))
}

/// The first row of one that the other does not hold.
async fn only_in(db: &mut SqliteConnection, table: &str, this: &str, other: &str) -> sqlx::Result<Option<String>> {
    let columns: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(format!("select name from pragma_table_info('{table}')")))
            .fetch_all(&mut *db)
            .await?;
    let quoted: Vec<String> = columns.iter().map(|name| format!("'{name} = ' || quote(\"{name}\")")).collect();
    let rows = format!("select {} from", quoted.join(" || ', ' || "));
    let query = format!("{rows} {this} except {rows} {other} order by 1 limit 1");
    sqlx::query_scalar(AssertSqlSafe(query)).fetch_optional(db).await
}

async fn run(db: &mut SqliteConnection, sql: String) -> sqlx::Result<()> {
    // Made of the names of our own tables.
    sqlx::query(AssertSqlSafe(sql)).execute(db).await.map(drop)
}

fn rows(before: &Option<String>, after: &Option<String>) -> String {
    let row = |row: &Option<String>| row.as_deref().map_or("missing".to_owned(), |row| format!("({row})"));
    format!("a row was {} and is {}", row(before), row(after))
}
