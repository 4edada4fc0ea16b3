use std::path::Path;

use chimera_core::{
    AttemptId, BranchId, BranchView, Connection, ConversationCounts, ConversationId, ConversationSummary,
    ConversationUsage, ConversationView, Event, EventKind, ImageDigest, ImageRef, MessageId, MessageVersion,
    ModelFacts, ModelRef, ProviderHealth, Receipt, Seq, Shelf, Timestamp, Topic, Withheld,
};
use sqlx::SqlitePool;

use crate::change::{Applied, Change};
use crate::rebuild::Difference;
use crate::summaries::Cursor;
use crate::writer::Writer;
use crate::{
    CastRow, Done, Error, NewTokenRow, OnCommit, Page, TokenRow, Unfinished, branches, casts, connections,
    conversations, database, events, images, integrity, receipts, schema, summaries, tokens, unfinished, usage,
    versions, view,
};

/// The history. Clones are the same history.
///
/// Everything is read from connections that cannot write; everything is written by one task.
#[derive(Clone)]
pub struct Store {
    readers: SqlitePool,
    /// None when it was opened for reading.
    writer: Option<Writer>,
    /// The version of the file, when it is newer than this build.
    newer: Option<u32>,
}

impl Store {
    /// Opens the history at `path` and makes it, and its folder, when there is none.
    pub async fn open(path: &Path, on_commit: OnCommit) -> Result<Self, Error> {
        let db = database::open(path).await?;
        let writer = Writer::spawn(path.to_owned(), db, on_commit).await?;
        let readers = database::readers(path).await?;
        Ok(Self { readers, writer: Some(writer), newer: None })
    }

    /// Opens a history that must not or cannot be changed. That of a newer Chimera is read as far as this one can.
    pub async fn open_read_only(path: &Path) -> Result<Self, Error> {
        let readers = database::lone_readers(path).await?;
        let mut db = readers.acquire().await.map_err(|error| Error::new("open the history", error))?;
        let found = schema::version(&mut db, path).await?;
        drop(db);
        Ok(Self { readers, writer: None, newer: (found > schema::VERSION).then_some(found) })
    }

    pub fn is_read_only(&self) -> bool {
        self.writer.is_none()
    }

    /// Records what happened, in order, all of it or nothing.
    pub async fn append(&self, topic: Topic, ts: Timestamp, kinds: Vec<EventKind>) -> Result<Vec<Event>, Error> {
        self.append_with(topic, ts, kinds, None).await
    }

    /// The same under a receipt, which is kept with it: when the client has used the key before, nothing is recorded
    /// and [`Error::DoesNotFit`] says so.
    pub async fn append_once(
        &self,
        topic: Topic,
        ts: Timestamp,
        kinds: Vec<EventKind>,
        receipt: Receipt,
    ) -> Result<Vec<Event>, Error> {
        self.append_with(topic, ts, kinds, Some(receipt)).await
    }

    /// What was done under this key, if it has been used in the last day.
    pub async fn done(&self, receipt: &Receipt) -> Result<Option<Done>, Error> {
        self.read("look up a receipt", async |db| receipts::find(db, receipt).await).await
    }

    async fn append_with(
        &self,
        topic: Topic,
        ts: Timestamp,
        kinds: Vec<EventKind>,
        receipt: Option<Receipt>,
    ) -> Result<Vec<Event>, Error> {
        match self.write(Change::Append { topic, ts, kinds, receipt }).await? {
            Applied::Events(events) => Ok(events),
            Applied::TokenAdded(_) | Applied::TokenRevoked { .. } | Applied::Rebuilt(_) | Applied::Done => {
                Ok(Vec::new())
            }
        }
    }

    /// Keeps the words so far of an unfinished message. They go when the message ends; words that come after that are
    /// dropped.
    pub async fn checkpoint(&self, conversation: ConversationId, message: MessageId, text: &str) -> Result<(), Error> {
        let text = text.to_owned();
        self.write(Change::Checkpoint { conversation, message, text }).await.map(drop)
    }

    /// The same of a turn that nobody is shown before its round is over: they go when the turn ends.
    pub async fn withhold(&self, conversation: ConversationId, withheld: Withheld) -> Result<(), Error> {
        self.write(Change::Withhold { conversation, withheld }).await.map(drop)
    }

    /// The events after a cursor, oldest first: of one topic, or of all.
    pub async fn events(&self, after: Seq, topic: Option<Topic>, limit: u32) -> Result<Vec<Event>, Error> {
        self.read("read the log", async |db| match topic {
            None => events::after(db, after, limit).await,
            Some(topic) => events::of_topic_after(db, topic, after, limit).await,
        })
        .await
    }

