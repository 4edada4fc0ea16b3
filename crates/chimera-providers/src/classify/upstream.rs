//! A refusal that a gateway passes on. OpenRouter wraps what the server behind it said into an error of its own, whose
//! words say nothing.

use chimera_core::ErrorClass;
use serde_json::Value;

use super::{Complaint, short};

/// What the wrapper itself says, lower case.
const SAYS_NOTHING: &str = "provider returned error";
/// Bytes of the wrapped words that are taken for JSON; a longer text is quoted from its beginning.
const MAX_RAW: usize = 16 * 1024;
/// Characters of a server's name. A longer one is none, and half of it could be half a key.
const MAX_NAME: usize = 60;

/// The server behind the one that answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Upstream {
    name: Option<String>,
    pub said: Option<Box<Complaint>>,
}

impl Upstream {
    /// Whom an error speaks for, if it is only a wrapper.
    pub fn behind(error: &Value, message: &str) -> Option<Self> {
        if !message.trim().trim_end_matches('.').eq_ignore_ascii_case(SAYS_NOTHING) {
            return None;
        }
        let metadata = error.get("metadata")?;
        let name = metadata.get("provider_name").and_then(Value::as_str).map(str::trim);
        let name = name.filter(|name| !name.is_empty() && name.chars().count() <= MAX_NAME);
        let said = metadata.get("raw").and_then(unwrapped).map(Box::new);
        Some(Self { name: name.map(str::to_owned), said })
    }

    /// Its words under its name, or the wrapper's where it said none.
    pub fn words(&self, wrapper: &str) -> String {
        let said = self.said.as_ref().map_or(wrapper, |said| &said.message);
        match &self.name {
            Some(name) => format!("{name}: {said}"),
            None => said.to_owned(),
        }
    }
}

