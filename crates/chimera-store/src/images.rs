//! The bytes of images, beside the log. A row is here before the first event that names it, and stays as long as a
//! message does.

use chimera_core::{ConversationId, ImageDigest, ImageRef, ImageType, Timestamp};
use sqlx::{FromRow, SqliteConnection};

use crate::word::Word;

/// Keeps an image. One that is here already is only noted to be wanted again.
pub(crate) async fn keep(db: &mut SqliteConnection, image: &ImageRef, bytes: &[u8], at: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "insert into images (digest, media_type, width, height, size, kept_at, bytes) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (digest) do update set kept_at = excluded.kept_at",
    )
    .bind(&image.digest.as_bytes()[..])
    .bind(Word(image.media_type))
    .bind(image.width)
    .bind(image.height)
    .bind(image.bytes)
    .bind(at.as_millis())
    .bind(bytes)
    .execute(db)
    .await?;
    Ok(())
}

/// What is known of an image, without its bytes.
pub(crate) async fn find(db: &mut SqliteConnection, digest: &ImageDigest) -> sqlx::Result<Option<ImageRef>> {
    let row: Option<Row> = sqlx::query_as("select media_type, width, height, size from images where digest = ?")
        .bind(&digest.as_bytes()[..])
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row.image(*digest)))
}

pub(crate) async fn bytes(db: &mut SqliteConnection, digest: &ImageDigest) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar("select bytes from images where digest = ?")
        .bind(&digest.as_bytes()[..])
        .fetch_optional(db)
        .await
}

/// An event must not name what is not here.
pub(crate) async fn must_be_kept(db: &mut SqliteConnection, images: &[ImageRef]) -> sqlx::Result<()> {
    for image in images {
        find(db, &image.digest).await?.ok_or(sqlx::Error::RowNotFound)?;
    }
    Ok(())
}

/// Lets go of images that no message shows and that nobody has brought since `before`. Gives how many there were.
pub(crate) async fn collect(db: &mut SqliteConnection, before: Timestamp) -> sqlx::Result<u64> {
    let gone = sqlx::query(
        "delete from images where kept_at < ? and lower(hex(digest)) not in (
             select shown.value ->> 'digest' from messages, json_each(messages.images) as shown
             where messages.images is not null
         )",
    )
    .bind(before.as_millis())
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}

/// Lets go of what only this conversation shows. What somebody has brought meanwhile for a message to come elsewhere, and
/// was the same image, has to be brought again.
pub(crate) async fn remove_of(db: &mut SqliteConnection, conversation: ConversationId) -> sqlx::Result<()> {
    sqlx::query(
        "with shown (digest, elsewhere) as (
             select image.value ->> 'digest', max(messages.conversation_id <> ?)
             from messages, json_each(messages.images) as image
             where messages.images is not null
             group by 1
         )
         delete from images where lower(hex(digest)) in (select digest from shown where not elsewhere)
           and lower(hex(digest)) in (
             select image.value ->> 'digest' from messages, json_each(messages.images) as image
             where messages.images is not null and messages.conversation_id = ?
         )",
    )
    .bind(*conversation.as_uuid())
    .bind(*conversation.as_uuid())
    .execute(db)
    .await?;
    Ok(())
}

/// Bytes of all images that no message shows.
pub(crate) async fn unused_bytes(db: &mut SqliteConnection) -> sqlx::Result<u64> {
    let sum: i64 = sqlx::query_scalar(
        "select coalesce(sum(size), 0) from images where lower(hex(digest)) not in (
             select shown.value ->> 'digest' from messages, json_each(messages.images) as shown
             where messages.images is not null
         )",
    )
    .fetch_one(db)
    .await?;
    Ok(sum.unsigned_abs())
}

#[derive(FromRow)]
struct Row {
    media_type: Word<ImageType>,
    width: u32,
    height: u32,
    size: u32,
}

impl Row {
    fn image(self, digest: ImageDigest) -> ImageRef {
        let Self { media_type: Word(media_type), width, height, size: bytes } = self;
        ImageRef { digest, media_type, bytes, width, height, alt: None }
    }
}
