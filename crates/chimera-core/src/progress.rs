use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{AttemptOutcome, EventKind, InterruptCause, StateReason, TurnOutcome};

/// How far a conversation has come since its last start, as its end rules count it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Progress {
    /// Turns with words.
    pub turns: u32,
    /// The same since a person last said something or led the conversation.
    pub turns_without_user: u32,
    /// Milliseconds in which it ran, up to its newest event.
    pub ran_ms: u32,
}

/// No call is waited for longer without an event: what is more is a clock that was set, or a computer that slept.
pub const LONGEST_GAP_MS: i64 = 15 * 60 * 1_000;

/// Whether the time before this event may be that of a program that was not there, or of a computer that slept: then nobody knows how much of it the
/// conversation ran.
pub fn may_follow_a_gap(event: &EventKind) -> bool {
    matches!(
        event,
        EventKind::ConversationStateChanged { reason: StateReason::Restarted | StateReason::Slept, .. }
            | EventKind::MessageInterrupted { cause: InterruptCause::Restarted | InterruptCause::Slept, .. }
            | EventKind::AttemptEnded { outcome: AttemptOutcome::Cancelled, .. }
            | EventKind::TurnEnded { outcome: TurnOutcome::Cancelled, .. }
    )
}
