use chimera_core::{Participant, ParticipantId, SpeakerScore};

use super::eagerness;
use crate::names::{Mention, Names};
use crate::{Conversation, dice};

/// What each ground is worth at most. Being asked by name outweighs everything that builds up over time, and dice only
/// settle what is nearly even.
mod weight {
    pub const CALLED: f32 = 2.5;
    pub const NAMED: f32 = 2.0;
    pub const ASKED: f32 = 1.5;
    pub const SILENCE: f32 = 2.0;
    pub const SHARE: f32 = 1.0;
    pub const DICE: f32 = 0.5;
}

/// Turns that two AIs may spend calling each other before their calls count for nothing.
const PING_PONG: usize = 4;

/// Turns in which somebody of middling eagerness is not heard, for each seat, before calls among the others count for
/// nothing until it is: however many they are, they cannot keep it out.
const STARVING: f32 = 2.0;

/// The score of every candidate, best first. It costs no tokens, and every part of it can be shown.
pub fn scores(conversation: &Conversation, candidates: &[ParticipantId]) -> Vec<SpeakerScore> {
    let last = conversation.lines.iter().rev().find(|line| !line.text.is_empty());
    let mut mentions = last.map(|line| Names::of(&conversation.participants).mentions(&line.text)).unwrap_or_default();
    // Whoever has not heard its name is not called.
    mentions.retain(|mention| last.is_some_and(|line| line.is_heard_by(mention.participant)));
    let by_ai = last.is_some_and(|line| line.participant().is_some());
    let is_one_starving = by_ai
        && conversation
            .participants
            .iter()
            .any(|participant| candidates.contains(&participant.id) && is_starving(conversation, participant));
    let mut dice = dice::of_turn(conversation.seed, conversation.past.begun + 1);

    let mut scores: Vec<SpeakerScore> = Vec::new();
    for participant in &conversation.participants {
        // Everybody's dice are thrown, so that one candidate more or less does not change the others' luck.
        let luck = dice.throw();
        if !candidates.contains(&participant.id) {
            continue;
        }
        let deaf = is_one_starving || (by_ai && plays_ping_pong(conversation, participant.id));
        let (addressed, asked) = if deaf { (0.0, 0.0) } else { address(&mentions, participant.id) };
        scores.push(score(
            participant.id,
            [
                addressed,
                asked,
                weight::SILENCE * silence(conversation, participant),
                weight::SHARE * share(conversation, participant),
                weight::DICE * luck,
            ],
        ));
    }
    // Stable: of equals the one seated first.
    scores.sort_by(|a, b| b.total.total_cmp(&a.total));
    scores
}

fn score(participant: ParticipantId, parts: [f32; 5]) -> SpeakerScore {
    let [addressed, asked, silence, share, dice] = parts.map(|part| (part * 100.0).round() / 100.0);
    let total = addressed + asked + silence + share + dice;
    SpeakerScore { participant, total, addressed, asked, silence, share, dice }
}

fn address(mentions: &[Mention], candidate: ParticipantId) -> (f32, f32) {
    let own = || mentions.iter().filter(|mention| mention.participant == candidate);
    let addressed = match own().any(|mention| mention.call) {
        true => weight::CALLED,
        false if own().next().is_some() => weight::NAMED,
        false => 0.0,
    };
    let asked = if own().any(|mention| mention.asked) { weight::ASKED } else { 0.0 };
    (addressed, asked)
}

/// Whether the last turns went to and fro between the candidate and one other.
fn plays_ping_pong(conversation: &Conversation, candidate: ParticipantId) -> bool {
    let lately = conversation.past.takers.iter().rev().take(PING_PONG);
    let (theirs, ours): (Vec<_>, Vec<_>) = lately.enumerate().partition(|(age, _)| age % 2 == 0);
    let complete = theirs.len() + ours.len() == PING_PONG;
    complete && ours.iter().all(|(_, taker)| **taker == candidate) && theirs.windows(2).all(|two| two[0].1 == two[1].1)
}

/// Whether it has waited so long, by how much it likes to talk, that it is its turn whoever else is called.
fn is_starving(conversation: &Conversation, participant: &Participant) -> bool {
    let silent = conversation.past.begun.saturating_sub(conversation.spoken(participant.id).last_turn) as f32;
    silent * eagerness(participant) * 2.0 >= STARVING * conversation.participants.len() as f32
}

/// From 0 (has just spoken) to 1 (everybody else could have spoken since), as far as it likes to talk at all.
fn silence(conversation: &Conversation, participant: &Participant) -> f32 {
    let spoken = conversation.spoken(participant.id);
    let turns = conversation.past.begun.saturating_sub(spoken.last_turn) as f32;
    let full = conversation.participants.len() as f32;
    let quiet = if spoken.turns == 0 { 1.0 } else { (turns / full).min(1.0) };
    quiet * eagerness(participant)
}

/// From -1 (has had all the words) to 1 (has had none of those that were its own).
fn share(conversation: &Conversation, participant: &Participant) -> f32 {
    let everybody = conversation.participants.iter();
    let words: u64 = everybody.clone().map(|other| conversation.spoken(other.id).words).sum();
    let eager: f32 = everybody.map(eagerness).sum();
    if words == 0 || eager == 0.0 {
        return 0.0;
    }
    let due = eagerness(participant) / eager;
    let had = conversation.spoken(participant.id).words as f32 / words as f32;
    (due - had).clamp(-1.0, 1.0)
}
