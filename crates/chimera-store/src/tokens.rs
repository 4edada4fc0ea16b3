use chimera_core::Timestamp;
use sqlx::types::Json;
use sqlx::{FromRow, SqliteConnection};

/// A companion's token to be kept; of the token itself only the sha-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTokenRow {
    pub name: String,
    pub hash: [u8; 32],
    pub scopes: Vec<String>,
    pub created_at: Timestamp,
}

/// What is known of a companion's token. Its id is never given to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub id: i64,
    pub name: String,
    pub scopes: Vec<String>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// How the program that used it last called itself.
    pub client: Option<String>,
}

pub(crate) async fn insert(db: &mut SqliteConnection, new: &NewTokenRow) -> sqlx::Result<i64> {
    let written = sqlx::query("insert into tokens (name, hash, scopes, created_at) values (?, ?, ?, ?)")
        .bind(&new.name)
        .bind(&new.hash[..])
        .bind(Json(&new.scopes))
        .bind(new.created_at.as_millis())
        .execute(db)
        .await?;
    Ok(written.last_insert_rowid())
}

/// Whether there was such a token.
pub(crate) async fn remove(db: &mut SqliteConnection, id: i64) -> sqlx::Result<bool> {
    let removed = sqlx::query("delete from tokens where id = ?").bind(id).execute(db).await?;
    Ok(removed.rows_affected() == 1)
}

pub(crate) async fn touch(db: &mut SqliteConnection, id: i64, client: Option<&str>, at: Timestamp) -> sqlx::Result<()> {
    sqlx::query("update tokens set last_used_at = ?, client = coalesce(?, client) where id = ?")
        .bind(at.as_millis())
        .bind(client)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn all(db: &mut SqliteConnection) -> sqlx::Result<Vec<TokenRow>> {
    let rows = sqlx::query_as::<_, Row>("select * from tokens order by id").fetch_all(db).await?;
    Ok(rows.into_iter().map(TokenRow::from).collect())
}

pub(crate) async fn by_hash(db: &mut SqliteConnection, hash: &[u8; 32]) -> sqlx::Result<Option<TokenRow>> {
    let row =
        sqlx::query_as::<_, Row>("select * from tokens where hash = ?").bind(&hash[..]).fetch_optional(db).await?;
    Ok(row.map(TokenRow::from))
}

#[derive(FromRow)]
struct Row {
    id: i64,
    name: String,
    scopes: Json<Vec<String>>,
    created_at: i64,
    last_used_at: Option<i64>,
    client: Option<String>,
}

impl From<Row> for TokenRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            scopes: row.scopes.0,
            created_at: Timestamp::from_millis(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp::from_millis),
            client: row.client,
        }
    }
}
