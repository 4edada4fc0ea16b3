use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use chimera_app::{Access, Chimera};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Limits;
use crate::guard::Guard;
use crate::problem::Answer;
use crate::throttle::Throttle;

/// What every connection shares.
#[derive(Clone)]
pub(crate) struct SideDoor(Arc<Inner>);

struct Inner {
    chimera: Chimera,
    guard: Guard,
    limits: Limits,
    throttle: Throttle,
    sockets: AtomicUsize,
    tasks: TaskTracker,
    /// Everybody is to say goodbye and leave.
    closing: CancellationToken,
    /// Whoever is still here is put out.
    closed: CancellationToken,
}

impl SideDoor {
    pub(crate) fn new(chimera: Chimera, guard: Guard, limits: Limits) -> Self {
        Self(Arc::new(Inner {
            chimera,
            guard,
            limits,
            throttle: Throttle::default(),
            sockets: AtomicUsize::new(0),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
            closed: CancellationToken::new(),
        }))
    }

    pub(crate) fn chimera(&self) -> &Chimera {
        &self.0.chimera
    }

    pub(crate) fn guard(&self) -> &Guard {
        &self.0.guard
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    pub(crate) fn closing(&self) -> &CancellationToken {
        &self.0.closing
    }

    pub(crate) fn closed(&self) -> &CancellationToken {
        &self.0.closed
    }

    /// What a token allows; a wrong one waits for its answer.
    pub(crate) async fn authenticate(&self, token: &str, client: Option<&str>) -> Answer<Access> {
        match self.0.chimera.authenticate(token, client).await {
            Ok(access) => Ok(access),
            Err(error) => {
                let problem = crate::problem::Problem::from(error);
                if problem.is_wrong_token() {
                    tokio::time::sleep(self.0.throttle.wrong_token(Instant::now())).await;
                }
                Err(problem)
            }
        }
    }

    pub(crate) fn sockets(&self) -> usize {
        self.0.sockets.load(Ordering::Relaxed)
    }

    /// Counts a socket for as long as the value lives.
    pub(crate) fn count_socket(&self) -> CountedSocket {
        self.0.sockets.fetch_add(1, Ordering::Relaxed);
        CountedSocket(self.clone())
    }
}

pub(crate) struct CountedSocket(SideDoor);

impl Drop for CountedSocket {
    fn drop(&mut self) {
        self.0.0.sockets.fetch_sub(1, Ordering::Relaxed);
    }
}
