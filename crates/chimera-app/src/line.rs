//! The line before the models: how many calls are under way at once, over all conversations. Of a connection a person may
//! have said it; then it has a line of its own.
//!
//! Whoever comes first goes first. A call holds one place and waits for no other while it holds it, so that nobody waits
//! in a circle; one that is given up gives its place back, or leaves the line, when it is dropped.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use chimera_core::{Connection, ConnectionId, ProviderKind};
use chimera_engine::Permit;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::patience::is_near;

/// How many calls may be under way at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// To all servers elsewhere together. The smallest accounts of the vendors allow a few dozen a minute: more at once
    /// are answered with refusals, and each of them is one conversation more that a person has to follow.
    pub elsewhere: usize,
    /// To each server on this machine or its network. Most answer one question at a time with all they have; while they do,
    /// they can read the next one. What waits inside of them is seen by nobody and uses up its time for a first word.
    pub nearby: usize,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { elsewhere: 16, nearby: 2 }
    }
}

/// The lines of one Chimera.
pub(crate) struct Lines {
    limits: CallLimits,
    elsewhere: Arc<Line>,
    /// Of those nearby, and of those elsewhere of which a person said how many calls they take.
    own: Mutex<HashMap<ConnectionId, Arc<Line>>>,
}

/// A place before a model.
pub(crate) enum Place {
    Free(Permit),
    /// In line, from now on.
    After(BoxFuture<'static, Permit>),
}

impl Lines {
    pub(crate) fn new(limits: CallLimits) -> Self {
        Self { limits, elsewhere: Line::of(limits.elsewhere), own: Mutex::default() }
    }

    pub(crate) fn limits(&self) -> CallLimits {
        self.limits
    }

    pub(crate) async fn join(&self, connection: &Connection) -> Place {
        let Some(line) = self.before(connection) else { return Place::Free(Box::new(())) };
        let wait = line.places.clone().acquire_owned();
        let mut wait = wait
            .map(|place| Box::new(Held { place: Some(place.expect("no line is ever closed")), line }) as Permit)
            .boxed();
        // The first look takes the place in line.
        match poll_fn(|context| Poll::Ready(wait.poll_unpin(context))).await {
            Poll::Ready(permit) => Place::Free(permit),
            Poll::Pending => Place::After(wait),
        }
    }

    pub(crate) fn forget(&self, connection: &ConnectionId) {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).remove(connection);
    }

    /// Authored voices take no machine's time.
    fn before(&self, connection: &Connection) -> Option<Arc<Line>> {
        if connection.kind == ProviderKind::Demo {
            return None;
        }
        let said = connection.limits.calls_at_once.map(|calls| usize::try_from(calls).unwrap_or(usize::MAX));
        let places = match said {
            Some(said) => said,
            None if is_near(connection) => self.limits.nearby,
            None => return Some(self.elsewhere.clone()),
        };
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let line = own.entry(connection.id.clone()).or_insert_with(|| Line::of(places)).clone();
        line.resize(places);
        Some(line)
    }
}

/// One line, and how many are let through at once.
struct Line {
    places: Arc<Semaphore>,
    size: Mutex<Size>,
}

struct Size {
    places: usize,
    /// Places that are still held though there are to be fewer: whoever gives one back gives it up.
    owed: usize,
}

impl Line {
    fn of(places: usize) -> Arc<Self> {
        let places = places.max(1);
        Arc::new(Self { places: Arc::new(Semaphore::new(places)), size: Mutex::new(Size { places, owed: 0 }) })
    }

    /// Calls that are under way go on, and count.
    fn resize(&self, places: usize) {
        let places = places.max(1);
        let mut size = self.size.lock().unwrap_or_else(PoisonError::into_inner);
        let more = places.saturating_sub(size.places);
        let fewer = size.places.saturating_sub(places);
        let kept = more.min(size.owed);
        self.places.add_permits(more - kept);
        size.owed = size.owed - kept + fewer;
        size.owed -= self.places.forget_permits(size.owed);
        size.places = places;
    }

    fn is_owed_one(&self) -> bool {
        let mut size = self.size.lock().unwrap_or_else(PoisonError::into_inner);
        let is_owed = size.owed > 0;
        size.owed = size.owed.saturating_sub(1);
        is_owed
    }
}

