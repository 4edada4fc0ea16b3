//! Lists of models that come page by page.

use chimera_core::{ErrorClass, ProviderError};
use serde_json::Value;

use crate::ModelInfo;
use crate::classify::{self, Complaint};
use crate::http::Endpoint;

const MAX_PAGE: usize = 8 * 1024 * 1024;
/// A list that goes on longer than this is one that goes in circles.
const MAX_PAGES: usize = 20;

pub(crate) struct Page {
    pub models: Vec<ModelInfo>,
    /// What to ask for the page after this one, if there is one.
    pub next: Option<String>,
}

/// All pages of the list at `models`, of which each is asked for by the `cursor` that the one before it named.
pub(crate) async fn read(
    endpoint: &Endpoint,
    cursor: &str,
    query: &[(&str, &str)],
    page: impl Fn(&Value) -> Option<Page>,
) -> Result<Vec<ModelInfo>, ProviderError> {
    let list = async {
        let mut models = Vec::new();
        let mut next = None::<String>;
        for _ in 0..MAX_PAGES {
            let asked = match &next {
                Some(next) => endpoint.with_query(query).with_query(&[(cursor, next)]),
                None => endpoint.with_query(query),
            };
            let json = get(&asked).await?;
            let page = page(&json).ok_or_else(|| not_a_list(&json))?;
            models.extend(page.models);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        Ok(models)
    };
    list.await.map_err(|error| endpoint.censor(error))
}

async fn get(endpoint: &Endpoint) -> Result<Value, ProviderError> {
    let mut answer = endpoint.get(&["models"]).await.map_err(|rejection| rejection.error)?;
    let bytes = answer.body.whole(MAX_PAGE).await?;
    serde_json::from_slice(&bytes)
        .map_err(|_| ProviderError::new(ErrorClass::NotAnApi, "the list of models is not JSON"))
}

fn not_a_list(json: &Value) -> ProviderError {
    match Complaint::from_event(json, "") {
        Some(complaint) => classify::error(&complaint),
        None => ProviderError::new(ErrorClass::NotAnApi, "the answer is not a list of models"),
    }
}
