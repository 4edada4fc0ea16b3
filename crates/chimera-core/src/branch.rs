use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{BranchId, Message, MessageId, Timestamp};

/// Why there is a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BranchReason {
    /// It is the conversation itself, as it began.
    First,
    /// The user went on from an earlier message.
    Branched,
    /// An alternative to this message was asked for.
    Regenerated { message: MessageId },
    /// The user said this message anew, in other words.
    Edited { message: MessageId },
}

/// Whose hand changed the shape of a conversation. A reader that only follows may ignore it: the event says what stands
/// now in any case.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ActedBy {
    #[default]
    Command,
    Undo,
    Redo,
}

impl ActedBy {
    pub fn is_command(&self) -> bool {
        *self == ActedBy::Command
    }
}

/// One way through the tree of messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct BranchView {
    pub id: BranchId,
    pub name: String,
    /// Its newest message.
    pub head: Option<MessageId>,
    /// The last message that it had when it was made; none when it begins anew.
    pub from: Option<MessageId>,
    pub why: BranchReason,
    /// Messages from the first to the head, those before the fork included.
    pub messages: u32,
    /// Whether it is the one that the conversation goes on with.
    pub current: bool,
    pub created_at: Timestamp,
}

/// One wording of a message that was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MessageVersion {
    /// Counted from one, which is what was said first.
    pub version: u32,
    pub text: String,
    /// Whether it is the one that is shown, to people and to models.
    pub current: bool,
    pub at: Timestamp,
}

/// Two branches side by side. What they have in common is left out, and so is what was deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct BranchComparison {
    pub left: BranchView,
    pub right: BranchView,
    /// The last message that both have; none when they differ from the first on.
    pub fork: Option<MessageId>,
    /// How many messages both have.
    pub common: u32,
    pub rows: Vec<ComparisonRow>,
}

/// The n-th turn after the fork on either side, or what the user said at that point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ComparisonRow {
    pub left: Option<Message>,
    pub right: Option<Message>,
}
