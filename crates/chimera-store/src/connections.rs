use chimera_core::{Connection, ConnectionId, ConnectionLimits, KeyPlace, ProviderKind, Seq};
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};

use crate::events::number;
use crate::word::Word;

/// Adds a connection, or replaces the one of that id.
pub(crate) async fn put(db: &mut SqliteConnection, connection: &Connection, seq: Seq) -> sqlx::Result<()> {
    sqlx::query(
        "insert into connections (id, kind, name, base_url, local, key_place, limits, added_seq)
         values (?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update
         set kind = excluded.kind, name = excluded.name, base_url = excluded.base_url, local = excluded.local,
             key_place = excluded.key_place, limits = excluded.limits",
    )
    .bind(connection.id.as_str())
    .bind(Word(connection.kind))
    .bind(&connection.name)
    .bind(&connection.base_url)
    .bind(connection.local)
    .bind(Word(connection.key))
    .bind(said(connection))
    .bind(number(seq))
    .execute(db)
    .await?;
    Ok(())
}

/// What can be changed of a connection. It stays where it was in the list, and the same connection.
pub(crate) async fn change(db: &mut SqliteConnection, connection: &Connection) -> sqlx::Result<()> {
    let changed = sqlx::query(
        "update connections set name = ?, base_url = ?, local = ?, key_place = ?, limits = ? where id = ? and kind = ?",
    )
    .bind(&connection.name)
    .bind(&connection.base_url)
    .bind(connection.local)
    .bind(Word(connection.key))
    .bind(said(connection))
    .bind(connection.id.as_str())
    .bind(Word(connection.kind))
    .execute(db)
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

pub(crate) async fn remove(db: &mut SqliteConnection, id: &ConnectionId) -> sqlx::Result<()> {
    let removed = sqlx::query("delete from connections where id = ?").bind(id.as_str()).execute(db).await?;
    if removed.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// In the order they were added.
pub(crate) async fn all(db: &mut SqliteConnection) -> sqlx::Result<Vec<Connection>> {
    let rows = sqlx::query_as::<_, Row>("select * from connections order by added_seq").fetch_all(db).await?;
    rows.into_iter().map(Connection::try_from).collect()
}

pub(crate) async fn clear(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("delete from connections").execute(db).await?;
    Ok(())
}

fn said(connection: &Connection) -> Option<Json<ConnectionLimits>> {
    Some(connection.limits).filter(|limits| !limits.is_usual()).map(Json)
}

#[derive(FromRow)]
struct Row {
    id: String,
    kind: Word<ProviderKind>,
    name: String,
    base_url: Option<String>,
    local: bool,
    key_place: Word<KeyPlace>,
    limits: Option<Json<ConnectionLimits>>,
}

impl TryFrom<Row> for Connection {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let id = row.id.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Self {
            id,
            kind: row.kind.0,
            name: row.name,
            base_url: row.base_url,
            local: row.local,
            key: row.key_place.0,
            limits: row.limits.map(|Json(limits)| limits).unwrap_or_default(),
        })
    }
}
