//! The line before the models: how many calls are under way at once, over all conversations.
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
use tokio::sync::Semaphore;

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
    elsewhere: Arc<Semaphore>,
    nearby: Mutex<HashMap<ConnectionId, Arc<Semaphore>>>,
}

/// A place before a model.
pub(crate) enum Place {
    Free(Permit),
    /// In line, from now on.
    After(BoxFuture<'static, Permit>),
}

impl Lines {
    pub(crate) fn new(limits: CallLimits) -> Self {
        let elsewhere = Arc::new(Semaphore::new(limits.elsewhere.max(1)));
        Self { limits, elsewhere, nearby: Mutex::default() }
    }

    pub(crate) async fn join(&self, connection: &Connection) -> Place {
        let Some(places) = self.before(connection) else { return Place::Free(Box::new(())) };
        let wait = places.acquire_owned();
        let mut wait = wait.map(|place| Box::new(place.expect("no line is ever closed")) as Permit).boxed();
        // The first look takes the place in line.
        match poll_fn(|context| Poll::Ready(wait.poll_unpin(context))).await {
            Poll::Ready(permit) => Place::Free(permit),
            Poll::Pending => Place::After(wait),
        }
    }

    pub(crate) fn forget(&self, connection: &ConnectionId) {
        self.nearby.lock().unwrap_or_else(PoisonError::into_inner).remove(connection);
    }

    /// Authored voices take no machine's time.
    fn before(&self, connection: &Connection) -> Option<Arc<Semaphore>> {
        if connection.kind == ProviderKind::Demo {
            return None;
        }
        if !is_near(connection) {
            return Some(self.elsewhere.clone());
        }
        let mut nearby = self.nearby.lock().unwrap_or_else(PoisonError::into_inner);
        let places = || Arc::new(Semaphore::new(self.limits.nearby.max(1)));
        Some(nearby.entry(connection.id.clone()).or_insert_with(places).clone())
    }
}

#[cfg(test)]
mod tests {
    use chimera_core::KeyPlace;

    use super::*;

    fn at(id: &str, base_url: &str) -> Connection {
        Connection {
            id: id.parse().unwrap(),
            kind: ProviderKind::Compatible,
            name: id.into(),
            base_url: Some(base_url.into()),
            local: false,
            key: KeyPlace::None,
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
}
