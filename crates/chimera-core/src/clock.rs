use std::time::Duration;

use crate::Timestamp;

/// The two clocks the app reads; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// Wall time, for people to read.
    fn now(&self) -> Timestamp;

    /// Time since some fixed point, never running backwards: what durations are measured with.
    fn elapsed(&self) -> Duration;
}
