use chimera_core::ParticipantId;

use super::eagerness;
use crate::{Conversation, dice};

/// Draws by one throw: who likes to talk twice as much is drawn twice as often. When nobody likes to talk, everybody
/// has the same chance.
pub fn one_of(conversation: &Conversation, candidates: &[ParticipantId]) -> Option<ParticipantId> {
    let weight = |id: &ParticipantId| conversation.participant(*id).map_or(0.0, eagerness);
    let all: f32 = candidates.iter().map(weight).sum();
    let throw = dice::of_turn(conversation.seed, conversation.past.begun + 1).throw();
    if all == 0.0 {
        return candidates.get((throw * candidates.len() as f32) as usize).copied();
    }
    let mut left = throw * all;
    let eager = candidates.iter().filter(|candidate| weight(candidate) > 0.0);
    // Rounding may leave a crumb after the last one: it is drawn then.
    let last = eager.clone().next_back();
    let drawn = eager.clone().find(|candidate| {
        left -= weight(candidate);
        left < 0.0
    });
    drawn.or(last).copied()
}
