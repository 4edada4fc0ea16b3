use chimera_core::{ModelFacts, ProviderError};
use serde_json::Value;

use crate::ModelInfo;
use crate::http::Endpoint;
use crate::listed;
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
    let facts = ModelFacts {
        context_tokens: listed::count(entry, &["max_input_tokens"]),
        max_output_tokens: listed::count(entry, &["max_tokens"]),
        sees_images: entry.pointer("/capabilities/image_input/supported").and_then(Value::as_bool),
        ..ModelFacts::default()
    };
    Some(listed::model(id, label, facts, &[entry]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_model_can_do_is_told_where_the_list_says_so() {
        let list = json!({"has_more": false, "data": [
            {"id": "a", "display_name": "A", "max_input_tokens": 1_000_000, "max_tokens": 128_000,
             "capabilities": {"image_input": {"supported": true}, "batch": {"supported": true}}},
            {"id": "b", "capabilities": null, "max_tokens": null},
        ]});

        let models = page(&list).unwrap().models;

        let facts = ModelFacts {
            context_tokens: Some(1_000_000),
            max_output_tokens: Some(128_000),
            sees_images: Some(true),
            ..ModelFacts::default()
        };
        assert_eq!(models, [ModelInfo::new("a", "A", facts), ModelInfo::new("b", "b", ModelFacts::default())]);
    }
}
