use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chimera_core::{ModelFacts, ModelRef, Provider, ProviderError, ReplyEvent, ReplyRequest, ReplyStream};
use chimera_engine::health::Ending;
use chimera_engine::{Admission, Models, Patience};
use futures::StreamExt;
use futures::future::BoxFuture;

use crate::Timeouts;
use crate::models::Connections;

/// Bytes of thoughts that are kept.
const MAX_THOUGHTS: usize = 1024 * 1024;

/// The connections, with the asker's own limits, and with an ear for what a model thinks: a conversation does not keep
/// that, an answer to a question shows it.
pub(super) struct Listening {
    connections: Arc<Connections>,
    timeouts: Timeouts,
    thoughts: Arc<Mutex<String>>,
}

impl Listening {
    pub(super) fn new(connections: Arc<Connections>, timeouts: Timeouts) -> Self {
        Self { connections, timeouts, thoughts: Arc::default() }
    }

    /// The thoughts of the model that was asked last.
    pub(super) fn thoughts(&self) -> Arc<Mutex<String>> {
        self.thoughts.clone()
    }
}

impl Models for Listening {
    fn provider<'a>(&'a self, model: &'a ModelRef) -> BoxFuture<'a, Result<Arc<dyn Provider>, ProviderError>> {
        Box::pin(async move {
            let provider = self.connections.provider(model).await?;
            Ok(Arc::new(Ear { provider, thoughts: self.thoughts.clone() }) as Arc<dyn Provider>)
        })
    }

    fn facts(&self, model: &ModelRef) -> ModelFacts {
        self.connections.facts(model)
    }

    fn patience<'a>(&'a self, model: &'a ModelRef) -> BoxFuture<'a, Patience> {
        Box::pin(async move { self.timeouts.over(self.connections.patience(model).await) })
    }

    fn protocol(&self, model: &ModelRef) -> Option<String> {
        self.connections.protocol(model)
    }

    fn admit<'a>(&'a self, model: &'a ModelRef, others: &'a [ModelRef]) -> BoxFuture<'a, Admission> {
        self.connections.admit(model, others)
    }

    fn ended<'a>(&'a self, model: &'a ModelRef, ending: Ending) -> BoxFuture<'a, ()> {
        self.connections.ended(model, ending)
    }
}

struct Ear {
    provider: Arc<dyn Provider>,
    thoughts: Arc<Mutex<String>>,
}

impl Provider for Ear {
    fn reply(&self, request: ReplyRequest) -> ReplyStream {
        let thoughts = self.thoughts.clone();
        lock(&thoughts).clear();
        let heard = self.provider.reply(request).inspect(move |heard| {
            if let Ok(ReplyEvent::Reasoning(thought)) = heard {
                let mut thoughts = lock(&thoughts);
                let room = MAX_THOUGHTS.saturating_sub(thoughts.len());
                thoughts.push_str(&thought[..thought.floor_char_boundary(room)]);
            }
        });
        heard.boxed()
    }
}

fn lock(thoughts: &Mutex<String>) -> MutexGuard<'_, String> {
    thoughts.lock().unwrap_or_else(PoisonError::into_inner)
}
