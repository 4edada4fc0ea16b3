use chimera_core::{ConversationState, StateReason};

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
