//! What a refusal means: from a status and a vendor's words to the class that says what can be done about it.
//!
//! Vendors agree on little, and servers that imitate them on less, so this is a table, read from the most telling sign
//! to the least: codes and types, then known wordings, then the status.

mod upstream;
mod wait;

use std::time::Duration;

use chimera_core::{ErrorClass, ProviderError};
use serde_json::Value;
use upstream::Upstream;

/// Characters of a vendor's words that are kept.
const MAX_DETAIL: usize = 400;

/// What a server said when it refused, in whichever of a dozen shapes it said it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Complaint {
    pub status: Option<u16>,
    /// `code` and `type` and their kin, lower case, most specific first.
    pub codes: Vec<String>,
    pub message: String,
    /// The parameter that was not understood.
    pub param: Option<String>,
    retry_after: Option<Duration>,
    upstream: Option<Upstream>,
}

impl Complaint {
    /// From the body of an answer whose status was no success.
    pub fn from_body(status: u16, json: &Value, raw: &[u8]) -> Self {
        let mut complaint = Self::from_event(json, "error").unwrap_or_else(|| {
            let text = String::from_utf8_lossy(raw);
            let is_page = text.trim_start().starts_with('<');
            Self { message: if is_page { String::new() } else { text.into_owned() }, ..Self::default() }
        });
        complaint.status = Some(status);
        complaint
    }

    /// From an event or document that came with a success status. `name` is the name of the event: one named `error`
    /// is a complaint whatever is in it.
    pub fn from_event(json: &Value, name: &str) -> Option<Self> {
        let mut complaint = Self::bare(json, name)?;
        let json = first(json);
        let error = json.get("error").unwrap_or(json);
        if let Some(upstream) = Upstream::behind(error, &complaint.message) {
            complaint.message = short(&upstream.words(&complaint.message));
            let told = upstream.said.as_ref().and_then(|said| said.retry_after);
            complaint.retry_after = complaint.retry_after.or(told);
            complaint.upstream = Some(upstream);
        }
        Some(complaint)
    }

    /// The same of the outermost error alone, whomever it may speak for.
    fn bare(json: &Value, name: &str) -> Option<Self> {
        let json = first(json);
        let groq = json.get("x_groq").and_then(|extra| extra.get("error"));
        let error = [json.get("error"), groq].into_iter().flatten().find(|error| !error.is_null());
        let is_vllm = json.get("object").and_then(Value::as_str) == Some("error");
        let error = match error {
            Some(error) => error,
            None if is_vllm || (name == "error" && json.is_object()) => json,
            None => return None,
        };
        let message = [error.get("message"), Some(error), json.get("message"), json.get("detail"), error.get("detail")]
            .into_iter()
            .flatten()
            .find_map(words)
            .unwrap_or_else(|| short(&error.to_string()));
        let inner = ["innererror", "metadata", "details"].into_iter().filter_map(|key| error.get(key));
        let inner = inner.flat_map(|inner| [inner.get("code"), inner.get("error_type"), inner.get("error_code")]);
        let outer = [error.get("code"), error.get("type"), error.get("status"), error.get("error_type")];
        let codes = inner.chain(outer).flatten().filter_map(code);
        let codes: Vec<String> = google_reasons(error).into_iter().chain(codes).collect();
        Some(Self {
            // OpenRouter and llama.cpp put the status they would have sent into the event.
            status: codes.iter().find_map(|code| code.parse().ok().filter(|status| (400..600).contains(status))),
            codes,
            message: short(&message),
            param: error.get("param").and_then(words),
            retry_after: wait::told(error, jiff::Timestamp::now()),
            upstream: None,
        })
    }
}

/// Google's compatible endpoint wraps the object into an array.
fn first(json: &Value) -> &Value {
    json.as_array().and_then(|list| list.first()).unwrap_or(json)
}

/// The error that a complaint amounts to.
pub fn error(complaint: &Complaint) -> ProviderError {
    let detail = match (&complaint.message, complaint.status) {
        (message, _) if !message.trim().is_empty() => short(message),
        (_, Some(status)) => format!("the server answered with status {status} and no explanation"),
        (_, None) => "the server reported an error without words".to_owned(),
    };
    ProviderError {
        status: complaint.status,
        retry_after: complaint.retry_after,
        ..ProviderError::new(class(complaint), detail)
    }
}

