use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chimera_core::{Clock, ConversationId, Timestamp};
use chimera_engine::{Checkpoint, Command, Dialogue, Moment, Runner};
use chimera_providers::{Pace, Providers};
use chimera_secrets::{KeyFile, Keyring, KeyringStatus};
use chimera_store::Store;
use tokio::sync::{Mutex, MutexGuard, broadcast};
use tokio_util::sync::CancellationToken;

use crate::data_dir::{DataLock, database, key_file, model_lists};
use crate::facts::FactBook;
use crate::feed::Hub;
use crate::health::{Health, Log};
use crate::journal::StoreJournal;
use crate::keys::Keys;
use crate::line::Lines;
use crate::models::Connections;
use crate::{CallLimits, Error, ErrorCode, FeedReader, Recording, Result, Subscription, SystemClock, TokenId};

/// How often a conversation that could not be written is tried again: a full disk is not emptied in a second.
const RECOVER_EVERY: Duration = Duration::from_secs(2);

/// How to open a Chimera.
pub struct Options {
    pub data_dir: PathBuf,
    pub keyring: Keyring,
    /// How fast the demo voices speak.
    pub pace: Pace,
    pub clock: Arc<dyn Clock>,
    /// How many calls may be under way at once.
    pub calls: CallLimits,
}

impl Options {
    /// The user's own history, keys in the OS keyring.
    pub fn new(data_dir: PathBuf) -> Self {
        let clock = Arc::new(SystemClock::default());
        let mut options =
            Self { data_dir, keyring: Keyring::os(), pace: Pace::Human, clock, calls: CallLimits::default() };
        if cfg!(debug_assertions) {
            options.heed_test_overrides();
        }
        options
    }

    /// Debug builds let a test keep keys in memory and hurry the demo voices of a whole process.
    fn heed_test_overrides(&mut self) {
        let says = |name: &str| std::env::var(name).unwrap_or_default();
        if says("CHIMERA_KEYRING") == "memory" {
            self.keyring = Keyring::in_memory();
        }
        match says("CHIMERA_DEMO_PACE").as_str() {
            "instant" => self.pace = Pace::Instant,
            "brisk" => self.pace = Pace::Brisk,
            _ => {}
        }
    }
}

/// An open Chimera: cheap to clone, shared by window, side door and terminal.
#[derive(Clone)]
pub struct Chimera(Arc<Inner>);

struct Inner {
    store: Store,
    hub: Arc<Hub>,
    connections: Arc<Connections>,
    clock: Arc<dyn Clock>,
    /// None when opened for reading only.
    writing: Option<Writing>,
    revocations: broadcast::Sender<TokenId>,
    closing: CancellationToken,
    data_dir: PathBuf,
    recording: std::sync::Mutex<Recording>,
    /// Held from the look at what the user keeps to the word of what is new of it.
    library: Mutex<()>,
}

struct Writing {
    journal: Arc<StoreJournal>,
    /// One runner per live conversation; none at all once Chimera closes. The lock is held while one is woken, so that
    /// there are never two.
    runners: Mutex<Option<HashMap<ConversationId, Runner>>>,
    /// Given back when Chimera closes, though clones of it may live on.
    lock: std::sync::Mutex<Option<DataLock>>,
}

impl Chimera {
    /// Opens the data folder for reading and writing; fails when another process has it open. Conversations that were
    /// running when the app last ended come back paused, their half-spoken messages kept as interrupted.
    pub async fn open(options: Options) -> Result<Self> {
        let lock = DataLock::take(&options.data_dir)?;
        let hub = Arc::new(Hub::new());
        let publish = hub.clone();
        let store = Store::open(&database(&options.data_dir), Box::new(move |events| publish.publish(events))).await?;
        hub.start_after(store.last_seq().await?);
        let journal = Arc::new(StoreJournal { store: store.clone(), hub: hub.clone() });
        let writing =
            Writing { journal, runners: Mutex::new(Some(HashMap::new())), lock: std::sync::Mutex::new(Some(lock)) };
        let chimera = Self::assemble(options, store, hub, Some(writing)).await?;
        chimera.recover().await?;
        chimera.let_go_of_unused_images().await;
        Ok(chimera)
    }

    /// Opens the data folder beside a Chimera that may be writing to it: history can be read, nothing changed.
    pub async fn open_read_only(options: Options) -> Result<Self> {
        let path = database(&options.data_dir);
        if !path.exists() {
            let message = format!("there is no history in {} yet", options.data_dir.display());
            return Err(Error::new(ErrorCode::Storage, message).on("data_dir"));
        }
        let store = Store::open_read_only(&path).await?;
        Self::assemble(options, store, Arc::new(Hub::new()), None).await
    }

    async fn assemble(options: Options, store: Store, hub: Arc<Hub>, writing: Option<Writing>) -> Result<Self> {
        let providers = Providers::new().with_demo_pace(options.pace);
        let log = if writing.is_some() { Log::Kept } else { Log::ReadOnly };
        let health = Health::open(&store, options.clock.clone(), log).await?;
        let keys = Keys { keyring: options.keyring, file: KeyFile::at(key_file(&options.data_dir)) };
        let book = FactBook::open(store.model_facts().await?, model_lists(&options.data_dir), writing.is_some());
        let connections =
            Connections::new(providers, keys, health, book, Lines::new(options.calls), store.connections().await?);
        Ok(Self(Arc::new(Inner {
            store,
            hub,
            connections: Arc::new(connections),
            clock: options.clock,
            writing,
            revocations: broadcast::channel(16).0,
            closing: CancellationToken::new(),
            data_dir: options.data_dir,
            recording: std::sync::Mutex::default(),
            library: Mutex::default(),
        })))
    }

