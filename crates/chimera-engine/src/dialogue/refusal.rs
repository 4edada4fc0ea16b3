use chimera_core::ConversationState;

/// A command that makes no sense as things stand: what stands in its way, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub message: String,
    /// The input that is wrong, when it is that and not the state.
    pub field: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), field: None }
    }

    pub(super) fn on(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(message) }
    }

    pub(super) fn nobody_of_that_id() -> Self {
        Self::on("participant", "nobody at this table has that id")
    }

    pub(super) fn awaiting_nudge() -> Self {
        Self::new("the conversation waits for you; nudge a speaker or stop it")
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
