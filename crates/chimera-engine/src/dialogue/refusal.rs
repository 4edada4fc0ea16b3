use chimera_core::ConversationState;

/// A command that makes no sense as things stand: what stands in its way, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub message: String,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// What a conversation in this state can be asked for instead.
    pub(super) fn of(state: ConversationState) -> Self {
        Self::new(match state {
            ConversationState::Draft => "the conversation has not begun; start it first",
            ConversationState::Running => "the conversation is already running; pause or stop it first",
            ConversationState::Paused => "the conversation is paused; resume, step or stop it",
            ConversationState::Completed => "the conversation has ended; start it to go on",
            ConversationState::NeedsAttention => {
                "no model could answer for the last speaker; retry, skip to the next speaker or stop"
            }
        })
    }
}
