//! What is said on the socket beside the feed itself.

use chimera_app::Scope;
use chimera_core::{Seq, Topic};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::json;
use crate::problem::{Answer, ErrorBody, Problem};

/// Under which the client knows its own message; given back with the answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum RequestId {
    Number(u64),
    Text(String),
}

const MOST_ID_CHARS: usize = 64;

/// What a client says.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    Auth(Auth),
    Subscribe(RequestId, Subscribe),
    Unsubscribe(RequestId, Unsubscribe),
    Command(RequestId, Command),
    Ping(Option<RequestId>),
}

#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Auth {
    pub(super) token: String,
    #[serde(default)]
    pub(super) client: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Subscribe {
    /// All topics when absent.
    #[serde(default)]
    pub(super) topics: Option<Vec<Topic>>,
    #[serde(default)]
    pub(super) after_seq: Option<Seq>,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Unsubscribe {
    /// The id of the `subscribe` message.
    pub(super) subscription: RequestId,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Command {
    pub(super) name: String,
    #[serde(default)]
    pub(super) data: Map<String, Value>,
    /// Sent again under the same key, it is carried out once.
    #[serde(default)]
    pub(super) idempotency_key: Option<String>,
}

/// A message that was not understood, with its id if that much could be read.
#[derive(Debug)]
pub(super) struct Misunderstood {
    pub(super) id: Option<RequestId>,
    pub(super) problem: Problem,
}

impl Said {
    pub(super) fn parse(text: &str) -> Result<Self, Misunderstood> {
        let refuse = |id, problem| Err(Misunderstood { id, problem });
        let message: Value = match json::from_slice(text.as_bytes()) {
            Ok(message) => message,
            Err(problem) => return refuse(None, problem),
        };
        let Value::Object(mut message) = message else {
            return refuse(None, Problem::malformed("a message is a JSON object with a `type`"));
        };
        let id = match message.remove("id").map(json::from_value::<RequestId>) {
            None => None,
            Some(Ok(RequestId::Text(text))) if text.chars().count() > MOST_ID_CHARS => {
                return refuse(None, Problem::invalid("id", "an id has at most 64 characters"));
            }
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => return refuse(None, Problem::invalid("id", "an id is a whole number or a text")),
        };
        let Some(Value::String(kind)) = message.remove("type") else {
            return refuse(id, Problem::malformed("a message is a JSON object with a `type`"));
        };
        let rest = Value::Object(message);
        Self::of_kind(&kind, id.clone(), rest).map_err(|problem| Misunderstood { id, problem })
    }

    fn of_kind(kind: &str, id: Option<RequestId>, rest: Value) -> Answer<Self> {
        let numbered = || id.clone().ok_or_else(|| Problem::invalid("id", "this message needs an id of your choice"));
        match kind {
            "auth" => json::from_value(rest).map(Said::Auth),
            "subscribe" => Ok(Said::Subscribe(numbered()?, json::from_value(rest)?)),
            "unsubscribe" => Ok(Said::Unsubscribe(numbered()?, json::from_value(rest)?)),
            "command" => Ok(Said::Command(numbered()?, json::from_value(rest)?)),
            "ping" => Ok(Said::Ping(id)),
            _ => {
                let known = "auth, subscribe, unsubscribe, command and ping";
                Err(Problem::invalid("type", format!("a client says {known}")))
            }
        }
    }
}

impl Command {
    pub(super) fn into_data<T: DeserializeOwned>(self) -> Answer<T> {
        json::from_value(Value::Object(self.data))
    }
}

/// What the server says.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Reply<'a> {
    Hello {
        server: &'a str,
        protocol: u32,
        features: &'a [&'a str],
        heartbeat_ms: u128,
    },
    Ready {
        session: Uuid,
        scopes: &'a [Scope],
        seq: Seq,
    },
    Result {
        id: &'a RequestId,
        ok: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<ErrorBody<'a>>,
    },
    /// Answers a message that had no id, or none that could be read.
    Error {
        error: ErrorBody<'a>,
    },
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<RequestId>,
    },
}

impl Reply<'_> {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("plain data with string keys always becomes JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_of_the_protocol_is_read() {
        let number = RequestId::Number(1);
        let cases = [
            (r#"{"type":"ping","id":3}"#, Said::Ping(Some(RequestId::Number(3)))),
            (r#"{"type":"ping"}"#, Said::Ping(None)),
            (
                r#"{"type":"auth","token":"t","client":"obs/1"}"#,
                Said::Auth(Auth { token: "t".into(), client: Some("obs/1".into()) }),
            ),
            (
                r#"{"type":"subscribe","id":1,"topics":["providers"],"after_seq":7}"#,
                Said::Subscribe(
                    number.clone(),
                    Subscribe { topics: Some(vec![Topic::Providers]), after_seq: Some(Seq(7)) },
                ),
            ),
            (
                r#"{"type":"subscribe","id":1}"#,
                Said::Subscribe(number.clone(), Subscribe { topics: None, after_seq: None }),
            ),
            (
                r#"{"type":"unsubscribe","id":"b","subscription":1}"#,
                Said::Unsubscribe(RequestId::Text("b".into()), Unsubscribe { subscription: number.clone() }),
            ),
            (
                r#"{"type":"command","id":1,"name":"conversation.start","later":"ignored"}"#,
                Said::Command(
                    number,
                    Command { name: "conversation.start".into(), data: Map::new(), idempotency_key: None },
                ),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(Said::parse(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_answered_under_its_id() {
        let cases = [
            ("not json", None, "malformed", None),
            ("[]", None, "malformed", None),
            (r#"{"id":1}"#, Some(1), "malformed", None),
            (r#"{"id":1,"type":"dance"}"#, Some(1), "invalid", Some("type")),
            (r#"{"id":-1,"type":"ping"}"#, None, "invalid", Some("id")),
            (r#"{"id":[],"type":"ping"}"#, None, "invalid", Some("id")),
            (r#"{"type":"subscribe"}"#, None, "invalid", Some("id")),
            (r#"{"id":1,"type":"subscribe","topics":["weather"]}"#, Some(1), "invalid", Some("topics[0]")),
            (r#"{"id":1,"type":"subscribe","after_seq":-1}"#, Some(1), "invalid", Some("after_seq")),
            (r#"{"id":1,"type":"command"}"#, Some(1), "invalid", Some("name")),
            (r#"{"type":"auth"}"#, None, "invalid", Some("token")),
        ];
        for (text, id, code, field) in cases {
            let Misunderstood { id: found, problem } = Said::parse(text).unwrap_err();
            let error = serde_json::to_value(problem.as_error()).unwrap();
            assert_eq!(found, id.map(RequestId::Number), "{text}");
            assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some(code), field), "{text}");
        }
    }
}
