//! How the providers stand: one board for the whole process, fed by every conversation's attempts.
//!
//! What changes on it is an event like any other. What is still due of it (a time to come back, a key to mend) outlives
//! the process.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chimera_core::{Clock, ConnectionId, EventKind, ModelRef, ProviderHealth, Topic};
use chimera_engine::health::{Board, Ending, Probe, Verdict};
use chimera_engine::{Admission, Moment};
use chimera_store::Store;

use crate::{Chimera, Result};

impl Chimera {
    /// How every model and connection stands that something is known of.
    pub fn health(&self) -> Vec<ProviderHealth> {
        self.health_board().all()
    }
}

/// Whether changes are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    Kept,
    /// The history was opened for reading only.
    ReadOnly,
}

impl Log {
    fn of(self, store: &Store) -> Option<Store> {
        (self == Log::Kept).then(|| store.clone())
    }
}

/// The board, and its way into the log.
pub(crate) struct Health {
    board: Mutex<Board>,
    /// Held until a change is written, so that the log tells changes in their order.
    telling: tokio::sync::Mutex<()>,
    /// None when nothing is to be written.
    store: Option<Store>,
    clock: Arc<dyn Clock>,
}

impl Health {
    /// With what the log says that is still due.
    pub(crate) async fn open(store: &Store, clock: Arc<dyn Clock>, log: Log) -> Result<Arc<Self>> {
        let at = moment(&*clock);
        // Any number does: it only keeps two Chimeras from coming back to a server at the same moment.
        let mut board = Board::new(at.now.as_millis().unsigned_abs() as u32);
        board.restore(at, store.provider_health().await?);
        Ok(Arc::new(Self {
            board: Mutex::new(board),
            telling: tokio::sync::Mutex::default(),
            store: log.of(store),
            clock,
        }))
    }

    /// For as long as the process lasts, without a log.
    pub(crate) fn forgetful(clock: Arc<dyn Clock>) -> Arc<Self> {
        let board = Mutex::new(Board::new(moment(&*clock).now.as_millis().unsigned_abs() as u32));
        Arc::new(Self { board, telling: tokio::sync::Mutex::default(), store: None, clock })
    }

    pub(crate) async fn admit(self: &Arc<Self>, model: &ModelRef, others: &[ModelRef]) -> Admission {
        let verdict = self.board().admit(self.moment(), model, others);
        match verdict {
            Verdict::Ask => Admission::Granted(Box::new(())),
            Verdict::Probe(probe) => {
                let trial = Trial { health: self.clone(), model: model.clone(), probe };
                self.tell().await;
                Admission::Granted(Box::new(trial))
            }
            Verdict::Closed(closed) => Admission::Closed(closed),
        }
    }

    pub(crate) async fn ended(&self, model: &ModelRef, asked: Duration, ending: &Ending) {
        self.board().ended(self.moment(), model, asked, ending);
        self.tell().await;
    }

    /// A person tries these again by hand.
    pub(crate) async fn forgive(&self, models: &[ModelRef]) {
        self.board().forgive(models);
        self.tell().await;
    }

    pub(crate) async fn forgive_connection(&self, connection: &ConnectionId) {
        self.board().forgive_connection(connection);
        self.tell().await;
    }

    /// Its key or its address is another now.
    pub(crate) async fn renew(&self, connection: &ConnectionId) {
        self.board().renew(self.moment(), connection);
        self.tell().await;
    }

    pub(crate) fn forget(&self, connection: &ConnectionId) {
        self.board().forget(connection);
    }

    fn all(&self) -> Vec<ProviderHealth> {
        self.board().all(self.moment())
    }

    async fn tell(&self) {
        let _in_order = self.telling.lock().await;
        let changes: Vec<_> = self.board().changes().into_iter().map(EventKind::ProviderHealthChanged).collect();
        let Some(store) = self.store.as_ref().filter(|_| !changes.is_empty()) else { return };
        // A conversation that asks on does not stop for this: its own events will say that the log cannot be written.
        if let Err(error) = store.append(Topic::Providers, self.clock.now(), changes).await {
            tracing::error!(%error, "the providers' health could not be written down");
        }
    }

    fn moment(&self) -> Moment {
        moment(&*self.clock)
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn moment(clock: &dyn Clock) -> Moment {
    Moment { now: clock.now(), elapsed: clock.elapsed() }
}

/// The one question that is out to a model that was down; when it is dropped the next may go out.
struct Trial {
    health: Arc<Health>,
    model: ModelRef,
    probe: Probe,
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.health.board().let_go(&self.model, self.probe);
    }
}
