use ErrorClass::*;
use serde_json::json;

use super::*;

mod credit;
mod images;

fn classified(status: u16, body: &Value) -> ErrorClass {
    error(&Complaint::from_body(status, body, body.to_string().as_bytes())).class
}

const LM_STUDIO_OVERFLOW: &str = "Trying to keep the first 111490 tokens when context the overflows. However, the model \
                                  is loaded with context length of only 32768 tokens, which is not enough. Try to \
                                  load the model with a larger context length, or provide a shorter input";
const QUOTA_WORDS: &str = "You exceeded your current quota, please check your plan and billing details.";

fn anthropic(kind: &str, message: &str) -> Value {
    json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})
}

fn gemini(code: u16, status: &str, message: &str, details: Value) -> Value {
    json!({"error": {"code": code, "message": message, "status": status, "details": details}})
}

fn quota(id: &str) -> Value {
    json!([{"@type": "QuotaFailure", "violations": [{"quotaId": id}]}, {"@type": "RetryInfo", "retryDelay": "34.4s"}])
}

#[test]
fn every_vendors_refusal_has_its_class() {
    let table = [
        // OpenAI
        (
            401,
            json!({"error": {"message": "Incorrect API key provided: sk-…", "type": "invalid_request_error", "code": "invalid_api_key"}}),
            Unauthorized,
        ),
        (
            429,
            json!({"error": {"message": "You exceeded your current quota, please check your plan and billing details.", "type": "insufficient_quota", "code": "insufficient_quota"}}),
            QuotaExhausted,
        ),
        (
            429,
            json!({"error": {"message": "Rate limit reached for gpt-4o", "type": "tokens", "code": "rate_limit_exceeded"}}),
            RateLimited,
        ),
        (
            404,
            json!({"error": {"message": "The model `gpt-9` does not exist or you do not have access to it.", "type": "invalid_request_error", "code": "model_not_found"}}),
            ModelNotFound,
        ),
        (
            400,
            json!({"error": {"message": "This model's maximum context length is 8192 tokens.", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}}),
            ContextOverflow,
        ),
        (
            403,
            json!({"error": {"message": "Country, region, or territory not supported", "code": "unsupported_country_region_territory"}}),
            Forbidden,
        ),
        (
            500,
            json!({"error": {"message": "The server had an error while processing your request.", "type": "server_error"}}),
            ServerError,
        ),
        (
            503,
            json!({"error": {"message": "The engine is currently overloaded, please try again later", "type": "server_error"}}),
            Overloaded,
        ),
        // Azure
        (
            400,
            json!({"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", "code": "content_filter", "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation"}}}),
            ContentPolicy,
        ),
        (
            404,
            json!({"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}}),
            ModelNotFound,
        ),
        // Anthropic's and Google's compatible endpoints
        (529, json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}), Overloaded),
        (
            400,
            json!({"error": {"type": "invalid_request_error", "message": "Your credit balance is too low to access the API."}}),
            QuotaExhausted,
        ),
        (
            400,
            json!({"error": {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"}}),
            ContextOverflow,
        ),
        (
            400,
            json!([{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT"}}]),
            Unauthorized,
        ),
        (
            429,
            json!([{"error": {"code": 429, "message": "You exceeded your current quota.", "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "34.4s"}]}}]),
            RateLimited,
        ),
        (
            503,
            json!([{"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}]),
            Overloaded,
        ),
        // Ollama
        (
            404,
            json!({"error": {"message": "model \"llama9\" not found, try pulling it first", "type": "not_found_error"}}),
            ModelNotFound,
        ),
        (404, json!({"error": "model 'x' not found"}), ModelNotFound),
        // LM Studio
        (200, json!({"error": "Unexpected endpoint or method. (POST /chat/completions)"}), NotAnApi),
        (400, json!({"error": LM_STUDIO_OVERFLOW}), ContextOverflow),
        (400, json!({"error": {"message": LM_STUDIO_OVERFLOW}}), ContextOverflow),
        (
            400,
            json!({"error": "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a larger context length, or provide a shorter input."}),
            ContextOverflow,
        ),
        // vLLM
        (
            400,
            json!({"object": "error", "message": "This model's maximum context length is 4096 tokens.", "type": "BadRequestError", "code": 400}),
            ContextOverflow,
        ),
        (
            404,
            json!({"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404}),
            ModelNotFound,
        ),
        // llama.cpp
        (503, json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}), Overloaded),
        (
            400,
            json!({"error": {"code": 400, "message": "request (5000 tokens) exceeds the available context size (4096 tokens)", "type": "exceed_context_size_error", "n_ctx": 4096}}),
            ContextOverflow,
        ),
        (404, json!({"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}), NotAnApi),
        // Groq
        (
            400,
            json!({"error": {"message": "The model `llama3-70b-8192` has been decommissioned and is no longer supported.", "type": "invalid_request_error", "code": "model_decommissioned"}}),
            ModelNotFound,
        ),
        // Together and Text Generation Inference
        (
            400,
            json!({"error": {"message": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 4000 `inputs` tokens and 512 `max_new_tokens`", "type": "invalid_request_error"}}),
            ContextOverflow,
        ),
        // OpenRouter
        (
            402,
            json!({"error": {"code": 402, "message": "This request requires more credits, or fewer max_tokens."}}),
            QuotaExhausted,
        ),
        (
            403,
            json!({"error": {"code": 403, "message": "Your chosen model requires moderation and your input was flagged", "metadata": {"reasons": ["violence"]}}}),
            ContentPolicy,
        ),
        (404, json!({"error": {"code": 404, "message": "No endpoints found for a/b."}}), ModelNotFound),
        (502, json!({"error": {"code": 502, "message": "Provider returned error"}}), ServerError),
        // xAI
        (
            400,
            json!({"code": "Client specified an invalid argument", "error": "This model's maximum prompt length is 131072 but the request contains 537812 tokens."}),
            ContextOverflow,
        ),
        (
            400,
            json!({"code": "invalid-argument", "error": "Model grok-4.6 does not support parameter stop."}),
            BadRequest,
        ),
        // DeepSeek, Mistral, FastAPI
        (
            400,
            json!({"error": {"message": "Model Not Exist", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}}),
            ModelNotFound,
        ),
        (402, json!({"error": {"message": "Insufficient Balance", "type": "unknown_error"}}), QuotaExhausted),
        (
            400,
            json!({"object": "error", "message": "Invalid model: mistral-foo", "type": "invalid_model", "param": null, "code": "1500"}),
            ModelNotFound,
        ),
        (400, json!({"error": {"message": "Invalid model: mistral-foo", "code": 400}}), ModelNotFound),
        (401, json!({"message": "Unauthorized", "request_id": "x"}), Unauthorized),
        (
            422,
            json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}),
            BadRequest,
        ),
        (404, json!({"detail": "Not Found"}), NotAnApi),
        (405, json!({"detail": "Method Not Allowed"}), NotAnApi),
        // OpenAI's Responses, in the stream: the type says too little to overrule the words.
        (
            400,
            json!({"error": {"code": "invalid_prompt", "message": "Invalid prompt: your prompt was flagged as potentially violating our usage policy."}}),
            ContentPolicy,
        ),
        (
            401,
            json!({"error": {"message": "You didn't provide an API key.", "type": "invalid_request_error", "code": null}}),
            Unauthorized,
        ),
        // Anthropic
        (401, anthropic("authentication_error", "invalid x-api-key"), Unauthorized),
        (402, anthropic("billing_error", "There is a problem with your billing."), QuotaExhausted),
        (403, anthropic("permission_error", "Your API key does not have permission to use it."), Forbidden),
        (404, anthropic("not_found_error", "model: claude-9"), ModelNotFound),
        (409, anthropic("conflict_error", "Conflict"), ServerError),
        (413, anthropic("request_too_large", "Request exceeds the maximum size"), RequestTooLarge),
        (429, anthropic("rate_limit_error", "This request would exceed your rate limit."), RateLimited),
        (500, anthropic("api_error", "Internal server error"), ServerError),
        (504, anthropic("timeout_error", "Request timed out"), ServerError),
        (400, anthropic("invalid_request_error", "messages: roles must alternate"), BadRequest),
        (400, anthropic("invalid_request_error", "You have reached your specified API usage limits."), QuotaExhausted),
        (
            429,
            json!({"type": "error", "error": {"type": "rate_limit_error", "message": "Limit reached.", "details": {"error_code": "enforced_spend_limit_reached"}}}),
            QuotaExhausted,
        ),
        // OpenAI keeps some models' streams for organizations it knows.
        (
            400,
            json!({"error": {"message": "Your organization must be verified to stream this model. Please go to the settings and click on Verify Organization.", "type": "invalid_request_error", "param": "stream", "code": "unsupported_value"}}),
            Forbidden,
        ),
        // Gemini
        (
            403,
            gemini(
                403,
                "PERMISSION_DENIED",
                "Your API key was reported as leaked. Please use another API key.",
                json!([]),
            ),
            Unauthorized,
        ),
        (
            400,
            gemini(400, "INVALID_ARGUMENT", "Bad key.", json!([{"@type": "ErrorInfo", "reason": "API_KEY_INVALID"}])),
            Unauthorized,
        ),
        (403, gemini(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers.", json!([])), Unauthorized),
        (403, gemini(403, "PERMISSION_DENIED", "The caller does not have permission", json!([])), Forbidden),
        (
            400,
            gemini(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", json!([])),
            Forbidden,
        ),
        (
            404,
            gemini(404, "NOT_FOUND", "models/gemini-9 is not found for API version v1beta.", json!([])),
            ModelNotFound,
        ),
        (
            400,
            gemini(
                400,
                "INVALID_ARGUMENT",
                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                json!([]),
            ),
            ContextOverflow,
        ),
        (400, gemini(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", json!([])), BadRequest),
        // The words are the same; only the name of the quota tells.
        (
            429,
            gemini(429, "RESOURCE_EXHAUSTED", QUOTA_WORDS, quota("GenerateRequestsPerMinutePerProject")),
            RateLimited,
        ),
        (
            429,
            gemini(429, "RESOURCE_EXHAUSTED", QUOTA_WORDS, quota("GenerateRequestsPerDayPerProject")),
            QuotaExhausted,
        ),
        (500, gemini(500, "INTERNAL", "An internal error has occurred.", json!([])), ServerError),
        (500, gemini(500, "INTERNAL", "Your input context is too long.", json!([])), ContextOverflow),
        (500, gemini(500, "INTERNAL", "The input is too long for this model.", json!([])), ContextOverflow),
        (
            504,
            gemini(
                504,
                "DEADLINE_EXCEEDED",
                "Your prompt (or context) is too large to be processed in time.",
                json!([]),
            ),
            ContextOverflow,
        ),
        (503, gemini(503, "UNAVAILABLE", "The model is overloaded.", json!([])), Overloaded),
        (504, gemini(504, "DEADLINE_EXCEEDED", "Deadline exceeded", json!([])), ServerError),
        // Statuses alone
        (408, Value::Null, ServerError),
        (413, Value::Null, RequestTooLarge),
        (418, Value::Null, BadRequest),
        (425, Value::Null, ServerError),
        (524, Value::Null, ServerError),
    ];

    for (status, body, expected) in table {
        assert_eq!(classified(status, &body), expected, "{status} {body}");
    }
}

/// It is called a rate limit, but no wait would help: one question alone is more than a minute's tokens.
#[test]
fn a_question_larger_than_the_limit_of_a_minute_is_too_large_and_not_too_soon() {
    let error = |message: &str| json!({"error": {"message": message, "type": "tokens", "param": null, "code": "rate_limit_exceeded"}});
    let groq = "Request too large for model `llama-3.3-70b-versatile` in organization `org_x` service tier `on_demand` on \
                tokens per minute (TPM): Limit 12000, Requested 27651, please reduce your message size and try again. \
                Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing";
    let openai = "Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested \
                  41210. The input or output tokens must be reduced in order to run successfully. Visit \
                  https://platform.openai.com/account/rate-limits to learn more.";
    let soon = "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, \
                Requested 1210. Please try again in 420ms.";

    for (status, message, expected) in [
        (413, groq, RequestTooLarge),
        (413, "Too many tokens.", RequestTooLarge),
        (429, openai, RequestTooLarge),
        (429, soon, RateLimited),
    ] {
        assert_eq!(classified(status, &error(message)), expected, "{message}");
    }
}

#[test]
fn a_page_in_place_of_an_error_is_judged_by_its_status_and_not_quoted() {
    let page = b"<html><h1>502 Bad Gateway: invalid api key</h1></html>";

    let error = error(&Complaint::from_body(502, &Value::Null, page));

    assert_eq!(error.class, ServerError);
    assert_eq!(error.detail, "the server answered with status 502 and no explanation");
}

#[test]
fn the_vendors_own_words_are_kept_and_shortened() {
    let long = "x".repeat(5_000);
    let spoken = |body: Value| error(&Complaint::from_body(400, &body, &[])).detail;

    assert_eq!(spoken(json!({"error": {"message": "so and so"}})), "so and so");
    assert_eq!(spoken(json!({"error": {"message": null}, "message": "beside it"})), "beside it");
    assert_eq!(spoken(json!({"error": "just words"})), "just words");
    assert_eq!(spoken(json!({"error": {"reason": 7}})), r#"{"reason":7}"#);
    assert_eq!(spoken(json!({"error": {"message": long}})).chars().count(), 401);
}

#[test]
fn a_wait_told_in_the_body_is_heard() {
    let body = json!({"error": {"message": "later", "details": [{"@type": "QuotaFailure"}, {"retryDelay": "34.5s"}]}});

    assert_eq!(error(&Complaint::from_body(429, &body, &[])).retry_after, Some(Duration::from_millis(34_500)));
}

#[test]
fn an_event_is_a_complaint_only_if_it_says_so() {
    for none in [
        json!({"choices": []}),
        json!({"error": null, "choices": []}),
        json!({"object": "chat.completion.chunk"}),
        json!("error"),
    ] {
        assert_eq!(Complaint::from_event(&none, "message"), None, "{none}");
    }
    assert!(Complaint::from_event(&json!({"code": 500, "message": "old llama.cpp"}), "error").is_some());
    assert!(Complaint::from_event(&json!({"error": null, "x_groq": {"error": "over capacity"}}), "").is_some());
    let status = |body: Value| Complaint::from_event(&body, "").unwrap().status;
    assert_eq!(status(json!({"error": {"code": 429, "message": ""}})), Some(429));
    assert_eq!(status(json!({"error": {"code": "502", "message": ""}})), Some(502));
    assert_eq!(status(json!({"error": {"code": 7}})), None);
}
