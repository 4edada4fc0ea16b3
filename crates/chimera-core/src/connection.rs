use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ConnectionId;

/// Which wire protocol a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// The built-in authored voices: not AI, no key, no network.
    Demo,
    /// Chat completions at any address: Ollama, LM Studio, llama.cpp, vLLM, OpenRouter and their like.
    Compatible,
    /// Chat completions at OpenAI's own address.
    Openai,
    /// OpenAI's Responses.
    OpenaiResponses,
    /// Anthropic's Messages.
    Anthropic,
    /// Google's generateContent.
    Gemini,
}

impl ProviderKind {
    /// Every kind, in the order in which they are listed to people.
    pub const ALL: [ProviderKind; 6] = [
        ProviderKind::Demo,
        ProviderKind::Compatible,
        ProviderKind::Openai,
        ProviderKind::OpenaiResponses,
        ProviderKind::Anthropic,
        ProviderKind::Gemini,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            ProviderKind::Demo => "demo",
            ProviderKind::Compatible => "compatible",
            ProviderKind::Openai => "openai",
            ProviderKind::OpenaiResponses => "openai-responses",
            ProviderKind::Anthropic => "anthropic",
            ProviderKind::Gemini => "gemini",
        }
    }

    /// Where the vendor listens, for the kinds that belong to one. Elsewhere the protocol may be spoken too.
    pub fn default_base_url(self) -> Option<&'static str> {
        match self {
            ProviderKind::Demo | ProviderKind::Compatible => None,
            ProviderKind::Openai | ProviderKind::OpenaiResponses => Some("https://api.openai.com/v1"),
            ProviderKind::Anthropic => Some("https://api.anthropic.com"),
            ProviderKind::Gemini => Some("https://generativelanguage.googleapis.com"),
        }
    }
}

/// One configured provider. The key is never part of it: it lies in the keyring under the connection's id and origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Connection {
    pub id: ConnectionId,
    pub kind: ProviderKind,
    pub name: String,
    /// Where the server listens, without a trailing slash; none for the demo.
    pub base_url: Option<String>,
    /// The person said that this server is on their own machine or network: plain http and private addresses are
    /// allowed for it.
    pub local: bool,
    pub key: KeyPlace,
    #[serde(default, skip_serializing_if = "ConnectionLimits::is_usual")]
    pub limits: ConnectionLimits,
}

/// How a connection's models are called, where the person knows better than what is usual for servers of its place. None
/// is what is usual.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct ConnectionLimits {
    /// Calls that may be under way at once, over all conversations; more wait in line.
    pub calls_at_once: Option<u32>,
    /// Seconds a model may take to its first word or thought.
    pub first_token_s: Option<u32>,
    /// Seconds between two signs of life, once it has begun.
    pub idle_s: Option<u32>,
    /// Seconds between two words or thoughts, however often it shows other signs of life.
    pub no_progress_s: Option<u32>,
    /// Seconds for one whole answer.
    pub total_s: Option<u32>,
}

impl ConnectionLimits {
    /// Whether nobody said anything.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Where the person chose to keep a connection's key.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The server wants none.
    #[default]
    None,
    Keyring,
    /// In memory until the app ends; afterwards it is asked for again.
    Session,
    /// In the file of keys that a passphrase opens.
    File,
}

/// Whether the key of a connection is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// None is needed.
    None,
    /// In the OS keyring.
    Keyring,
    /// In memory, until the app ends.
    Session,
    /// In the file of keys, which is open.
    File,
    /// In the file of keys, which waits for its passphrase.
    Locked,
    /// It should be there and is not: it has to be given again.
    Missing,
    /// The keyring could not be asked; its own state says why.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_from_before_there_were_limits_has_the_usual_ones_and_is_written_as_it_was() {
        let old =
            r#"{"id":"mine","kind":"compatible","name":"Mine","base_url":"http://box/v1","local":true,"key":"none"}"#;

        let mut connection: Connection = serde_json::from_str(old).unwrap();

        assert!(connection.limits.is_usual());
        assert_eq!(serde_json::to_string(&connection).unwrap(), old);
        connection.limits.calls_at_once = Some(16);
        let written = serde_json::to_string(&connection).unwrap();
        assert_eq!(serde_json::from_str::<Connection>(&written).unwrap(), connection);
    }
}
