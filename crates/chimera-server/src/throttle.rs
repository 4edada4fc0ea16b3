use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// Wrong tokens that cost nothing: a companion with an old token deserves its answer at once.
const FREE: usize = 10;
const STEP: Duration = Duration::from_millis(100);
const MOST: usize = 100;

/// Makes wrong tokens wait for their answer, the longer the more of them there were in the last minute. A right token
/// never waits: everybody comes from the same address here, so a ban would hit the innocent.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<VecDeque<Instant>>);

impl Throttle {
    /// Takes note of a wrong token and says how long its answer is to be held back.
    pub(crate) fn wrong_token(&self, now: Instant) -> Duration {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|then| now.duration_since(*then) < WINDOW);
        if recent.len() == MOST {
            recent.pop_front();
        }
        recent.push_back(now);
        STEP * u32::try_from(recent.len().saturating_sub(FREE).div_ceil(10)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_gets_slower_up_to_a_second_and_is_forgiven_after_a_minute() {
        let throttle = Throttle::default();
        let start = Instant::now();

        let waits: Vec<Duration> = (0..200).map(|_| throttle.wrong_token(start)).collect();

        assert!(waits[..FREE].iter().all(Duration::is_zero));
        assert!(waits.is_sorted());
        assert_eq!(waits[199], Duration::from_millis(900));
        assert_eq!(throttle.wrong_token(start + WINDOW), Duration::ZERO);
    }
}
