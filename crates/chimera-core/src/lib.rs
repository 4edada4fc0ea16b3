//! The vocabulary of Chimera: plain data that the log, the window and the companion all read, and the two contracts
//! (a provider of words, a clock) that the other rooms are built on.
//!
//! What is here may be serialized, because others read it; what the engine, a provider or the store keep to
//! themselves is not here. This room knows no IO, no async runtime, no SQL, no HTTP and no window, and depends on no
//! other room.

mod branch;
mod cast;
mod change;
mod choice;
mod clock;
mod connection;
mod conversation;
mod end_rules;
mod event;
mod fallback;
mod feed;
mod health;
mod id;
mod image;
mod limits;
mod message;
mod model;
mod moderator;
mod persona;
mod price;
mod progress;
mod prompt;
mod provider;
mod receipt;
mod round;
mod secret;
mod spending;
mod summary;
mod time;
mod view;

pub use branch::{ActedBy, BranchComparison, BranchReason, BranchView, ComparisonRow, MessageVersion};
pub use cast::{Cast, CastView, NewCast, Seating};
pub use change::{ConversationChange, ParticipantChange};
pub use choice::{Choice, ChoiceReason, SpeakerScore};
pub use clock::Clock;
pub use connection::{Connection, ConnectionLimits, KeyPlace, KeyState, ProviderKind};
pub use conversation::{
    ConversationState, NewConversation, NewParticipant, Participant, Policy, Sampling, StateReason,
};
pub use end_rules::{EndPhrase, EndRules, LoopSign, Unpriced};
pub use event::{Event, EventKind, TurnOutcome};
pub use fallback::{AfterCut, BadCertificate, FallbackRules, Refusals, Unanswered};
pub use feed::{Delta, FeedItem, Snapshot, Topic};
pub use health::{HealthState, ProviderHealth};
pub use id::{
    AttemptId, BranchId, CastId, ConnectionId, ConversationId, IdError, MessageId, ParticipantId, PersonaId, RoundId,
    Seq, SummaryId, TurnId,
};
pub use image::{Attachment, ImageBytes, ImageDigest, ImageRef, ImageType, PlacedImage};
pub use limits::*;
pub use message::{Attempt, AttemptOutcome, Author, InterruptCause, Message, MessageStatus, Part, Thoughts, Timings};
pub use model::{ModelFacts, ModelRef, Usage};
pub use moderator::{AttemptPurpose, Moderator, NewModerator};
pub use persona::{Persona, PersonaRef};
pub use price::{Money, MoneyError, Price, PriceSource};
pub use progress::{LONGEST_GAP_MS, Progress, may_follow_a_gap};
pub use prompt::{
    PromptImage, PromptPart, PromptPiece, PromptShare, PromptSource, PromptStamp, PromptView, SummaryStamp,
};
pub use provider::{
    ErrorClass, Finish, PromptBit, PromptMessage, Provider, ProviderError, Repair, ReplyEvent, ReplyRequest,
    ReplyStream, RetryAdvice, Role, Scene,
};
pub use receipt::Receipt;
pub use round::{Share, Withheld};
pub use secret::Secret;
pub use spending::{ConversationUsage, Cost, Held, ModelUsage, ParticipantUsage, PurposeUsage, Reserve, Spent};
pub use summary::{Summary, SummaryRules};
pub use time::Timestamp;
pub use view::{
    ConversationCounts, ConversationSummary, ConversationView, ParticipantChip, Shelf, TurnView, UnknownShelf,
};