    /// Ends every conversation's task with its words kept, then the feed, then the history; the data folder is free for
    /// another Chimera. Safe to call twice.
    pub async fn close(&self) -> Result<()> {
        if let Some(writing) = &self.0.writing {
            let runners = writing.runners.lock().await.take().unwrap_or_default();
            futures::future::join_all(runners.into_values().map(Runner::shut_down)).await;
        }
        self.0.hub.close();
        self.0.closing.cancel();
        self.0.store.clone().close().await?;
        if let Some(writing) = &self.0.writing {
            writing.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        }
        Ok(())
    }

    /// Joins the feed.
    pub fn subscribe(&self, subscription: Subscription) -> Result<FeedReader> {
        FeedReader::open(subscription, self.0.hub.clone(), self.0.store.clone(), self.0.closing.clone())
            .ok_or_else(|| Error::new(ErrorCode::WrongState, "Chimera is closing"))
    }

    /// Done when this Chimera closes.
    pub fn closing(&self) -> CancellationToken {
        self.0.closing.clone()
    }

    pub fn data_dir(&self) -> &std::path::Path {
        &self.0.data_dir
    }

    /// Writes to the keyring and reads back: what the window shows about keys.
    pub async fn keyring_status(&self) -> KeyringStatus {
        self.0.connections.keys().keyring.check().await
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    pub(crate) fn connection_list(&self) -> &Connections {
        &self.0.connections
    }

    pub(crate) fn connections_shared(&self) -> Arc<Connections> {
        self.0.connections.clone()
    }

    pub(crate) fn health_board(&self) -> &Health {
        self.0.connections.health()
    }

    pub(crate) fn library(&self) -> &Mutex<()> {
        &self.0.library
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn recording(&self) -> std::sync::MutexGuard<'_, Recording> {
        self.0.recording.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.0.clock.now(), elapsed: self.0.clock.elapsed() }
    }

    pub(crate) fn revocations_sender(&self) -> &broadcast::Sender<TokenId> {
        &self.0.revocations
    }

    /// The runner of a conversation, woken from the log when it sleeps.
    pub(crate) async fn wake(&self, id: ConversationId) -> Result<Runner> {
        let writing = self.writing()?;
        let mut runners = writing.runners.lock().await;
        let runners = runners.as_mut().ok_or_else(|| Error::new(ErrorCode::WrongState, "Chimera is closing"))?;
        runners.retain(|_, runner| !runner.is_gone());
        if let Some(runner) = runners.get(&id) {
            return Ok(runner.clone());
        }
        let log = self.log_of(id).await?;
        let dialogue = Dialogue::replay(id, &log);
        let needs_recovery = dialogue.needs_recovery();
        let models = self.0.connections.clone();
        let (journal, clock, recorder) = (writing.journal.clone(), self.0.clock.clone(), self.recorder(id, &log)?);
        let runner = Runner::spawn_recorded(dialogue, journal, models, clock, recorder);
        if needs_recovery {
            // Its last runner could not write any more, or died with the app: what it left open is closed first.
            let left = self.store().unfinished().await?.into_iter().find(|left| left.conversation == id);
            let (checkpoints, withheld) = left.map(|left| (left.checkpoints, left.withheld)).unwrap_or_default();
            let unfinished = checkpoints.into_iter().map(|(message, text)| Checkpoint { message, text }).collect();
            runner.command(Command::Recover { unfinished, withheld }).await?;
        }
        self.attend(id, runner.clone());
        runners.insert(id, runner.clone());
        Ok(runner)
    }

    /// All that are awake. As long as this is held none is woken.
    pub(crate) async fn runners(&self) -> Result<MutexGuard<'_, Option<HashMap<ConversationId, Runner>>>> {
        Ok(self.writing()?.runners.lock().await)
    }

    /// The runner of a conversation, if it is awake.
    pub(crate) async fn awake(&self, id: ConversationId) -> Option<Runner> {
        let runners = self.0.writing.as_ref()?.runners.lock().await;
        runners.as_ref()?.get(&id).filter(|runner| !runner.is_gone()).cloned()
    }

    /// A runner that ended because nothing could be written leaves its conversation open in the log. It is closed as
    /// soon as the history takes events again, so that no window shows for ever that somebody is speaking.
    fn attend(&self, id: ConversationId, runner: Runner) {
        let chimera = self.clone();
        tokio::spawn(async move {
            runner.gone().await;
            drop(runner);
            while !chimera.0.closing.is_cancelled() {
                let left = chimera.store().unfinished().await;
                if left.is_ok_and(|left| left.iter().all(|left| left.conversation != id)) {
                    return;
                }
                match chimera.wake(id).await {
                    Ok(_) => return,
                    Err(error) => tracing::warn!(%error, conversation = %id, "still not written down"),
                }
                tokio::select! {
                    () = tokio::time::sleep(RECOVER_EVERY) => {}
                    () = chimera.0.closing.cancelled() => {}
                }
            }
        });
    }

    fn writing(&self) -> Result<&Writing> {
        self.0
            .writing
            .as_ref()
            .ok_or_else(|| Error::new(ErrorCode::ReadOnly, "this history was opened for reading only"))
    }

    /// Refuses early, before anything is asked of the keyring, what a read-only history could not keep.
    pub(crate) fn must_write(&self) -> Result<()> {
        self.writing().map(|_| ())
    }
}
