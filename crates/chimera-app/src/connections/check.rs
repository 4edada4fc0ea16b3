//! Trying a connection out, at no cost: its server is asked for the list of its models and for nothing else.

use std::time::Instant;

use chimera_core::{Connection, ConnectionId, ErrorClass, ProviderError, Secret};
use chimera_providers::ModelInfo;
use serde::Serialize;

use crate::connections::{KeyInput, NewConnection};
use crate::{Chimera, Result, validate};

/// How far a connection was found to work. What was not got as far as is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ConnectionTest {
    /// Something answers at the address.
    pub reachable: Option<bool>,
    /// The key was accepted, or none is asked for.
    pub authorized: Option<bool>,
    /// How many models there are to choose from.
    pub models: Option<u32>,
    /// From the question to the end of the answer, or of the attempt.
    pub latency_ms: u32,
    pub problem: Option<ConnectionProblem>,
}

/// Why a connection does not work, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct ConnectionProblem {
    pub class: ErrorClass,
    /// What the server, or the way to it, said; never a key.
    pub detail: String,
    pub remedy: String,
}

impl Chimera {
    /// Tries a connection out. A problem is an answer and not an error.
    pub async fn test_connection(&self, id: &ConnectionId) -> Result<ConnectionTest> {
        let connection = self.known_connection(id)?;
        let begun = Instant::now();
        let models = self.connection_list().models(&connection).await;
        let test = ConnectionTest::of(&models, begun);
        if models.is_ok() && self.must_write().is_ok() {
            self.health_board().forgive_connection(id).await;
        }
        Ok(test)
    }

    /// Tries out what is not added yet. Its key goes to that server only and is kept nowhere.
    pub async fn test_new_connection(&self, new: NewConnection) -> Result<ConnectionTest> {
        let key = new.key.clone().map(|KeyInput(key)| key).filter(|key| !key.expose().is_empty());
        let connection = validate::connection_fields(&new, key.is_some())?;
        Ok(self.try_out(&connection, key).await)
    }

    async fn try_out(&self, connection: &Connection, key: Option<Secret>) -> ConnectionTest {
        let begun = Instant::now();
        let models = self.connection_list().providers().models(connection, key).await;
        ConnectionTest::of(&models, begun)
    }
}

impl ConnectionTest {
    fn of(models: &std::result::Result<Vec<ModelInfo>, ProviderError>, begun: Instant) -> Self {
        let latency_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        match models {
            Ok(models) => Self {
                reachable: Some(true),
                authorized: Some(true),
                models: Some(u32::try_from(models.len()).unwrap_or(u32::MAX)),
                latency_ms,
                problem: None,
            },
            Err(error) => Self {
                reachable: is_reachable(error),
                authorized: (error.class == ErrorClass::Unauthorized).then_some(false),
                models: None,
                latency_ms,
                problem: Some(ConnectionProblem {
                    class: error.class,
                    detail: error.detail.clone(),
                    remedy: remedy(error).to_owned(),
                }),
            },
        }
    }
}

fn is_reachable(error: &ProviderError) -> Option<bool> {
    match error.class {
        // It was not tried at all.
        ErrorClass::KeyUnavailable | ErrorClass::NotConfigured => None,
        ErrorClass::Unreachable | ErrorClass::BadCertificate => Some(false),
        _ => Some(true),
    }
}

fn remedy(error: &ProviderError) -> &'static str {
    match error.class {
        ErrorClass::Unreachable => "nothing answers there: see whether the server runs and the address is right",
        ErrorClass::BadCertificate => {
            "mend the certificate first: whoever stands there could read your key and your words"
        }
        ErrorClass::Unauthorized => "the key was refused: give it again",
        ErrorClass::KeyUnavailable => "the key is not at hand: give it again, or unlock where it is kept",
        ErrorClass::Forbidden => "this key may not do that: see what the vendor says about its rights or your region",
        ErrorClass::QuotaExhausted => "the account has no credit left: see the vendor's billing page",
        ErrorClass::RateLimited | ErrorClass::Overloaded => "it answers but is busy: try again later",
        ErrorClass::ServerError => "it answers but fails: try again later",
        ErrorClass::RedirectRefused => "the address has moved: give the one it leads to",
        ErrorClass::NotConfigured => "the address may not be called: mend it, or mark the server as local",
        ErrorClass::NotAnApi | ErrorClass::Malformed => {
            "something answers, but no model API: perhaps the address lacks its end, such as /v1"
        }
        ErrorClass::ModelNotFound | ErrorClass::BadRequest => {
            "the server gives no list of models there: the address may lack its end, such as /v1"
        }
        ErrorClass::ContextOverflow
        | ErrorClass::RequestTooLarge
        | ErrorClass::ContentPolicy
        | ErrorClass::EmptyAnswer
        | ErrorClass::OutputLimit
        | ErrorClass::FirstTokenTimeout
        | ErrorClass::IdleTimeout
        | ErrorClass::TotalTimeout
        | ErrorClass::Truncated => "the answer broke off: try again",
        ErrorClass::ImagesUnsupported => "ask a model that sees, or say without images what is to be said",
        ErrorClass::Unpriced | ErrorClass::OverBudget => "set a price, or raise the limit of the conversation",
    }
}
