use chimera_core::ProviderError;
use serde_json::Value;

use crate::ModelInfo;
use crate::http::Endpoint;
use crate::model_pages::{self, Page};

/// The models that are offered and can speak.
pub(crate) async fn models(endpoint: &Endpoint) -> Result<Vec<ModelInfo>, ProviderError> {
    model_pages::read(endpoint, "pageToken", &[("pageSize", "1000")], page).await
}

fn page(json: &Value) -> Option<Page> {
    let models = json.get("models")?.as_array()?.iter().filter_map(model).collect();
    let next = json.get("nextPageToken").and_then(Value::as_str).filter(|token| !token.is_empty()).map(str::to_owned);
    Some(Page { models, next })
}

fn model(entry: &Value) -> Option<ModelInfo> {
    let methods = entry.get("supportedGenerationMethods").and_then(Value::as_array);
    if methods.is_some_and(|methods| !methods.iter().any(|method| method == "generateContent")) {
        return None;
    }
    let name = entry.get("name")?.as_str()?;
    let id = name.strip_prefix("models/").unwrap_or(name);
    let label = entry.get("displayName").and_then(Value::as_str).unwrap_or(id);
    let context = entry.get("inputTokenLimit").and_then(Value::as_u64);
    Some(ModelInfo {
        id: id.to_owned(),
        label: label.to_owned(),
        context_tokens: context.and_then(|tokens| u32::try_from(tokens).ok()).filter(|tokens| *tokens > 0),
    })
}