/// Codes and types, as vendors spell them in lower case.
#[rustfmt::skip]
const BY_CODE: &[(&str, ErrorClass)] = &[
    ("insufficient_quota",             ErrorClass::QuotaExhausted),
    ("billing_error",                  ErrorClass::QuotaExhausted),
    ("billing_hard_limit_reached",     ErrorClass::QuotaExhausted),
    ("billing_not_active",             ErrorClass::QuotaExhausted),
    ("enforced_spend_limit_reached",   ErrorClass::QuotaExhausted),
    ("quota_per_day",                  ErrorClass::QuotaExhausted),
    ("payment_required",               ErrorClass::QuotaExhausted),
    ("context_length_exceeded",        ErrorClass::ContextOverflow),
    ("exceed_context_size_error",      ErrorClass::ContextOverflow),
    ("string_above_max_length",        ErrorClass::ContextOverflow),
    ("model_context_window_exceeded",  ErrorClass::ContextOverflow),
    ("content_filter",                 ErrorClass::ContentPolicy),
    ("content_policy_violation",       ErrorClass::ContentPolicy),
    ("responsibleaipolicyviolation",   ErrorClass::ContentPolicy),
    ("moderation_blocked",             ErrorClass::ContentPolicy),
    ("invalid_api_key",                ErrorClass::Unauthorized),
    ("api_key_invalid",                ErrorClass::Unauthorized),
    ("authentication_error",           ErrorClass::Unauthorized),
    ("unauthenticated",                ErrorClass::Unauthorized),
    // LiteLLM's word for a key that is not its own, where it keeps no others.
    ("no_db_connection",               ErrorClass::Unauthorized),
    ("unsupported_country_region_territory", ErrorClass::Forbidden),
    ("permission_error",               ErrorClass::Forbidden),
    ("permission_denied",              ErrorClass::Forbidden),
    ("failed_precondition",            ErrorClass::Forbidden),
    ("model_not_found",                ErrorClass::ModelNotFound),
    ("model_not_available",            ErrorClass::ModelNotFound),
    ("invalid_model",                  ErrorClass::ModelNotFound),
    ("deploymentnotfound",             ErrorClass::ModelNotFound),
    // Groq
    ("model_decommissioned",           ErrorClass::ModelNotFound),
    ("rate_limit_exceeded",            ErrorClass::RateLimited),
    ("rate_limit_error",               ErrorClass::RateLimited),
    ("requests_limit_reached",         ErrorClass::RateLimited),
    ("resource_exhausted",             ErrorClass::RateLimited),
    ("overloaded_error",               ErrorClass::Overloaded),
    ("engine_overloaded",              ErrorClass::Overloaded),
    ("unavailable_error",              ErrorClass::Overloaded),
    ("unavailable",                    ErrorClass::Overloaded),
    ("request_too_large",              ErrorClass::RequestTooLarge),
    ("timeout_error",                  ErrorClass::ServerError),
    ("api_error",                      ErrorClass::ServerError),
    ("server_error",                   ErrorClass::ServerError),
    ("deadline_exceeded",              ErrorClass::ServerError),
    ("internal",                       ErrorClass::ServerError),
    ("internal_server_error",          ErrorClass::ServerError),
    ("internalservererror",            ErrorClass::ServerError),
];

/// Types too general to say more than a status would, for errors that come in a stream and have none.
const OUR_FAULT: &[&str] = &["invalid_request_error", "invalid_argument", "invalid_prompt"];

