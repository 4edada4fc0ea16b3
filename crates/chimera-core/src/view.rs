use std::str::FromStr;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    Attempt, BranchId, BranchView, Choice, ConversationId, ConversationState, EndRules, FallbackRules, Held, Message,
    MessageId, Moderator, Participant, ParticipantId, Policy, Progress, RoundId, Seq, Spent, StateReason, Summary,
    SummaryRules, Timestamp, TurnId, TurnOutcome,
};

/// Which conversations a list shows.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// Neither archived nor in the trash.
    #[default]
    Current,
    /// Archived, and not in the trash.
    Archived,
    Trashed,
    All,
}

impl Shelf {
    pub const EVERY: [Shelf; 4] = [Shelf::Current, Shelf::Archived, Shelf::Trashed, Shelf::All];

    pub fn as_str(self) -> &'static str {
        match self {
            Shelf::Current => "current",
            Shelf::Archived => "archived",
            Shelf::Trashed => "trashed",
            Shelf::All => "all",
        }
    }
}

impl FromStr for Shelf {
    type Err = UnknownShelf;

    fn from_str(text: &str) -> Result<Self, UnknownShelf> {
        Shelf::EVERY.into_iter().find(|shelf| shelf.as_str() == text).ok_or(UnknownShelf)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shelf is current, archived, trashed or all")]
pub struct UnknownShelf;

/// How many conversations stand on each shelf.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConversationCounts {
    pub current: u32,
    pub archived: u32,
    pub trashed: u32,
}

/// One row of the list of conversations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConversationSummary {
    pub id: ConversationId,
    pub title: String,
    pub topic: String,
    pub state: ConversationState,
    pub participants: Vec<ParticipantChip>,
    pub messages: u32,
    /// The beginning of the newest message, led by its speaker's name.
    pub preview: Option<String>,
    #[serde(default)]
    pub archived: bool,
    #[serde(default)]
    pub trashed: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A participant as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ParticipantChip {
    pub name: String,
    pub hue: u16,
}

/// A conversation as it stood after the event `seq`: whoever applies the later events to it holds what the log holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ConversationView {
    pub id: ConversationId,
    pub seq: Seq,
    pub title: String,
    pub topic: String,
    pub state: ConversationState,
    pub reason: Option<StateReason>,
    /// Put away: what is said in it, or sets it going, takes it back.
    #[serde(default)]
    pub archived: bool,
    /// In the trash: until it is restored it can only be read.
    #[serde(default)]
    pub trashed: bool,
    pub policy: Policy,
    pub end: EndRules,
    pub fallback: FallbackRules,
    pub seed: u32,
    /// Seconds without a new word after which a speaker is passed over.
    #[serde(default)]
    pub stall_after_s: Option<u32>,
    /// Who is asked for the next speaker under the policy `moderator`.
    #[serde(default)]
    pub moderator: Option<Moderator>,
    #[serde(default)]
    pub summary: SummaryRules,
    /// Those of this branch that stand, oldest first. A prompt holds one at most: the first behind which everything fits.
    #[serde(default)]
    pub summaries: Vec<Summary>,
    /// Why the newest was not made, if it failed since the last that was.
    #[serde(default)]
    pub summary_failure: Option<String>,
    /// Who sits at the table, in the seated order.
    pub participants: Vec<Participant>,
    /// Who has left it; what they said is still there.
    #[serde(default)]
    pub left: Vec<Participant>,
    /// The branch that `messages` are of: the current one, if no other was asked for.
    pub branch: BranchId,
    /// In the order they were made.
    pub branches: Vec<BranchView>,
    /// The branch, oldest first; what was deleted is marked.
    pub messages: Vec<Message>,
    /// How many acts (edits, deletions, branches, switches) can be undone, and how many done again.
    pub undoable: u32,
    pub redoable: u32,
    /// The turn that is under way or waits for attention; the first, when there are several.
    pub turn: Option<TurnView>,
    /// All turns that are under way, in their order, and those of their round that ended without a word; those that failed
    /// as long as they wait for attention.
    #[serde(default)]
    pub turns: Vec<TurnView>,
    /// The turns of this branch without which it went on, in their order: nobody answered for them, or they were skipped
    /// in a round whose others answered.
    #[serde(default)]
    pub passed_over: Vec<TurnView>,
    /// Calls since the newest turn began that were not for its words: who takes the next, and what is summed up before it.
    /// One may be under way.
    #[serde(default)]
    pub asides: Vec<Attempt>,
    /// What all its attempts have come to, those of other branches included.
    pub spent: Spent,
    /// What its budget counts beside that.
    #[serde(default)]
    pub held: Held,
    /// What the end rules have counted of it.
    pub progress: Progress,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A turn that no message tells of yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TurnView {
    pub id: TurnId,
    pub participant: ParticipantId,
    pub number: u32,
    pub choice: Choice,
    /// The round it belongs to: what is said in it is shown when the round is over.
    #[serde(default)]
    pub round: Option<RoundId>,
    /// The newest message of its branch when it began.
    #[serde(default)]
    pub after: Option<MessageId>,
    /// How it ended, if it has.
    #[serde(default)]
    pub outcome: Option<TurnOutcome>,
    pub attempts: Vec<Attempt>,
    /// Calls made around the turn that were not for its words: who should take it.
    #[serde(default)]
    pub asides: Vec<Attempt>,
}
