use ErrorClass::*;
use serde_json::json;

use super::{anthropic, classified, gemini};
use crate::classify::*;

/// As they were seen in the field: each vendor says otherwise that a model has no eyes.
#[test]
fn a_model_that_does_not_see_is_known_by_its_words() {
    let openai = |message: &str| json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": null}});
    let table = [
        (400, openai("Invalid content type. image_url is only supported by certain models.")),
        (400, anthropic("invalid_request_error", "'claude-old' does not support image input")),
        (
            400,
            gemini(400, "INVALID_ARGUMENT", "Image input modality is not enabled for models/gemma-3-1b-it", json!([])),
        ),
        // Ollama
        (400, json!({"error": {"message": "this model does not support image input (ref: b8bd630e)"}})),
        // llama.cpp, newer and older
        (
            500,
            json!({"error": {"code": 500, "message": "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj", "type": "server_error"}}),
        ),
        (
            500,
            json!({"error": {"code": 500, "message": "Failed to parse messages: Unsupported content part type: \"image_url\"", "type": "server_error"}}),
        ),
        // vLLM
        (
            400,
            json!({"object": "error", "message": "facebook/opt-125m is not a multimodal model None", "type": "BadRequestError", "param": null, "code": 400}),
        ),
        (
            400,
            json!({"object": "error", "message": "At most 0 image(s) may be provided in one request.", "type": "BadRequestError", "code": 400}),
        ),
        // OpenRouter
        (404, json!({"error": {"message": "No endpoints found that support image input", "code": 404}})),
        // LM Studio
        (400, json!({"error": "Model does not support images. Please use a model that does."})),
        // DeepSeek
        (
            400,
            openai(
                "Failed to deserialize the JSON body into the target type: messages[1]: unknown variant `image_url`, expected `text`",
            ),
        ),
        // Groq
        (400, openai("messages[1].content must be a string")),
        // xAI
        (
            400,
            json!({"code": "Client specified an invalid argument", "error": "The model does not support content elements of type image."}),
        ),
        // Mistral
        (
            400,
            json!({"object": "error", "message": "Image input is not enabled for this model", "type": "invalid_request_message_order"}),
        ),
        // Bedrock, behind gateways
        (400, openai("This model doesn't support the image content block that you provided.")),
    ];
    for (status, body) in table {
        assert_eq!(classified(status, &body), ImagesUnsupported, "{body}");
    }
}

#[test]
fn an_image_that_is_too_large_makes_the_request_too_large() {
    for (status, body) in [
        (
            400,
            anthropic(
                "invalid_request_error",
                "messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 8 MB > 5 MB",
            ),
        ),
        (
            400,
            anthropic(
                "invalid_request_error",
                "At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels",
            ),
        ),
        (400, gemini(400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes.", json!([]))),
        (400, json!({"object": "error", "message": "At most 1 image(s) may be provided in one request.", "code": 400})),
        (413, json!({"error": "Request Entity Too Large"})),
    ] {
        assert_eq!(classified(status, &body), RequestTooLarge, "{body}");
    }
}
