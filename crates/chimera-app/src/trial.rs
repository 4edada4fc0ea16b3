//! Whether a connection answers: one small turn, only when somebody asks for it.

use chimera_core::{ConnectionId, FallbackRules, ModelRef};
use chimera_providers::Pace;

use crate::ask::{Asking, Question, begin};
use crate::route::{Reached, RouteSpec};
use crate::{Chimera, Error, ErrorCode, Result, Timeouts};

const PROMPT: &str = "Reply with the word OK.";

impl Chimera {
    /// Puts one small question to the connection, under the same policy as every turn; costs a few tokens. The model
    /// is the first that the connection offers to talk with, unless one is named.
    pub async fn try_connection(&self, id: &ConnectionId, model: Option<String>) -> Result<Asking> {
        let connection = self.connection_list().get(id).ok_or_else(|| {
            Error::new(ErrorCode::ConnectionNotFound, format!("there is no connection `{id}`")).on("connection")
        })?;
        let model = match model {
            Some(model) => model,
            None => {
                self.models(id).await?.into_iter().find(|model| model.chats).map(|model| model.id).ok_or_else(|| {
                    let message = format!("{} offers no model to talk with: name one", connection.name);
                    Error::new(ErrorCode::Provider, message).on("model")
                })?
            }
        };
        // Whoever tries by hand wants to know how it is now.
        self.health_board().forgive_connection(id).await;
        let model = ModelRef { connection: id.clone(), model };
        let question = Question {
            route: RouteSpec::empty(),
            keys: Vec::new(),
            system: None,
            prompt: PROMPT.into(),
            images: Vec::new(),
            fallback: FallbackRules::default(),
            timeouts: Timeouts::default(),
            pace: Pace::Instant,
        };
        begin(question, self.connections_shared(), vec![Reached { connection, key: None, model }]).await
    }
}
