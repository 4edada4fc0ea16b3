use std::sync::Arc;
use std::time::Duration;

use chimera_core::{ModelFacts, ModelRef, Provider, ProviderError};
use chimera_engine::health::Ending;
use chimera_engine::{Admission, Models, Patience};
use futures::future::BoxFuture;

use crate::Timeouts;
use crate::models::Connections;

/// The connections, with the asker's own limits.
pub(super) struct Asker {
    connections: Arc<Connections>,
    timeouts: Timeouts,
}

impl Asker {
    pub(super) fn new(connections: Arc<Connections>, timeouts: Timeouts) -> Self {
        Self { connections, timeouts }
    }
}

impl Models for Asker {
    fn provider<'a>(&'a self, model: &'a ModelRef) -> BoxFuture<'a, Result<Arc<dyn Provider>, ProviderError>> {
        self.connections.provider(model)
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

    fn ended<'a>(&'a self, model: &'a ModelRef, asked: Duration, ending: Ending) -> BoxFuture<'a, ()> {
        self.connections.ended(model, asked, ending)
    }
}
