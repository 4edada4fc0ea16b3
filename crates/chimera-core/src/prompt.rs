use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{ImageRef, MessageId, ModelRef, ParticipantId, Role, SummaryId};

/// What an attempt was shown, in numbers. Prompts are not stored: they are a function of the log, and the digest says
/// whether the function still makes the same words of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PromptStamp {
    /// How much of the past the model was allowed to be shown, by our estimate.
    pub window_tokens: u32,
    /// The size of the whole, by our estimate.
    pub size_tokens: u32,
    /// SHA-256 of the words as they were sent.
    pub digest: String,
    /// Whether there were images among them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sees_images: bool,
    /// How many characters of the turn's message it was quoted, to go on behind them; none when it began one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues_chars: Option<u32>,
    /// What it was to sum up; none when it was asked for anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<SummaryStamp>,
}

/// What a summary was asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SummaryStamp {
    /// The summary it was to go on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<SummaryId>,
    /// The last message it was to cover.
    pub through: MessageId,
    /// At most so many words were asked for.
    pub words: u32,
}

/// The words that stood, or would stand, before a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PromptView {
    /// Whose turn it was for; none when it was asked who speaks next, or for a summary.
    pub participant: Option<ParticipantId>,
    pub model: ModelRef,
    /// The instructions, as they are sent.
    pub system: String,
    /// The talk piece by piece, oldest first. Neighbours of one role are sent as one turn, with a blank line between
    /// them.
    pub messages: Vec<PromptPiece>,
    /// Which part takes how much, in the order in which they stand in the prompt.
    pub shares: Vec<PromptShare>,
    pub window_tokens: u32,
    pub size_tokens: u32,
    /// Whether these are, to the letter, the words that were sent. Not so when another version of Chimera sent them, or
    /// one that kept no digest, or as long as an answer that another model goes on with has not ended. A preview is
    /// exact as long as nothing happens.
    pub exact: bool,
}

/// One piece of the talk, as the model reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PromptPiece {
    pub role: Role,
    pub source: PromptSource,
    pub text: String,
    /// Of the words.
    pub tokens: u32,
    /// The images that stand behind the words.
    #[serde(default)]
    pub images: Vec<PromptImage>,
}

/// An image where it stands in a prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PromptImage {
    pub image: ImageRef,
    /// What it takes, by our estimate; nothing when the model gets its label alone.
    pub tokens: u32,
    /// Whether the model sees it. One that does not see, or has no room for it, reads its label.
    pub shown: bool,
}

/// Where a piece of the talk comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum PromptSource {
    /// A message of the window.
    Message { message: MessageId },
    /// An older message that was pinned.
    Pinned { message: MessageId },
    /// A word of ours about how the conversation goes.
    Note,
    /// What stands for the talk before the window.
    Summary { summary: SummaryId },
}

/// How much of a prompt is of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct PromptShare {
    pub part: PromptPart,
    pub tokens: u32,
    /// Of the whole prompt; all shares together are a hundred, but for rounding.
    pub percent: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PromptPart {
    /// The participant's own instructions.
    Persona,
    /// Who sits at the table.
    Table,
    Topic,
    /// How to read the talk, and what to write.
    Rules,
    Summary,
    Pinned,
    /// What it said itself.
    Own,
    /// What the others and the user said to everybody.
    Others,
    /// What was said to it in private.
    Whispers,
    Notes,
    Images,
}