    /// The number of the newest event; zero when there is none.
    pub async fn last_seq(&self) -> Result<Seq, Error> {
        self.read("read the log", events::last_seq).await
    }

    /// A page of the list of conversations that are neither archived nor in the trash, newest change first.
    pub async fn conversations(&self, cursor: Option<&str>, limit: u32) -> Result<Page<ConversationSummary>, Error> {
        self.conversations_on(Shelf::Current, cursor, limit).await
    }

    /// The same of another shelf.
    pub async fn conversations_on(
        &self,
        shelf: Shelf,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<ConversationSummary>, Error> {
        let cursor = Cursor::parse(cursor)?;
        self.read("list the conversations", async |db| summaries::page(db, shelf, cursor, limit).await).await
    }

    pub async fn conversation_counts(&self) -> Result<ConversationCounts, Error> {
        self.read("count the conversations", summaries::counts).await
    }

    /// Whether it lies in the trash; nothing when there is no such conversation.
    pub async fn is_trashed(&self, id: ConversationId) -> Result<Option<bool>, Error> {
        self.read("look into the trash", async |db| conversations::is_trashed(db, id).await).await
    }

    pub async fn trashed(&self) -> Result<Vec<ConversationId>, Error> {
        self.read("look into the trash", conversations::trashed).await
    }

    /// Takes a conversation that lies in the trash out of the history, with its events and all that follows from them,
    /// and the images that nobody else shows. Nobody may be writing to it. One event of the library tells of it.
    pub async fn delete_for_good(
        &self,
        conversation: ConversationId,
        ts: Timestamp,
        receipt: Option<Receipt>,
    ) -> Result<(), Error> {
        self.write(Change::DeleteForGood { conversation, ts, receipt }).await.map(drop)
    }

    /// A conversation with its current branch, as it stands after the event that it names.
    pub async fn conversation(&self, id: ConversationId) -> Result<Option<ConversationView>, Error> {
        self.read("read a conversation", async |db| view::conversation(db, id, None).await).await
    }

    /// The same with the messages of another branch; nothing when there is no such branch.
    pub async fn conversation_on(
        &self,
        id: ConversationId,
        branch: BranchId,
    ) -> Result<Option<ConversationView>, Error> {
        self.read("read a branch", async |db| view::conversation(db, id, Some(branch)).await).await
    }

    /// In the order they were made; none when there is no such conversation.
    pub async fn branches(&self, id: ConversationId) -> Result<Vec<BranchView>, Error> {
        self.read("read the branches", async |db| branches::of_conversation(db, id).await).await
    }

    /// Every wording of a message, the first first; none when the conversation has no such message.
    pub async fn versions(&self, id: ConversationId, message: MessageId) -> Result<Vec<MessageVersion>, Error> {
        self.read("read the versions of a message", async |db| versions::of_message(db, id, message).await).await
    }

    /// What a model thought in an attempt of this conversation, if it showed anything of it.
    pub async fn thoughts(&self, id: ConversationId, attempt: AttemptId) -> Result<Option<String>, Error> {
        self.read("read thoughts", async |db| events::thoughts(db, id, attempt).await).await
    }

    /// What the conversation's calls have come to; none if there is no such conversation.
    pub async fn usage(&self, id: ConversationId) -> Result<Option<ConversationUsage>, Error> {
        self.read("add up what a conversation used", async |db| match conversations::get(db, id).await? {
            Some(_) => usage::of_conversation(db, id).await.map(Some),
            None => Ok(None),
        })
        .await
    }

    /// What was under way when the app ended.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>, Error> {
        self.read("look for unfinished conversations", unfinished::all).await
    }

    pub async fn connections(&self) -> Result<Vec<Connection>, Error> {
        self.read("read the connections", connections::all).await
    }

    /// The user's own, those that were deleted included, in the order in which they were saved.
    pub async fn casts(&self) -> Result<Vec<CastRow>, Error> {
        self.read("read the casts", casts::all).await
    }

    /// The newest that the log says of each model's and connection's health, of connections that there still are.
    pub async fn provider_health(&self) -> Result<Vec<ProviderHealth>, Error> {
        self.read("read the providers' health", events::provider_health).await
    }

    /// What the user said of models, and did not take back.
    pub async fn model_facts(&self) -> Result<Vec<(ModelRef, ModelFacts)>, Error> {
        self.read("read what is known of models", events::model_facts).await
    }

