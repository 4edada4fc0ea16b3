//! Who speaks next, and why. A function of what the log says: the same log chooses the same speaker.

mod balanced;

use chimera_core::{Choice, ChoiceReason, ParticipantId, Policy};

use crate::Conversation;

/// Nobody takes two turns in a row, unless it is alone or the user calls it. `skipped` is who was just passed over.
pub fn choose(conversation: &Conversation, skipped: Option<ParticipantId>) -> Option<(ParticipantId, Choice)> {
    let policy = conversation.policy;
    let because = |reason| Choice { policy, reason, scores: Vec::new() };

    if let Some(called) = conversation.called.iter().find(|called| Some(**called) != skipped) {
        return Some((*called, because(ChoiceReason::Mentioned)));
    }
    match conversation.participants.as_slice() {
        [] => None,
        [alone] => Some((alone.id, because(ChoiceReason::Alone))),
        _ => match policy {
            Policy::RoundRobin => next_seat(conversation, skipped).map(|next| (next, because(ChoiceReason::Order))),
            Policy::Balanced => {
                let scores = balanced::scores(conversation, &candidates(conversation, skipped));
                let best = scores.first()?.participant;
                Some((best, Choice { policy, reason: ChoiceReason::Score, scores }))
            }
        },
    }
}

/// The seat after whoever was up last.
fn next_seat(conversation: &Conversation, skipped: Option<ParticipantId>) -> Option<ParticipantId> {
    let seats = &conversation.participants;
    let last = skipped.or(conversation.past.takers.last().copied());
    let seat = last.and_then(|last| seats.iter().position(|seat| seat.id == last)).map_or(0, |seat| seat + 1);
    seats.get(seat).or(seats.first()).map(|participant| participant.id)
}

/// Everybody but who was just up: skipped, the taker of the last turn, and who said the newest words, as far as that
/// leaves anybody.
fn candidates(conversation: &Conversation, skipped: Option<ParticipantId>) -> Vec<ParticipantId> {
    let mut left: Vec<_> = conversation.participants.iter().map(|participant| participant.id).collect();
    let just_up = [skipped, conversation.past.takers.last().copied(), conversation.last_speaker()];
    for was_up in just_up.into_iter().flatten() {
        if left.len() > 1 {
            left.retain(|candidate| *candidate != was_up);
        }
    }
    left
}
