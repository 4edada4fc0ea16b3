use chimera_core::{ErrorClass, ProviderError};
use serde_json::Value;

use crate::ModelInfo;
use crate::classify::{self, Complaint};
use crate::http::Endpoint;

const MAX_LIST: usize = 8 * 1024 * 1024;

/// The models that a server offers, in its own order.
pub(crate) async fn models(endpoint: &Endpoint) -> Result<Vec<ModelInfo>, ProviderError> {
    let list = async {
        let mut answer = endpoint.get(&["models"]).await.map_err(|rejection| rejection.error)?;
        let bytes = answer.body.whole(MAX_LIST).await?;
        let not_json = |_| ProviderError::new(ErrorClass::NotAnApi, "the list of models is not JSON");
        parse(&serde_json::from_slice(&bytes).map_err(not_json)?)
    };
    list.await.map_err(|error| endpoint.censor(error))
}

fn parse(json: &Value) -> Result<Vec<ModelInfo>, ProviderError> {
    // Together sends the bare list; llama.cpp sends `data` and `models`.
    let list = json.as_array().or_else(|| json.get("data")?.as_array()).or_else(|| json.get("models")?.as_array());
    match (list, Complaint::from_event(json, "")) {
        (Some(list), _) => Ok(list.iter().filter_map(model).collect()),
        (None, Some(complaint)) => Err(classify::error(&complaint)),
        (None, None) => Err(ProviderError::new(ErrorClass::NotAnApi, "the answer is not a list of models")),
    }
}

fn model(entry: &Value) -> Option<ModelInfo> {
    let id = ["id", "name", "model"].into_iter().find_map(|key| entry.get(key)?.as_str()).or(entry.as_str())?;
    let label = ["name", "display_name"].into_iter().find_map(|key| entry.get(key)?.as_str()).unwrap_or(id);
    let contexts = ["context_length", "context_window", "max_context_length", "max_model_len"];
    let context = contexts
        .into_iter()
        .find_map(|key| entry.get(key)?.as_u64())
        .or_else(|| entry.get("meta")?.get("n_ctx")?.as_u64());
    Some(ModelInfo {
        id: id.to_owned(),
        label: label.to_owned(),
        context_tokens: context.and_then(|tokens| u32::try_from(tokens).ok()).filter(|tokens| *tokens > 0),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn info(id: &str, label: &str, context_tokens: Option<u32>) -> ModelInfo {
        ModelInfo { id: id.into(), label: label.into(), context_tokens }
    }

    #[test]
    fn the_list_is_found_wherever_a_server_puts_it() {
        let openrouter = json!({"data": [{"id": "a/b", "name": "A: B", "context_length": 131072, "pricing": {}}]});
        let llama_cpp =
            json!({"models": [{"name": "x"}], "object": "list", "data": [{"id": "x.gguf", "meta": {"n_ctx": 4096}}]});
        let vllm = json!({"object": "list", "data": [{"id": "m", "max_model_len": 32768}, {"no": "id"}]});
        let together = json!([{"id": "t", "context_length": null}]);

        assert_eq!(parse(&openrouter), Ok(vec![info("a/b", "A: B", Some(131_072))]));
        assert_eq!(parse(&llama_cpp), Ok(vec![info("x.gguf", "x.gguf", Some(4_096))]));
        assert_eq!(parse(&vllm), Ok(vec![info("m", "m", Some(32_768))]));
        assert_eq!(parse(&together), Ok(vec![info("t", "t", None)]));
    }

    #[test]
    fn what_is_no_list_is_said_to_be_none() {
        let class = |json: Value| parse(&json).map_err(|error| error.class);

        assert_eq!(class(json!({"hello": "world"})), Err(ErrorClass::NotAnApi));
        assert_eq!(class(json!({"error": {"message": "Invalid API key"}})), Err(ErrorClass::Unauthorized));
    }
}