/// Wordings, lower case; all parts must occur. New ones keep appearing: add them here.
#[rustfmt::skip]
const BY_WORDS: &[(&[&str], ErrorClass)] = &[
    (&["does not support image"],                      ErrorClass::ImagesUnsupported),
    (&["doesn't support image"],                       ErrorClass::ImagesUnsupported),
    (&["doesn't support the image"],                   ErrorClass::ImagesUnsupported),
    (&["does not support content elements of type image"], ErrorClass::ImagesUnsupported),
    (&["does not support vision"],                     ErrorClass::ImagesUnsupported),
    (&["endpoints found that support image"],          ErrorClass::ImagesUnsupported),
    (&["image input is not supported"],                ErrorClass::ImagesUnsupported),
    (&["image inputs are not supported"],              ErrorClass::ImagesUnsupported),
    (&["image input is not enabled"],                  ErrorClass::ImagesUnsupported),
    (&["image input modality is not enabled"],         ErrorClass::ImagesUnsupported),
    (&["image_url is only supported by certain models"], ErrorClass::ImagesUnsupported),
    (&["unknown variant `image_url`"],                 ErrorClass::ImagesUnsupported),
    (&["unsupported content part type", "image_url"],  ErrorClass::ImagesUnsupported),
    (&["is not a multimodal model"],                   ErrorClass::ImagesUnsupported),
    (&["at most 0 image"],                             ErrorClass::ImagesUnsupported),
    (&["content", "must be a string"],                 ErrorClass::ImagesUnsupported),
    (&["image exceeds", "maximum"],                    ErrorClass::RequestTooLarge),
    (&["image dimensions exceed"],                     ErrorClass::RequestTooLarge),
    (&["too many images"],                             ErrorClass::RequestTooLarge),
    (&["at most", "image(s) may be provided"],         ErrorClass::RequestTooLarge),
    (&["request payload size exceeds"],                ErrorClass::RequestTooLarge),
    (&["request too large for"],                       ErrorClass::RequestTooLarge),
    (&["maximum context length"],                      ErrorClass::ContextOverflow),
    (&["maximum prompt length is"],                    ErrorClass::ContextOverflow),
    (&["prompt is too long"],                          ErrorClass::ContextOverflow),
    (&["input is too long"],                           ErrorClass::ContextOverflow),
    (&["context is too long"],                         ErrorClass::ContextOverflow),
    (&["prompt (or context) is too large"],            ErrorClass::ContextOverflow),
    (&["exceed context limit"],                        ErrorClass::ContextOverflow),
    (&["input token count", "exceeds the maximum"],    ErrorClass::ContextOverflow),
    (&["available context size"],                      ErrorClass::ContextOverflow),
    (&["longer than the model's context length"],      ErrorClass::ContextOverflow),
    (&["exceed model maximum"],                        ErrorClass::ContextOverflow),
    (&["greater than the context length"],             ErrorClass::ContextOverflow),
    (&["context window", "exceed"],                    ErrorClass::ContextOverflow),
    // LM Studio
    (&["trying to keep the first", "tokens when context"], ErrorClass::ContextOverflow),
    (&["reduce the length of the messages"],           ErrorClass::ContextOverflow),
    // Together and Text Generation Inference
    (&["tokens", "max_new_tokens", "must be <="],      ErrorClass::ContextOverflow),
    (&["credit balance"],                              ErrorClass::QuotaExhausted),
    (&["specified api usage limits"],                  ErrorClass::QuotaExhausted),
    (&["insufficient balance"],                        ErrorClass::QuotaExhausted),
    (&["insufficient credits"],                        ErrorClass::QuotaExhausted),
    (&["requires more credits"],                       ErrorClass::QuotaExhausted),
    // xAI
    (&["used all available credits"],                  ErrorClass::QuotaExhausted),
    (&["monthly spending limit"],                      ErrorClass::QuotaExhausted),
    (&["doesn't have any credits"],                    ErrorClass::QuotaExhausted),
    (&["run out of credits"],                          ErrorClass::QuotaExhausted),
    // OpenRouter
    (&["key limit exceeded"],                          ErrorClass::QuotaExhausted),
    // Hugging Face
    (&["monthly included credits"],                    ErrorClass::QuotaExhausted),
    (&["incorrect api key"],                           ErrorClass::Unauthorized),
    (&["invalid api key"],                             ErrorClass::Unauthorized),
    (&["api key not valid"],                           ErrorClass::Unauthorized),
    (&["unregistered callers"],                        ErrorClass::Unauthorized),
    (&["api key", "reported as leaked"],               ErrorClass::Unauthorized),
    (&["organization must be verified"],               ErrorClass::Forbidden),
    (&["content management policy"],                   ErrorClass::ContentPolicy),
    (&["flagged", "usage policy"],                     ErrorClass::ContentPolicy),
    (&["requires moderation"],                         ErrorClass::ContentPolicy),
    (&["unexpected endpoint or method"],               ErrorClass::NotAnApi),
    (&["model", "not found"],                          ErrorClass::ModelNotFound),
    (&["model", "does not exist"],                     ErrorClass::ModelNotFound),
    // DeepSeek
    (&["model not exist"],                             ErrorClass::ModelNotFound),
    (&["not a valid model"],                           ErrorClass::ModelNotFound),
    (&["invalid model name"],                          ErrorClass::ModelNotFound),
    // Mistral
    (&["invalid model:"],                              ErrorClass::ModelNotFound),
    (&["no endpoints found"],                          ErrorClass::ModelNotFound),
    (&["loading model"],                               ErrorClass::Overloaded),
    (&["overloaded"],                                  ErrorClass::Overloaded),
    (&["rate limit"],                                  ErrorClass::RateLimited),
    (&["too many requests"],                           ErrorClass::RateLimited),
];

