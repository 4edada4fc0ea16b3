//! JSON from outside into our types; what does not fit is refused by the name of its field.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::problem::{Answer, Problem};

/// Of the parser's words, which may quote what was sent.
const MOST_WORDS: usize = 200;

pub(crate) fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(misfit)?;
    json.end().map_err(|error| unreadable(&error))?;
    Ok(value)
}

pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Answer<T> {
    serde_path_to_error::deserialize(value).map_err(misfit)
}

fn misfit(error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if inner.classify() != Category::Data {
        return unreadable(inner);
    }
    let words = inner.to_string();
    let problem = |field| match field {
        Some(field) => Problem::invalid(field, shortened(&words)),
        None => Problem::invalid("body", shortened(&words)),
    };
    let path = Some(error.path().to_string()).filter(|path| path != ".");
    match (path, missing_field(&words)) {
        (Some(path), Some(missing)) => problem(Some(format!("{path}.{missing}"))),
        (None, Some(missing)) => problem(Some(missing.to_owned())),
        (path, None) => problem(path),
    }
}

/// The path ends at the object that lacks a field; the words name it.
fn missing_field(words: &str) -> Option<&str> {
    words.strip_prefix("missing field `")?.split_once('`').map(|(field, _)| field)
}

fn unreadable(error: &serde_json::Error) -> Problem {
    Problem::malformed(format!("this is not JSON: {}", shortened(&error.to_string())))
}

fn shortened(words: &str) -> String {
    words.chars().take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use chimera_core::NewConversation;

    use super::*;

    fn field(json: &str) -> (Option<String>, String) {
        let problem = from_slice::<NewConversation>(json.as_bytes()).unwrap_err();
        let error = serde_json::to_value(problem.as_error()).unwrap();
        (error["field"].as_str().map(str::to_owned), error["code"].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_wrong_value_is_named_by_its_path() {
        let cases = [
            (r#"{"participants":[]}"#, "topic"),
            (r#"{"topic":7,"participants":[]}"#, "topic"),
            (r#"{"topic":"t","participants":[{"hue":-1}]}"#, "participants[0].hue"),
            (r#"{"topic":"t","participants":[{},{"route":[{"model":"m"}]}]}"#, "participants[1].route[0].connection"),
            (r#"{"topic":"t","participants":[],"policy":"loud"}"#, "policy"),
            ("[]", "body"),
            ("null", "body"),
        ];
        for (json, expected) in cases {
            assert_eq!(field(json), (Some(expected.into()), "invalid".into()), "{json}");
        }
    }

    #[test]
    fn what_is_not_json_has_no_field() {
        let deep = format!("{{\"later\":{}", "[".repeat(100_000));
        for json in ["", "{", "{\"topic\":\"t\",}", "{\"topic\":\"t\",\"participants\":[]} x", &deep] {
            assert_eq!(field(json), (None, "malformed".into()), "{:.20}", json);
        }
        assert!(from_slice::<NewConversation>(b"{\"topic\":\"\xff\"}").is_err());
    }
}
