use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use specta::Type;
use uuid::{Builder, Uuid};

use crate::Timestamp;

/// A text that is not an id of the expected form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error("`{0}` is not an id: it should look like 0192f0c1-7e7a-7000-8000-000000000001")]
    NotAUuid(String),
    #[error("`{0}` is not a name: use 1 to 64 of a-z, 0-9, `-`, starting with a letter or digit")]
    NotASlug(String),
    #[error("`{0}` is not a digest: it should be 64 of 0-9 and a-f")]
    NotADigest(String),
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        #[specta(transparent)]
        pub struct $name(#[specta(type = String)] Uuid);

        impl $name {
            /// A version 7 id of the given moment. The random part comes in from outside, so that a replay of the same
            /// inputs makes the same ids.
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
                Self(Builder::from_unix_timestamp_millis(at.as_millis().max(0).unsigned_abs(), &random).into_uuid())
            }

            pub fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError::NotAUuid(text.chars().take(80).collect()))
            }
        }
    };
}

uuid_id!(
    /// A conversation.
    ConversationId
);
uuid_id!(
    /// A seat in one conversation. Several personas on one model are told apart by this, never by the model.
    ParticipantId
);
uuid_id!(
    /// A message in the tree of one conversation.
    MessageId
);
uuid_id!(
    /// One way through the tree of messages. A conversation's first branch bears the id of the conversation.
    BranchId
);
uuid_id!(
    /// One participant's chance to speak.
    TurnId
);
uuid_id!(
    /// Several turns at once, of which nobody is shown a word before all are through.
    RoundId
);
uuid_id!(
    /// One call to one model for a turn.
    AttemptId
);
uuid_id!(
    /// What stands in prompts for the talk before their window.
    SummaryId
);

macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
        #[serde(try_from = "String", into = "String")]
        #[specta(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                if is_slug(&text) { Ok(Self(text)) } else { Err(IdError::NotASlug(text.chars().take(80).collect())) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

impl BranchId {
    /// The branch that a conversation begins with.
    pub fn first_of(conversation: ConversationId) -> Self {
        Self(*conversation.as_uuid())
    }
}

slug_id!(
    /// A configured provider, by a short readable name: `demo`, `ollama`, `work-openai`.
    ConnectionId
);
slug_id!(
    /// A cast, by a short readable name: `debate`.
    CastId
);
slug_id!(
    /// A persona, by a short readable name: `sceptic`.
    PersonaId
);

fn is_slug(text: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('-')
}

/// The number of an event in the log: one counter for the whole log, strictly growing, never reused. As a cursor it is
/// the last number a reader has seen; zero is before the first.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(transparent)]
#[specta(transparent)]
pub struct Seq(#[specta(type = u32)] pub u64);

impl Seq {
    pub const START: Seq = Seq(0);
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_and_draw_make_the_same_id() {
        let at = Timestamp::from_millis(1_700_000_000_000);

        let first = TurnId::new(at, [7; 10]);
        let again = TurnId::new(at, [7; 10]);

        assert_eq!(first, again);
        assert_eq!(first.as_uuid().get_version_num(), 7);
    }

    #[test]
    fn a_slug_refuses_what_would_not_survive_a_url_or_a_keyring() {
        for bad in ["", "-x", "Upper", "a b", "a/b", "ä", &"x".repeat(65)] {
            assert!(bad.parse::<ConnectionId>().is_err(), "{bad:?} was accepted");
        }
        assert_eq!("work-openai".parse::<ConnectionId>().map(String::from), Ok("work-openai".into()));
    }
}