fn class(complaint: &Complaint) -> ErrorClass {
    // What a wrapper says is what it quotes.
    let words = if complaint.upstream.is_some() { "" } else { &complaint.message };
    let own = told(complaint, words).unwrap_or_else(|| match complaint.status {
        Some(status) => by_status(status, &complaint.message.to_lowercase()),
        None if complaint.codes.iter().any(|code| OUR_FAULT.contains(&&**code)) => ErrorClass::BadRequest,
        None => ErrorClass::ServerError,
    });
    match &complaint.upstream {
        Some(upstream) => {
            let class = upstream.said.as_deref().and_then(|said| told(said, &said.message)).unwrap_or(own);
            upstream::seen_from_here(class, own)
        }
        None => own,
    }
}

/// What its codes and these words tell, if they tell anything.
fn told(complaint: &Complaint, words: &str) -> Option<ErrorClass> {
    let by_code = |code: &String| BY_CODE.iter().find(|(known, _)| known == code).map(|(_, class)| *class);
    let message = words.to_lowercase();
    let by_words = BY_WORDS.iter().find(|(parts, _)| parts.iter().all(|part| message.contains(part)));

    match (complaint.codes.iter().find_map(by_code), by_words.map(|(_, class)| *class)) {
        // Types like `server_error` and `permission_denied` are used for want of better ones; words that name the
        // cause are better.
        (Some(ErrorClass::ServerError | ErrorClass::Forbidden) | None, Some(class)) => Some(class),
        // One question that is larger than what a minute allows is so after any wait, and none brings credit back.
        (Some(ErrorClass::RateLimited), Some(class @ (ErrorClass::RequestTooLarge | ErrorClass::QuotaExhausted))) => {
            Some(class)
        }
        (Some(ErrorClass::RateLimited), _) if complaint.status == Some(413) => Some(ErrorClass::RequestTooLarge),
        (told, _) => told,
    }
}

fn by_status(status: u16, message: &str) -> ErrorClass {
    match status {
        401 => ErrorClass::Unauthorized,
        402 => ErrorClass::QuotaExhausted,
        403 => ErrorClass::Forbidden,
        // A server that speaks the protocol says which model it misses; others miss the path.
        404 if message.contains("model") || message.contains("deployment") => ErrorClass::ModelNotFound,
        404 | 405 | 410 => ErrorClass::NotAnApi,
        408 | 409 | 425 => ErrorClass::ServerError,
        413 => ErrorClass::RequestTooLarge,
        429 => ErrorClass::RateLimited,
        300..=399 => ErrorClass::RedirectRefused,
        400..=499 => ErrorClass::BadRequest,
        503 | 529 => ErrorClass::Overloaded,
        _ => ErrorClass::ServerError,
    }
}

/// Words out of a text, or out of the list of problems that some frameworks send.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Array(problems) => {
            problems.first().and_then(|problem| words(problem.get("msg").or(problem.get("message"))?))
        }
        _ => None,
    }
}

/// A code may be a word or a number.
fn code(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What Google says beside the status: why a key is bad, and which quota is used up.
fn google_reasons(error: &Value) -> Vec<String> {
    let details = error.get("details").and_then(Value::as_array).into_iter().flatten();
    let reasons = details.clone().filter_map(|detail| detail.get("reason").and_then(code));
    let violations = details.filter_map(|detail| detail.get("violations")?.as_array()).flatten();
    // The words are the same for a minute's limit and for a day's; only the name of the quota tells.
    let is_daily = |violation: &&Value| {
        violation.get("quotaId").and_then(Value::as_str).is_some_and(|quota| quota.contains("PerDay"))
    };
    let daily = violations.filter(is_daily).map(|_| "quota_per_day".to_owned());
    daily.chain(reasons).collect()
}

fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(MAX_DETAIL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