/// A place that is given back, or given up, when it is dropped.
struct Held {
    place: Option<OwnedSemaphorePermit>,
    line: Arc<Line>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(place) = self.place.take()
            && self.line.is_owed_one()
        {
            place.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use chimera_core::{ConnectionLimits, KeyPlace};

    use super::*;

    fn at(id: &str, base_url: &str) -> Connection {
        Connection {
            id: id.parse().unwrap(),
            kind: ProviderKind::Compatible,
            name: id.into(),
            base_url: Some(base_url.into()),
            local: false,
            key: KeyPlace::None,
            limits: Default::default(),
        }
    }

    fn free(place: Place) -> Option<Permit> {
        match place {
            Place::Free(permit) => Some(permit),
            Place::After(_) => None,
        }
    }

    #[tokio::test]
    async fn servers_elsewhere_share_one_limit_and_each_one_nearby_has_its_own() {
        let lines = Lines::new(CallLimits { elsewhere: 2, nearby: 1 });
        let (vendor, other) = (at("vendor", "https://api.example.com"), at("other", "https://api.example.org"));
        let (mine, box_) = (at("mine", "http://127.0.0.1:1/v1"), at("box", "http://192.168.1.5/v1"));

        let held = [free(lines.join(&vendor).await), free(lines.join(&other).await)];
        assert!(held.iter().all(Option::is_some));
        assert!(free(lines.join(&vendor).await).is_none());
        let near = [free(lines.join(&mine).await), free(lines.join(&box_).await)];
        assert!(near.iter().all(Option::is_some));
        assert!(free(lines.join(&mine).await).is_none());

        drop(held);
        assert!(free(lines.join(&other).await).is_some());
    }

    #[tokio::test]
    async fn demo_voices_wait_for_nobody() {
        let lines = Lines::new(CallLimits { elsewhere: 1, nearby: 1 });
        let demo = crate::models::demo_connection();
        let held = [free(lines.join(&demo).await), free(lines.join(&demo).await)];
        assert!(held.iter().all(Option::is_some));
    }

    #[tokio::test]
    async fn whoever_came_first_goes_first_and_whoever_leaves_holds_nobody_up() {
        let lines = Lines::new(CallLimits { elsewhere: 1, nearby: 1 });
        let mine = at("mine", "http://127.0.0.1:1/v1");
        let held = free(lines.join(&mine).await).unwrap();
        let mut waiting = Vec::new();
        for _ in 0..3 {
            match lines.join(&mine).await {
                Place::After(wait) => waiting.push(wait),
                Place::Free(_) => panic!("there was no place"),
            }
        }
        // Nobody has looked whether it is their turn but when they joined.
        let (mut third, leaves, mut first) = (waiting.pop().unwrap(), waiting.pop().unwrap(), waiting.pop().unwrap());

        drop(leaves);
        drop(held);

        assert!((&mut third).now_or_never().is_none());
        let permit = (&mut first).now_or_never().unwrap();
        drop(permit);
        assert!(third.now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_connection_of_which_it_was_said_has_a_line_of_its_own() {
        let lines = Lines::new(CallLimits { elsewhere: 1, nearby: 2 });
        let with = |connection: Connection, calls| Connection {
            limits: ConnectionLimits { calls_at_once: Some(calls), ..connection.limits },
            ..connection
        };
        let laptop = with(at("laptop", "http://127.0.0.1:1/v1"), 1);
        let vendor = with(at("vendor", "https://api.example.com"), 3);
        let other = at("other", "https://api.example.org");

        let first = free(lines.join(&laptop).await);
        assert!(first.is_some() && free(lines.join(&laptop).await).is_none());
        let held = [free(lines.join(&vendor).await), free(lines.join(&vendor).await), free(lines.join(&vendor).await)];
        assert!(held.iter().all(Option::is_some));
        assert!(free(lines.join(&vendor).await).is_none());
        assert!(free(lines.join(&other).await).is_some(), "what the vendor takes is not taken from others");
    }

    #[tokio::test]
    async fn another_number_counts_for_the_next_call_and_those_under_way_count() {
        let lines = Lines::new(CallLimits { elsewhere: 1, nearby: 2 });
        let calls = |calls| {
            let mine = at("mine", "http://127.0.0.1:1/v1");
            Connection { limits: ConnectionLimits { calls_at_once: calls, ..mine.limits }, ..mine }
        };
        let mut held = Vec::new();
        for _ in 0..2 {
            held.extend(free(lines.join(&calls(None)).await));
        }
        assert_eq!(held.len(), 2);

        // Fewer: both that are under way go on, and nobody comes before both are gone.
        let Place::After(mut waits) = lines.join(&calls(Some(1))).await else { panic!("there was no place") };
        held.pop();
        assert!((&mut waits).now_or_never().is_none());
        held.pop();
        let one = (&mut waits).now_or_never().unwrap();
        assert!(free(lines.join(&calls(Some(1))).await).is_none());

        // More: who waits comes at once.
        let Place::After(mut waits) = lines.join(&calls(Some(1))).await else { panic!("there was no place") };
        let third = free(lines.join(&calls(Some(3))).await);
        assert!((&mut waits).now_or_never().is_some() && third.is_some());
        drop((one, third));
        let mut again = Vec::new();
        for _ in 0..4 {
            again.extend(free(lines.join(&calls(Some(3))).await));
        }
        assert_eq!(again.len(), 3);
    }
}
