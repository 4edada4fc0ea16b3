use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    AttemptId, AttemptPurpose, Choice, ErrorClass, Finish, ImageRef, MessageId, ModelRef, Money, ParticipantId, Repair,
    Reserve, RoundId, Timestamp, TurnId, Usage,
};

/// Who said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    User,
    Participant { participant: ParticipantId },
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    Streaming,
    Complete,
    /// Cut short; what had been said is kept.
    Interrupted,
}

/// Why a message was cut short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum InterruptCause {
    /// The user stopped or skipped the speaker.
    User,
    /// The provider failed after the first word.
    Provider { class: ErrorClass, detail: String },
    /// The app was closed or died in mid-sentence.
    Restarted,
    /// The computer slept in mid-sentence.
    Slept,
    /// The message reached the size limit.
    TooLong,
    /// The speaker left the table.
    Left,
    /// The user cut in to say something.
    Interjected,
    /// No new word for as long as the conversation's stall rule allows.
    Stalled { after_s: u32 },
}

impl InterruptCause {
    /// How the speaker's model failed, if that was the cause.
    pub fn failure(&self) -> Option<ErrorClass> {
        match self {
            Self::Provider { class, .. } => Some(*class),
            Self::Stalled { .. } => Some(ErrorClass::IdleTimeout),
            Self::TooLong => Some(ErrorClass::Truncated),
            Self::User | Self::Restarted | Self::Slept | Self::Left | Self::Interjected => None,
        }
    }
}

/// What was said in a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Message {
    pub id: MessageId,
    pub parent: Option<MessageId>,
    pub turn: Option<TurnId>,
    /// The round it was an answer in, or is an alternative to an answer in.
    #[serde(default)]
    pub round: Option<RoundId>,
    pub author: Author,
    pub text: String,
    pub status: MessageStatus,
    pub interrupted: Option<InterruptCause>,
    pub finish: Option<Finish>,
    /// Who heard it, when it was a whisper.
    #[serde(default)]
    pub audience: Option<Vec<ParticipantId>>,
    /// What its author shows with it.
    #[serde(default)]
    pub images: Vec<ImageRef>,
    /// It stands in every prompt of those who heard it, however long ago it was said.
    #[serde(default)]
    pub pinned: bool,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// Every call made for this message's turn, in order.
    pub attempts: Vec<Attempt>,
    /// Calls made around the turn that were not for its words: who should take it.
    #[serde(default)]
    pub asides: Vec<Attempt>,
    /// Why its author was the one to speak; none when it was the user.
    #[serde(default)]
    pub choice: Option<Choice>,
    /// Who wrote what of it, in order and without a gap. More than one when an answer was cut and another model went on.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Which of its versions `text` is, counted from one, and how many there are.
    pub version: u32,
    pub versions: u32,
    /// Hidden by the user; it can be restored.
    pub deleted: bool,
    /// All messages that stand at this place of the tree, itself included, in the order they were begun; empty when it is
    /// the only one.
    pub alternatives: Vec<MessageId>,
}

/// Words of a message that came from one attempt. Characters are Unicode scalar values, counted from zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Part {
    pub attempt: AttemptId,
    pub model: ModelRef,
    pub from_char: u32,
    /// The first character that is not of it any more.
    pub to_char: u32,
}

impl Part {
    /// The parts of a text, told by where its attempts' words begin.
    pub fn of(attempts: &[Attempt], text: &str) -> Vec<Part> {
        let speaking = |attempt: &Attempt| Some((attempt.from_char?, attempt.id, attempt.model.clone()));
        let speakers: Vec<_> = attempts.iter().filter_map(speaking).collect();
        let end = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let ends = speakers.iter().skip(1).map(|(from, ..)| *from).chain([end]);
        let parts = speakers.iter().zip(ends).map(|((from_char, attempt, model), to_char)| Part {
            attempt: *attempt,
            model: model.clone(),
            from_char: *from_char,
            to_char: to_char.min(end),
        });
        parts.filter(|part| part.from_char < part.to_char).collect()
    }
}

/// One call to one model for a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Attempt {
    pub id: AttemptId,
    #[serde(default)]
    pub purpose: AttemptPurpose,
    pub turn: TurnId,
    pub number: u32,
    /// How often this model had been asked before in this turn.
    #[serde(default)]
    pub retry: u32,
    pub model: ModelRef,
    /// The model that says it answered, when it names another than was asked.
    pub answered_by: Option<String>,
    pub outcome: Option<AttemptOutcome>,
    /// Its question waits in line for other calls to end.
    #[serde(default)]
    pub queued: bool,
    pub timings: Timings,
    pub usage: Option<Usage>,
    /// By the price of that time; none when it is not known, or the attempt goes on.
    pub cost: Option<Money>,
    /// The character of the message at which its words begin; none when none of its words are in the message.
    #[serde(default)]
    pub from_char: Option<u32>,
    /// What the model really wrote, where the message says something else: struck, trimmed, or never shown.
    #[serde(default)]
    pub raw: Option<String>,
    /// What was changed of the question because the server did not take it, one for each time it was sent once more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<Repair>,
    pub started_at: Timestamp,
    /// What it may come to at most: set aside until it ends, and counted if what it came to is never known.
    #[serde(default)]
    pub reserved: Option<Reserve>,
    /// The HTTP status under which the server answered, also where that was no answer in the end.
    #[serde(default)]
    pub status: Option<u16>,
    /// The name under which the server's people find the call, as they gave it.
    #[serde(default)]
    pub request_id: Option<String>,
    /// How many characters of thoughts it has shown: 0 as long as they are not told, which they are when it has ended.
    /// None when it has shown none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thought_chars: Option<u32>,
}

/// What a model showed of its thinking in one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Thoughts {
    pub attempt: AttemptId,
    pub text: String,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum AttemptOutcome {
    Answered {
        finish: Finish,
    },
    Failed {
        class: ErrorClass,
        /// What the provider said, shortened; never a key.
        detail: String,
    },
    /// Given up by the user or by a restart, not by the provider.
    Cancelled,
    /// Not asked at all: it was limited, down or off at that time.
    Skipped {
        class: ErrorClass,
        until: Option<Timestamp>,
        detail: String,
    },
}

/// Milliseconds from the moment the attempt began.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Timings {
    /// Until the question could go out: for want of a free slot, or for leave to ask.
    pub queued_ms: Option<u32>,
    pub first_byte_ms: Option<u32>,
    pub first_token_ms: Option<u32>,
    pub total_ms: Option<u32>,
}
