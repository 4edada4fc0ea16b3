//! Why a conversation ended or waits, in words.

use chimera_core::{ConversationState, LoopSign, ParticipantId, StateReason};

/// None when there is nothing to tell: the user knows what the user did.
pub fn words(state: ConversationState, reason: &StateReason, name: impl Fn(ParticipantId) -> String) -> Option<String> {
    Some(match reason {
        StateReason::TurnsReached { turns } => format!("ended after {turns} turns"),
        StateReason::TurnsPerParticipantReached { turns } => format!("ended: everybody had {turns} turns"),
        StateReason::TurnsWithoutUserReached { turns } => format!("paused after {turns} turns without a person"),
        StateReason::MinutesReached { minutes } => format!("ended after {minutes} minutes"),
        StateReason::TokensReached { tokens, used, reserve } => {
            format!("ended: {used} of {tokens} tokens are used, and what comes next could take {reserve}")
        }
        StateReason::MoneyReached { money, spent, reserve } => {
            format!("ended: {spent} of {money} are spent, and what comes next could cost {reserve}")
        }
        StateReason::PhraseSaid { phrase, .. } => format!("ended: somebody said \u{201c}{phrase}\u{201d}"),
        StateReason::LoopDetected { sign, turns, percent } => {
            let measured = match sign {
                LoopSign::Repetition => format!("{percent} % of it had been said before"),
                LoopSign::Agreement => format!("{percent} % of it is thanks, praise and farewell"),
                LoopSign::Stalling => format!("{percent} % of its words had been used before"),
            };
            format!("paused: they go round in circles; of the last {turns} turns {measured}")
        }
        StateReason::Unpriced { participant, model } => format!(
            "paused: nobody knows what {model} of {} costs, and there is a limit on money: set its price, take the \
             limit away or allow models without a price",
            name(*participant)
        ),
        StateReason::NoModelAnswered { participant, class, .. } => {
            format!("no model on {}'s route answered: {class}", name(*participant))
        }
        StateReason::Slept => "paused: the computer slept, and nothing was sent again; `chimera resume` goes on".into(),
        StateReason::NobodyToSpeak => "ended: nobody is left who could speak".into(),
        StateReason::EverybodyMuted => "ended: everybody is muted".into(),
        StateReason::AwaitingNudge => "paused: it waits for a nudge".into(),
        StateReason::User
        | StateReason::Stepping
        | StateReason::Stepped
        | StateReason::Restarted
        | StateReason::Regenerating => match state {
            ConversationState::Completed => "ended".into(),
            ConversationState::NeedsAttention => "the conversation needs attention".into(),
            ConversationState::Draft | ConversationState::Running | ConversationState::Paused => return None,
        },
    })
}
