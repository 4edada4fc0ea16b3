use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{ConversationId, Event, IdError, MessageId};

/// What a reader of the feed gets. The window, the socket and the command line get the very same JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "most items of a feed are events, and one is held at a time")]
pub enum FeedItem {
    /// Durable: has a number, is replayed to a reader that returns with an older cursor.
    Event(Event),
    /// Words as they come: never stored one by one.
    Delta(Delta),
    /// All words so far of an unfinished message: sent to a reader that joins or has missed deltas.
    Snapshot(Snapshot),
}

impl FeedItem {
    pub fn topic(&self) -> Topic {
        match self {
            FeedItem::Event(event) => event.topic,
            FeedItem::Delta(delta) => delta.topic,
            FeedItem::Snapshot(snapshot) => snapshot.topic,
        }
    }
}

/// More words of an unfinished message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Delta {
    pub topic: Topic,
    pub message: MessageId,
    /// Unicode scalar values of the message before this text: a reader can drop a repeated delta and see a gap.
    pub offset: u32,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Snapshot {
    pub topic: Topic,
    pub message: MessageId,
    pub text: String,
}

/// What an item is about; readers subscribe by topic. Written `conversation:<id>`, `providers` or
/// `library`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(try_from = "String", into = "String")]
#[specta(type = String)]
pub enum Topic {
    Conversation(ConversationId),
    Providers,
    /// What the user keeps for conversations to come: casts.
    Library,
}

impl Topic {
    pub fn conversation(self) -> Option<ConversationId> {
        match self {
            Topic::Conversation(id) => Some(id),
            Topic::Providers | Topic::Library => None,
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Topic::Conversation(id) => write!(f, "conversation:{id}"),
            Topic::Providers => f.write_str("providers"),
            Topic::Library => f.write_str("library"),
        }
    }
}

impl FromStr for Topic {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.strip_prefix("conversation:") {
            Some(id) => id.parse().map(Topic::Conversation),
            None if text == "providers" => Ok(Topic::Providers),
            None if text == "library" => Ok(Topic::Library),
            None => Err(IdError::NotAUuid(text.chars().take(80).collect())),
        }
    }
}

impl TryFrom<String> for Topic {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Topic> for String {
    fn from(topic: Topic) -> Self {
        topic.to_string()
    }
}
