//! What earlier versions wrote into the log, read in the shape of this one.

use serde_json::{Map, Value};

/// Of version 1: status and request id stood in the outcome, and of failures alone.
pub(crate) fn from_first(kind: &str, data: String) -> serde_json::Result<String> {
    if kind != "attempt.ended" {
        return Ok(data);
    }
    let mut ended: Map<String, Value> = serde_json::from_str(&data)?;
    for field in ["status", "request_id"] {
        let outcome = ended.get_mut("outcome").and_then(Value::as_object_mut);
        if let Some(told) = outcome.and_then(|outcome| outcome.remove(field)) {
            ended.insert(field.to_owned(), told);
        }
    }
    serde_json::to_string(&ended)
}
