//! The server declines, and says why in its vendor's words.

use chimera_core::ErrorClass;
use chimera_testkit::Reply;
use serde_json::{Value, json};

use crate::dialect::Dialect;
use crate::matrix::{answered, refused};

/// What is refused, in the order in which the vendors' words stand below.
const CLASSES: [ErrorClass; 10] = [
    ErrorClass::Unauthorized,
    ErrorClass::Forbidden,
    ErrorClass::ModelNotFound,
    ErrorClass::ContextOverflow,
    ErrorClass::RequestTooLarge,
    ErrorClass::BadRequest,
    ErrorClass::RateLimited,
    ErrorClass::QuotaExhausted,
    ErrorClass::Overloaded,
    ErrorClass::ServerError,
];

fn words_of(dialect: Dialect) -> [(u16, Value); 10] {
    match dialect {
        Dialect::ChatCompletions | Dialect::Responses => openai(),
        Dialect::Messages => anthropic(),
        Dialect::GenerateContent => gemini(),
    }
}

fn openai() -> [(u16, Value); 10] {
    let error = |status, kind: &str, code: Value, message: &str| {
        (status, json!({"error": {"message": message, "type": kind, "param": null, "code": code}}))
    };
    let invalid = "invalid_request_error";
    [
        error(401, invalid, json!("invalid_api_key"), "Incorrect API key provided: it ends in 7aa."),
        error(403, "request_forbidden", json!("unsupported_country_region_territory"), "Country not supported"),
        error(404, invalid, json!("model_not_found"), "The model `m` does not exist or you do not have access to it."),
        error(400, invalid, json!("context_length_exceeded"), "This model's maximum context length is 8192 tokens."),
        error(413, invalid, Value::Null, "The body is too large."),
        error(400, invalid, json!("unknown_parameter"), "Unknown parameter: 'foo'."),
        error(429, "requests", json!("rate_limit_exceeded"), "Rate limit reached for m."),
        error(429, "insufficient_quota", json!("insufficient_quota"), "You exceeded your current quota."),
        error(503, "server_error", Value::Null, "The engine is currently overloaded, please try again later"),
        error(500, "server_error", Value::Null, "The server had an error while processing your request."),
    ]
}

fn anthropic() -> [(u16, Value); 10] {
    let error = |status, kind: &str, message: &str| {
        (status, json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}))
    };
    [
        error(401, "authentication_error", "invalid x-api-key"),
        error(403, "permission_error", "Your API key does not have permission to use the specified resource."),
        error(404, "not_found_error", "model: m"),
        error(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        error(413, "request_too_large", "Request exceeds the maximum size"),
        error(400, "invalid_request_error", "messages.0.content: text content blocks must be non-empty"),
        error(429, "rate_limit_error", "This request would exceed your organization's rate limit"),
        error(400, "invalid_request_error", "Your credit balance is too low to access the API."),
        error(529, "overloaded_error", "Overloaded"),
        error(500, "api_error", "Internal server error"),
    ]
}

