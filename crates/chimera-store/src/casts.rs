use chimera_core::{Cast, CastId, Seq};
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};

use crate::events::number;

/// A cast of the user's own.
#[derive(Debug, Clone, PartialEq)]
pub struct CastRow {
    pub cast: Cast,
    /// Out of the list; its id stays taken.
    pub deleted: bool,
}

/// Fails when there is one of this id, deleted or not.
pub(crate) async fn insert(db: &mut SqliteConnection, cast: &Cast, seq: Seq) -> sqlx::Result<()> {
    sqlx::query("insert into casts (id, content, deleted, saved_seq) values (?, ?, false, ?)")
        .bind(cast.id.as_str())
        .bind(Json(cast))
        .bind(number(seq))
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn change(db: &mut SqliteConnection, cast: &Cast) -> sqlx::Result<()> {
    let changed = sqlx::query("update casts set content = ? where id = ? and not deleted")
        .bind(Json(cast))
        .bind(cast.id.as_str())
        .execute(db)
        .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

pub(crate) async fn set_deleted(db: &mut SqliteConnection, id: &CastId, deleted: bool) -> sqlx::Result<()> {
    let set = sqlx::query("update casts set deleted = ?1 where id = ?2 and deleted <> ?1")
        .bind(deleted)
        .bind(id.as_str())
        .execute(db)
        .await?;
    if set.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// In the order in which they were saved.
pub(crate) async fn all(db: &mut SqliteConnection) -> sqlx::Result<Vec<CastRow>> {
    let rows = sqlx::query_as::<_, Row>("select content, deleted from casts order by saved_seq").fetch_all(db).await?;
    Ok(rows.into_iter().map(|Row { content: Json(cast), deleted }| CastRow { cast, deleted }).collect())
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from casts").execute(db).await?;
    Ok(())
}

#[derive(FromRow)]
struct Row {
    content: Json<Cast>,
    deleted: bool,
}