/// It may be JSON, JSON in a text, or just words. A wrapper within the wrapper is not opened.
fn unwrapped(raw: &Value) -> Option<Complaint> {
    match raw {
        Value::String(text) => {
            let text = text.trim();
            let is_page = text.starts_with('<');
            if text.is_empty() || is_page {
                return None;
            }
            let json = Some(text).filter(|text| text.len() <= MAX_RAW);
            let json: Option<Value> = json.and_then(|text| serde_json::from_str(text).ok());
            let said = json.and_then(|json| Complaint::bare(&json, "error"));
            Some(said.unwrap_or_else(|| Complaint { message: short(text), ..Complaint::default() }))
        }
        Value::Object(_) | Value::Array(_) => Complaint::bare(raw, "error"),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// What a wrapped refusal means here. `own` is what the wrapper alone would mean.
pub(super) fn seen_from_here(class: ErrorClass, own: ErrorClass) -> ErrorClass {
    match (class, own) {
        (ErrorClass::Unauthorized | ErrorClass::QuotaExhausted, ErrorClass::RateLimited | ErrorClass::Overloaded) => {
            own
        }
        // The person's key was good enough for the gateway, which has others to ask: nothing is to be switched off.
        (ErrorClass::Unauthorized | ErrorClass::QuotaExhausted, _) => ErrorClass::Forbidden,
        (ErrorClass::NotAnApi, _) => ErrorClass::ServerError,
        (class, _) => class,
    }
}

#[cfg(test)]
mod tests {
    use ErrorClass::*;
    use serde_json::json;

    use super::*;
    use crate::classify;

    fn wrapped(status: u16, raw: Value) -> chimera_core::ProviderError {
        let metadata = json!({"raw": raw, "provider_name": "Crucible", "is_byok": false});
        let body = json!({"error": {"message": "Provider returned error", "code": status, "metadata": metadata}});
        classify::error(&Complaint::from_body(status, &body, body.to_string().as_bytes()))
    }

    fn inner(message: &str) -> Value {
        json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": null}})
    }

    #[test]
    fn the_server_behind_is_heard_in_its_own_words_and_under_its_name() {
        let overflow = "This model's maximum context length is 262144 tokens. However, you requested 300000 tokens.";
        for raw in [json!(inner(overflow).to_string()), inner(overflow), json!([inner(overflow)]), json!(overflow)] {
            let error = wrapped(400, raw.clone());

            assert_eq!(error.class, ContextOverflow, "{raw}");
            assert_eq!(error.detail, format!("Crucible: {overflow}"), "{raw}");
            assert_eq!(error.status, Some(400));
        }
    }

    #[test]
    fn what_it_said_counts_before_what_the_wrapper_says() {
        let filtered = r#"{"error":{"message":"The response was filtered.","code":"content_filter"}}"#;
        let region = r#"{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported","param":null,"type":"request_forbidden"}}"#;
        let table = [
            (400, json!(filtered), ContentPolicy),
            (403, json!(region), Forbidden),
            (400, json!(inner("This model does not support image input").to_string()), ImagesUnsupported),
            (400, json!({"object": "error", "message": "Invalid model: m", "type": "invalid_model"}), ModelNotFound),
            (502, json!("{\"detail\":\"Input is too long for this model\"}"), ContextOverflow),
            (502, json!({"error": "The engine is currently overloaded"}), Overloaded),
            // Where it tells nothing, the status does.
            (400, json!(inner("Input should be a valid list").to_string()), BadRequest),
            (429, json!("m is temporarily rate-limited upstream. Please retry shortly."), RateLimited),
            (502, json!("ERROR"), ServerError),
            (503, json!(null), Overloaded),
            (400, json!(7), BadRequest),
        ];

        for (status, raw, expected) in table {
            assert_eq!(wrapped(status, raw.clone()).class, expected, "{status} {raw}");
        }
    }

    #[test]
    fn the_accounts_of_a_gateway_are_not_the_persons() {
        let table = [
            (401, json!(inner("Incorrect API key provided: sk-x.").to_string()), Forbidden),
            (400, json!(inner("Your credit balance is too low to access the API.").to_string()), Forbidden),
            (402, json!("no more"), Forbidden),
            (429, json!({"error": {"message": "You exceeded your quota.", "code": "insufficient_quota"}}), RateLimited),
            (404, json!("404 page not found"), ServerError),
        ];

        for (status, raw, expected) in table {
            assert_eq!(wrapped(status, raw.clone()).class, expected, "{status} {raw}");
        }
    }

    #[test]
    fn what_is_wrapped_is_bounded_and_opened_once() {
        let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
        let page = wrapped(502, json!("<html>rate limit</html>"));
        let within =
            json!({"error": {"message": "Provider returned error", "metadata": {"raw": "prompt is too long"}}});

        assert_eq!((page.class, page.detail.as_str()), (ServerError, "Crucible: Provider returned error"));
        for (raw, class) in
            [(json!("x".repeat(1_000_000)), BadRequest), (json!(deep), BadRequest), (within, BadRequest)]
        {
            let error = wrapped(400, raw);
            assert_eq!(error.class, class);
            assert!(error.detail.chars().count() <= 401 && error.detail.starts_with("Crucible: "), "{error}");
        }
        let nameless = json!({"error": {"message": "Provider returned error", "metadata": {"provider_name": "x".repeat(61), "raw": "oh"}}});
        assert_eq!(classify::error(&Complaint::from_body(400, &nameless, &[])).detail, "oh");
    }

    #[test]
    fn a_gateway_that_speaks_for_itself_is_believed() {
        let body = json!({"error": {"message": "Insufficient credits", "code": 402, "metadata": {"raw": "prompt is too long"}}});

        let error = classify::error(&Complaint::from_body(402, &body, &[]));

        assert_eq!((error.class, error.detail.as_str()), (QuotaExhausted, "Insufficient credits"));
    }

    #[test]
    fn a_wait_that_it_names_is_heard_too() {
        let raw = json!({"error": {"code": 429, "message": "later", "details": [{"retryDelay": "34.5s"}]}});

        let waits = [raw.clone(), json!(raw.to_string())].map(|raw| wrapped(429, raw).retry_after);

        assert_eq!(waits, [Some(std::time::Duration::from_millis(34_500)); 2]);
    }
}
