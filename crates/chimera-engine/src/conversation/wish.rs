use chimera_core::{ConversationState, MessageId, StateReason};

use crate::Conversation;

/// What a conversation was let run for. It holds as long as it runs, and while it waits for a person because no model
/// answered: whoever comes back to it tomorrow gets the one turn that was asked for, and not a talk.
#[derive(Debug, Default, Clone, PartialEq)]
pub enum Wish {
    #[default]
    GoOn,
    Step,
    /// An alternative to an earlier turn. Afterwards it stands as it stood before.
    Alternative {
        state: ConversationState,
        reason: Option<StateReason>,
    },
}

impl Conversation {
    /// Whether it runs, or waits for a person, for the sake of an alternative. Without that, one that nobody gave has left
    /// nothing but a branch like any other.
    pub fn is_alternative(&self) -> bool {
        matches!(self.wish, Wish::Alternative { .. })
    }

    /// What the user has said on a branch for an alternative that has not begun: what the alternative comes after, and the
    /// first of these messages.
    pub fn said_before_alternative(&self) -> Option<(Option<MessageId>, MessageId)> {
        self.is_alternative().then(|| self.lines.said_before_alternative()).flatten()
    }

    /// What is wished when this is entered.
    pub(super) fn wished(&self, state: ConversationState, reason: &StateReason) -> Wish {
        match (state, reason, &self.wish) {
            (ConversationState::NeedsAttention, _, wish) => wish.clone(),
            // Paused while somebody speaks: this one turn is all that is left of the wish.
            (ConversationState::Paused, _, wish @ Wish::Alternative { .. }) if !self.turns.is_empty() => wish.clone(),
            (ConversationState::Paused, ..) if !self.turns.is_empty() => Wish::Step,
            // One that failed is tried again: what it goes back to is what was before the first try.
            (ConversationState::Running, StateReason::Regenerating, wish @ Wish::Alternative { .. }) => wish.clone(),
            (ConversationState::Running, StateReason::Regenerating, _) => {
                Wish::Alternative { state: self.state, reason: self.reason.clone() }
            }
            (ConversationState::Running, StateReason::Stepping, _) => Wish::Step,
            _ => Wish::GoOn,
        }
    }
}
