//! Who speaks next, and why. A function of what the log says: the same log chooses the same speaker.

mod balanced;
mod drawn;

use chimera_core::{Choice, ChoiceReason, Participant, ParticipantId, Policy, StateReason};

use crate::Conversation;

/// What follows when nobody has the floor.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    Speaks(ParticipantId, Choice),
    /// All of these do, at once.
    Together(Vec<ParticipantId>, ChoiceReason),
    /// The user has to name a speaker.
    AwaitNudge,
    /// The moderator has to name one of these.
    AskModerator(Vec<ParticipantId>),
    /// There is nobody to wait for, either.
    Nobody(StateReason),
}

impl Next {
    /// Who is up, as far as it is known.
    pub fn speakers(&self) -> &[ParticipantId] {
        match self {
            Next::Speaks(speaker, _) => std::slice::from_ref(speaker),
            Next::Together(members, _) => members,
            Next::AwaitNudge | Next::AskModerator(_) | Next::Nobody(_) => &[],
        }
    }
}

/// Nobody takes two turns in a row, unless it is alone or the user calls it. `skipped` is who was just passed over. A
/// muted participant is up only when the user calls it.
pub fn choose(conversation: &Conversation, skipped: &[ParticipantId]) -> Next {
    let policy = conversation.policy;
    let because = |reason| Choice::because(policy, reason);

    if let Some(nudged) = conversation.nudged {
        return Next::Speaks(nudged, because(ChoiceReason::Nudged));
    }
    let mut called: Vec<ParticipantId> = conversation.called.clone();
    called.retain(|called| !skipped.contains(called));
    match called.as_slice() {
        [] => {}
        [_, _, ..] if policy == Policy::Parallel => return Next::Together(called, ChoiceReason::Mentioned),
        [first, ..] => return Next::Speaks(*first, because(ChoiceReason::Mentioned)),
    }
    if conversation.participants.is_empty() {
        return Next::Nobody(StateReason::NobodyToSpeak);
    }
    if conversation.closing.is_some() && policy == Policy::Parallel {
        return together(conversation.left_to_close(), policy, ChoiceReason::Closing);
    }
    if conversation.closing.is_some() && policy != Policy::Manual {
        return last_words(conversation, skipped);
    }
    let choice = match (policy, free_to_speak(conversation).as_slice()) {
        (Policy::Manual, _) => return Next::AwaitNudge,
        (_, []) => return Next::Nobody(StateReason::EverybodyMuted),
        (_, [alone]) => Some((*alone, because(ChoiceReason::Alone))),
        (Policy::Parallel, free) => return together(free.to_vec(), policy, ChoiceReason::Together),
        (Policy::RoundRobin, free) => {
            next_seat(conversation, free, skipped).map(|next| (next, because(ChoiceReason::Order)))
        }
        (Policy::Balanced, free) => best_of(conversation, free, skipped, because(ChoiceReason::Score)),
        (Policy::Moderator, free) => match candidates(conversation, free, skipped).as_slice() {
            // There is nothing to choose, and nothing to pay for.
            [alone] => Some((*alone, because(ChoiceReason::Alone))),
            candidates => return Next::AskModerator(candidates.to_vec()),
        },
        (Policy::Random, free) => {
            let drawn = drawn::one_of(conversation, &candidates(conversation, free, skipped));
            drawn.map(|drawn| (drawn, because(ChoiceReason::Drawn)))
        }
    };
    choice.map_or(Next::Nobody(StateReason::NobodyToSpeak), |(speaker, choice)| Next::Speaks(speaker, choice))
}

fn together(members: Vec<ParticipantId>, policy: Policy, reason: ChoiceReason) -> Next {
    match members.as_slice() {
        [] => Next::Nobody(StateReason::EverybodyMuted),
        [alone] => Next::Speaks(*alone, Choice::because(policy, reason)),
        _ => Next::Together(members, reason),
    }
}

/// The closing round: the seated order once around, whatever the policy.
fn last_words(conversation: &Conversation, skipped: &[ParticipantId]) -> Next {
    let left = conversation.left_to_close();
    let choice = Choice::because(conversation.policy, ChoiceReason::Closing);
    match next_seat(conversation, &left, skipped) {
        Some(next) => Next::Speaks(next, choice),
        None => Next::Nobody(StateReason::EverybodyMuted),
    }
}

/// The highest score among those the moderator could have named.
pub fn without_moderator(
    conversation: &Conversation,
    skipped: &[ParticipantId],
    note: String,
) -> Option<(ParticipantId, Choice)> {
    let because = Choice::because(conversation.policy, ChoiceReason::ModeratorFailed);
    best_of(conversation, &free_to_speak(conversation), skipped, Choice { note: Some(note), ..because })
}

fn best_of(
    conversation: &Conversation,
    free: &[ParticipantId],
    skipped: &[ParticipantId],
    because: Choice,
) -> Option<(ParticipantId, Choice)> {
    let scores = balanced::scores(conversation, &candidates(conversation, free, skipped));
    let best = scores.first().map(|best| best.participant)?;
    Some((best, Choice { scores, ..because }))
}

/// Whom a policy may choose, in the seated order.
fn free_to_speak(conversation: &Conversation) -> Vec<ParticipantId> {
    let seats = conversation.participants.iter();
    let free = |participant: &&Participant| !participant.muted && conversation.has_turns_left(participant.id);
    seats.filter(free).map(|participant| participant.id).collect()
}

/// The next seat that is free to speak, after whoever was up last.
fn next_seat(conversation: &Conversation, free: &[ParticipantId], skipped: &[ParticipantId]) -> Option<ParticipantId> {
    let seats = &conversation.participants;
    let is_seated = |id: &&ParticipantId| seats.iter().any(|seat| seat.id == **id);
    let last = skipped.last().copied().or(conversation.past.takers.iter().rev().find(is_seated).copied());
    let first = last.and_then(|last| seats.iter().position(|seat| seat.id == last)).map_or(0, |seat| seat + 1);
    let around = seats.iter().cycle().skip(first).take(seats.len());
    around.map(|seat| seat.id).find(|seat| free.contains(seat))
}

/// Everybody but who was just up: skipped, the taker of the last turn, and who said the newest words, as far as that
/// leaves anybody.
fn candidates(conversation: &Conversation, free: &[ParticipantId], skipped: &[ParticipantId]) -> Vec<ParticipantId> {
    let mut left = free.to_vec();
    let just_up = [conversation.past.takers.last().copied(), conversation.last_speaker()];
    for was_up in skipped.iter().copied().chain(just_up.into_iter().flatten()) {
        if left.len() > 1 {
            left.retain(|candidate| *candidate != was_up);
        }
    }
    left
}

/// How much it likes to talk, from 0 to 1.
fn eagerness(participant: &Participant) -> f32 {
    if participant.talkativeness.is_finite() { participant.talkativeness.clamp(0.0, 1.0) } else { 0.5 }
}
