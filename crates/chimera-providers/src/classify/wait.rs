//! A wait that stands in the body of a refusal.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::Value;

use crate::http::retry_after;

/// Headers in a body that are looked at.
const MAX_HEADERS: usize = 64;

pub(super) fn told(error: &Value, now: Timestamp) -> Option<Duration> {
    retry_delay(error).or_else(|| retry_after(&headers(error), now))
}

/// Google's `RetryInfo`, which it sends instead of the header.
fn retry_delay(error: &Value) -> Option<Duration> {
    let details = error.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    Duration::try_from_secs_f64(delay.strip_suffix('s')?.parse().ok()?).ok()
}

/// OpenRouter's limits of free models, which it writes into the body as the headers that they would be.
fn headers(error: &Value) -> HeaderMap {
    let told = error.pointer("/metadata/headers").and_then(Value::as_object).into_iter().flatten();
    let header = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::String(text) => HeaderValue::from_str(text).ok()?,
            Value::Number(number) => HeaderValue::from_str(&number.to_string()).ok()?,
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
    };
    told.take(MAX_HEADERS).filter_map(header).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_reset_of_a_free_models_limit_is_a_wait() {
        // An hour and a half before the reset.
        let now = Timestamp::from_second(1_795_380_600).unwrap();
        let wait = |remaining: Value, reset: Value| {
            let headers =
                json!({"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": reset});
            told(&json!({"message": "free-models-per-day", "metadata": {"headers": headers}}), now)
        };
        let hour_and_a_half = Some(Duration::from_secs(5_400));

        assert_eq!(wait(json!("0"), json!("1795386000000")), hour_and_a_half);
        assert_eq!(wait(json!(0), json!(1_795_386_000_000_u64)), hour_and_a_half);
        assert_eq!(wait(json!("3"), json!("1795386000000")), None, "something is left");
        assert_eq!(wait(json!("0"), json!("1795380000000")), None, "it is over");
        assert_eq!(wait(json!("0"), json!({"at": 1})), None);
        assert_eq!(told(&json!({"metadata": {"headers": "none", "raw": "x"}}), now), None);
    }
}