    /// Empties the derived tables and folds the whole log into them again. Gives the first row that was different
    /// before; the log is right.
    pub async fn rebuild(&self) -> Result<Option<Difference>, Error> {
        match self.write(Change::Rebuild).await? {
            Applied::Rebuilt(difference) => Ok(difference),
            Applied::Events(_) | Applied::TokenAdded(_) | Applied::TokenRevoked { .. } | Applied::Done => Ok(None),
        }
    }

    /// Reads the whole file and compares indices with tables. Slow: not on the way to the first window.
    pub async fn check(&self) -> Result<(), Error> {
        let mut db = self.readers.acquire().await.map_err(|error| Error::new("check the history", error))?;
        integrity::full(&mut db).await
    }

    pub async fn tokens(&self) -> Result<Vec<TokenRow>, Error> {
        self.read("read the tokens", tokens::all).await
    }

    pub async fn token_by_hash(&self, hash: &[u8; 32]) -> Result<Option<TokenRow>, Error> {
        self.read("look up a token", async |db| tokens::by_hash(db, hash).await).await
    }

    /// Keeps an image under its digest, once; what names it may be appended as soon as this returns.
    pub async fn keep_image(&self, image: ImageRef, bytes: Vec<u8>, at: Timestamp) -> Result<(), Error> {
        self.write(Change::KeepImage { image, bytes, at }).await.map(drop)
    }

    /// What is known of an image that is kept.
    pub async fn image(&self, digest: &ImageDigest) -> Result<Option<ImageRef>, Error> {
        self.read("look for an image", async |db| images::find(db, digest).await).await
    }

    pub async fn image_bytes(&self, digest: &ImageDigest) -> Result<Option<Vec<u8>>, Error> {
        self.read("read an image", async |db| images::bytes(db, digest).await).await
    }

    /// Bytes of all images that no message shows.
    pub async fn unused_image_bytes(&self) -> Result<u64, Error> {
        self.read("measure the unused images", images::unused_bytes).await
    }

    /// Lets go of images that no message shows and that nobody has brought since then.
    pub async fn collect_images(&self, before: Timestamp) -> Result<(), Error> {
        self.write(Change::CollectImages { before }).await.map(drop)
    }

    /// Gives the token's id.
    pub async fn add_token(&self, token: NewTokenRow) -> Result<i64, Error> {
        const DOING: &str = "keep a token";
        match self.write(Change::AddToken(token)).await? {
            Applied::TokenAdded(id) => Ok(id),
            Applied::Events(_) | Applied::TokenRevoked { .. } | Applied::Rebuilt(_) | Applied::Done => {
                Err(Error::Closed { doing: DOING })
            }
        }
    }

    /// Whether there was such a token.
    pub async fn revoke_token(&self, id: i64) -> Result<bool, Error> {
        match self.write(Change::RevokeToken(id)).await? {
            Applied::TokenRevoked { was_there } => Ok(was_there),
            Applied::Events(_) | Applied::TokenAdded(_) | Applied::Rebuilt(_) | Applied::Done => Ok(false),
        }
    }

    /// Notes who used a token and when. A commit like any other: not for every request of a busy client.
    pub async fn touch_token(&self, id: i64, client: Option<&str>, at: Timestamp) -> Result<(), Error> {
        let client = client.map(str::to_owned);
        self.write(Change::TouchToken { id, client, at }).await.map(drop)
    }

    /// Finishes what was asked for, empties the WAL and lets go of the file, for all clones.
    pub async fn close(self) -> Result<(), Error> {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
        Ok(())
    }

    async fn write(&self, change: Change) -> Result<Applied, Error> {
        match &self.writer {
            Some(writer) => writer.apply(change).await,
            None => Err(Error::ReadOnly { doing: change.doing() }),
        }
    }

    /// Reads from one moment of the history, however many statements it takes.
    async fn read<T>(
        &self,
        doing: &'static str,
        query: impl AsyncFnOnce(&mut sqlx::SqliteConnection) -> sqlx::Result<T>,
    ) -> Result<T, Error> {
        let found = async {
            let mut moment = self.readers.begin().await?;
            let found = query(&mut moment).await?;
            moment.rollback().await?;
            Ok(found)
        };
        found.await.map_err(|error| match self.newer {
            Some(found) => Error::Newer { found, known: schema::VERSION },
            None => Error::new(doing, error),
        })
    }
}
