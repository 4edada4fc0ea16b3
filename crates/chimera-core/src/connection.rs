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
