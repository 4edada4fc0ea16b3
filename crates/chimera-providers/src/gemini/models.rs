use chimera_core::{ModelFacts, ProviderError};
use serde_json::Value;

use crate::ModelInfo;
use crate::http::Endpoint;
use crate::listed;
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
    let facts = ModelFacts {
        context_tokens: listed::count(entry, &["inputTokenLimit"]),
        max_output_tokens: listed::count(entry, &["outputTokenLimit"]),
        ..ModelFacts::default()
    };
    Some(listed::model(id, label, facts, &[entry]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_model_reads_and_writes_is_told_and_those_that_cannot_speak_are_left_out() {
        let list = json!({"models": [
            {"name": "models/g", "displayName": "G", "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536,
             "supportedGenerationMethods": ["generateContent", "countTokens"]},
            {"name": "models/e", "inputTokenLimit": 2048, "supportedGenerationMethods": ["embedContent"]},
        ]});

        let models = page(&list).unwrap().models;

        let facts =
            ModelFacts { context_tokens: Some(1_048_576), max_output_tokens: Some(65_536), ..ModelFacts::default() };
        assert_eq!(models, [ModelInfo::new("g", "G", facts)]);
    }
}
