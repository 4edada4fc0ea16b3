use chimera_core::ProviderError;
use serde_json::Value;

use crate::ModelInfo;
use crate::http::Endpoint;
use crate::model_pages::{self, Page};

/// The models that are offered, newest first as the vendor sends them.
pub(crate) async fn models(endpoint: &Endpoint) -> Result<Vec<ModelInfo>, ProviderError> {
    model_pages::read(endpoint, "after_id", &[("limit", "1000")], page).await
}

fn page(json: &Value) -> Option<Page> {
    let models = json.get("data")?.as_array()?.iter().filter_map(model).collect();
    let has_more = json.get("has_more").and_then(Value::as_bool).unwrap_or(false);
    let next = json.get("last_id").and_then(Value::as_str).filter(|_| has_more).map(str::to_owned);
    Some(Page { models, next })
}

fn model(entry: &Value) -> Option<ModelInfo> {
    let id = entry.get("id")?.as_str()?;
    let label = entry.get("display_name").and_then(Value::as_str).unwrap_or(id);
    let context = entry.get("max_input_tokens").and_then(Value::as_u64);
    Some(ModelInfo {
        id: id.to_owned(),
        label: label.to_owned(),
        context_tokens: context.and_then(|tokens| u32::try_from(tokens).ok()).filter(|tokens| *tokens > 0),
    })
}