fn gemini() -> [(u16, Value); 10] {
    let error = |code: u16, status: &str, message: &str, details: Value| {
        (code, json!({"error": {"code": code, "message": message, "status": status, "details": details}}))
    };
    let quota =
        |id: &str| json!([{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": id}]}]);
    let exhausted = "You exceeded your current quota, please check your plan and billing details.";
    [
        error(400, "INVALID_ARGUMENT", "API key not valid.", json!([{"reason": "API_KEY_INVALID"}])),
        error(403, "PERMISSION_DENIED", "The caller does not have permission", json!([])),
        error(404, "NOT_FOUND", "models/m is not found for API version v1beta", json!([])),
        error(
            400,
            "INVALID_ARGUMENT",
            "The input token count (9) exceeds the maximum number of tokens allowed (8).",
            json!([]),
        ),
        error(413, "INVALID_ARGUMENT", "Request payload size exceeds the limit", json!([])),
        error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.", json!([])),
        error(429, "RESOURCE_EXHAUSTED", exhausted, quota("GenerateRequestsPerMinutePerProjectPerModel")),
        error(429, "RESOURCE_EXHAUSTED", exhausted, quota("GenerateRequestsPerDayPerProjectPerModel")),
        error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", json!([])),
        error(500, "INTERNAL", "An internal error has occurred.", json!([])),
    ]
}

in_every_dialect! {
    async fn the_vendors_words_become_a_class_and_are_kept(dialect: Dialect) {
        for (class, (status, said)) in CLASSES.into_iter().zip(words_of(dialect)) {
            let error = refused(dialect, Reply::fails(status, &said.to_string()).header("x-request-id", "req-8")).await;

            assert_eq!((error.class, error.status), (class, Some(status)), "{said}");
            assert_eq!(Some(error.detail.as_str()), said["error"]["message"].as_str());
            assert_eq!(error.request_id.as_deref(), Some("req-8"));
        }
    }

    async fn the_id_of_a_call_is_read_from_the_error_where_no_header_names_it(dialect: Dialect) {
        let said = r#"{"type":"error","error":{"type":"api_error","message":"oh"},"request_id":"req-9"}"#;

        let alone = refused(dialect, Reply::fails(500, said)).await;
        let beside = refused(dialect, Reply::fails(500, said).header("x-request-id", "req-8")).await;

        assert_eq!(alone.request_id.as_deref(), Some("req-9"));
        assert_eq!(beside.request_id.as_deref(), Some("req-8"));
    }

    async fn a_status_without_words_is_a_class_too(dialect: Dialect) {
        for (status, class) in [
            (400, ErrorClass::BadRequest),
            (401, ErrorClass::Unauthorized),
            (402, ErrorClass::QuotaExhausted),
            (403, ErrorClass::Forbidden),
            (404, ErrorClass::NotAnApi),
            (408, ErrorClass::ServerError),
            (409, ErrorClass::ServerError),
            (413, ErrorClass::RequestTooLarge),
            (425, ErrorClass::ServerError),
            (422, ErrorClass::BadRequest),
            (429, ErrorClass::RateLimited),
            (500, ErrorClass::ServerError),
            (502, ErrorClass::ServerError),
            (503, ErrorClass::Overloaded),
            (504, ErrorClass::ServerError),
            (520, ErrorClass::ServerError),
            (529, ErrorClass::Overloaded),
        ] {
            for body in ["", "<html><title>Bad gateway</title></html>", "{\"error\":"] {
                let error = refused(dialect, Reply::whole(status, "text/plain", body)).await;

                assert_eq!((error.class, error.status), (class, Some(status)), "{status} {body:?}");
            }
        }
    }

    async fn an_error_that_is_told_as_an_event_is_read_all_the_same(dialect: Dialect) {
        let said = r#"{"error":{"message":"no such luck","type":"rate_limit_error","code":"429"}}"#;
        let stream = format!("data: {said}\n\ndata: [DONE]\n\n");

        let error = refused(dialect, Reply::whole(500, "text/event-stream", stream)).await;

        assert_eq!((error.class, error.detail.as_str()), (ErrorClass::RateLimited, "no such luck"));
    }

    async fn what_a_proxy_says_of_keys_and_models_is_understood(dialect: Dialect) {
        let key = r#"{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}"#;
        let model = r#"{"error":{"message":"/responses: Invalid model name passed in model=m. Call `/v1/models` to view available models for your key.","type":"invalid_request_error","code":"400"}}"#;

        assert_eq!(refused(dialect, Reply::fails(400, key)).await.class, ErrorClass::Unauthorized);
        assert_eq!(refused(dialect, Reply::fails(400, model)).await.class, ErrorClass::ModelNotFound);
    }

    async fn an_error_whose_words_break_off_keeps_its_status(dialect: Dialect) {
        for reply in [Reply::fails(503, "{\"error\":{\"mess").breaks_off(), Reply::fails(503, "{\"error\":{\"mess").resets()] {
            assert_eq!(refused(dialect, reply).await.class, ErrorClass::Overloaded);
        }
    }

    async fn an_error_event_before_the_first_word_is_an_error_and_nothing_else(dialect: Dialect) {
        for reply in [Reply::events(), dialect.begins("")] {
            let reply = dialect.ends(dialect.more(dialect.event(reply, dialect.overloaded()), "never heard"));

            let error = refused(dialect, reply).await;

            assert_eq!((error.class, error.detail.as_str()), (ErrorClass::Overloaded, "overloaded, try later"));
        }
    }

    async fn an_error_event_after_the_first_word_keeps_what_was_said(dialect: Dialect) {
        let reply = dialect.event(dialect.begins("A plank"), dialect.overloaded());

        let heard = answered(dialect, dialect.ends(dialect.more(reply, "never heard"))).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank", Err(ErrorClass::Overloaded)));
    }
}
