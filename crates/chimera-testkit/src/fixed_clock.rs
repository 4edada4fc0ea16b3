use std::sync::Mutex;
use std::time::Duration;

use chimera_core::{Clock, Timestamp};

/// A clock that stands still until it is told to go on.
#[derive(Debug)]
pub struct FixedClock {
    start: Timestamp,
    elapsed: Mutex<Duration>,
}

impl FixedClock {
    pub fn at(start: Timestamp) -> Self {
        Self { start, elapsed: Mutex::new(Duration::ZERO) }
    }

    pub fn advance(&self, by: Duration) {
        *self.elapsed.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) += by;
    }
}

impl Default for FixedClock {
    fn default() -> Self {
        Self::at(Timestamp::from_millis(1_795_376_782_101))
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(self.start.as_millis().saturating_add(elapsed))
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
