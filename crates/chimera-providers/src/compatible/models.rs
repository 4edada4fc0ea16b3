use chimera_core::{ErrorClass, ProviderError};
use serde_json::Value;

use crate::ModelInfo;
use crate::classify::{self, Complaint};
use crate::http::Endpoint;
use crate::listed;

const MAX_LIST: usize = 8 * 1024 * 1024;

/// The models that a server offers, in its own order.
pub(crate) async fn models(endpoint: &Endpoint) -> Result<Vec<ModelInfo>, ProviderError> {
    let models = async {
        key_is_taken(endpoint).await?;
        let mut answer = endpoint.get(&["models"]).await.map_err(|rejection| rejection.error)?;
        let bytes = answer.body.whole(MAX_LIST).await?;
        let not_json = |_| ProviderError::new(ErrorClass::NotAnApi, "the list of models is not JSON");
        list(&serde_json::from_slice(&bytes).map_err(not_json)?)
    };
    models.await.map_err(|error| endpoint.censor(error))
}

/// OpenRouter gives its list to anybody: what it thinks of a key it tells elsewhere, which costs nothing either. Other
/// servers below such a path have nothing there, and that means nothing.
async fn key_is_taken(endpoint: &Endpoint) -> Result<(), ProviderError> {
    if endpoint.path() != "/api/v1" || !endpoint.shows_key() {
        return Ok(());
    }
    match endpoint.get(&["key"]).await {
        Err(refused) if refused.error.class == ErrorClass::Unauthorized => Err(refused.error),
        _ => Ok(()),
    }
}

/// The models in an answer, wherever the server has put them.
pub(crate) fn list(json: &Value) -> Result<Vec<ModelInfo>, ProviderError> {
    // Together sends the bare list; llama.cpp sends `data` and `models`, and says in the latter what a model can do.
    let list = json.as_array().or_else(|| json.get("data")?.as_array()).or_else(|| json.get("models")?.as_array());
    let more = json.get("models").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match (list, Complaint::from_event(json, "")) {
        (Some(list), _) => Ok(list.iter().filter_map(|entry| model(entry, more)).collect()),
        (None, Some(complaint)) => Err(classify::error(&complaint)),
        (None, None) => Err(ProviderError::new(ErrorClass::NotAnApi, "the answer is not a list of models")),
    }
}

fn model(entry: &Value, more: &[Value]) -> Option<ModelInfo> {
    let name =
        |entry: &Value| ["id", "name", "model"].into_iter().find_map(|key| Some(entry.get(key)?.as_str()?.to_owned()));
    let id = name(entry).or_else(|| entry.as_str().map(str::to_owned))?;
    let label = ["name", "display_name"].into_iter().find_map(|key| entry.get(key)?.as_str()).unwrap_or(&id).to_owned();
    let beside = more.iter().find(|other| name(other).as_ref() == Some(&id)).unwrap_or(&Value::Null);
    let facts = listed::facts(entry).or(listed::facts(beside));
    Some(listed::model(&id, &label, facts, &[entry, beside]))
}

#[cfg(test)]
mod tests {
    use chimera_core::ModelFacts;
    use serde_json::json;

    use super::*;

    fn info(id: &str, label: &str, context_tokens: Option<u32>) -> ModelInfo {
        ModelInfo::new(id, label, ModelFacts { context_tokens, ..ModelFacts::default() })
    }

    #[test]
    fn the_list_is_found_wherever_a_server_puts_it() {
        let openrouter = json!({"data": [{"id": "a/b", "name": "A: B", "context_length": 131072, "pricing": {}}]});
        let llama_cpp =
            json!({"models": [{"name": "x"}], "object": "list", "data": [{"id": "x.gguf", "meta": {"n_ctx": 4096}}]});
        let vllm = json!({"object": "list", "data": [{"id": "m", "max_model_len": 32768}, {"no": "id"}]});
        let together = json!([{"id": "t", "context_length": null}]);

        assert_eq!(list(&openrouter), Ok(vec![info("a/b", "A: B", Some(131_072))]));
        assert_eq!(list(&llama_cpp), Ok(vec![info("x.gguf", "x.gguf", Some(4_096))]));
        assert_eq!(list(&vllm), Ok(vec![info("m", "m", Some(32_768))]));
        assert_eq!(list(&together), Ok(vec![info("t", "t", None)]));
    }

    #[test]
    fn what_llama_cpp_says_beside_its_list_belongs_to_the_model_of_that_name() {
        let answer = json!({
            "models": [{"name": "x", "capabilities": ["completion", "multimodal"]}, {"name": "y", "capabilities": ["completion"]}],
            "data": [{"id": "x", "meta": {"n_ctx": 4096}}, {"id": "y"}, {"id": "z"}],
        });

        let models = list(&answer).unwrap();

        let sees: Vec<_> = models.iter().map(|model| model.facts.sees_images).collect();
        assert_eq!(sees, [Some(true), Some(false), None]);
        assert_eq!(models[0].context_tokens, Some(4_096));
    }

    #[test]
    fn what_is_no_list_is_said_to_be_none() {
        let class = |json: Value| list(&json).map_err(|error| error.class);

        assert_eq!(class(json!({"hello": "world"})), Err(ErrorClass::NotAnApi));
        assert_eq!(class(json!({"error": {"message": "Invalid API key"}})), Err(ErrorClass::Unauthorized));
    }
}
