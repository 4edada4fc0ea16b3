//! What a participant is shown: a pure function of the conversation, the speaker and its model.
//!
//! Seen from speaker X, its own lines are the assistant's, without a name; everybody else's are the user's, each led by
//! its speaker's name. A fallback to another model maps the conversation anew; it never reuses the failed request.

mod at_most;
mod choosing;
mod comings;
mod fit;
mod going_on;
mod neutral;
mod pictures;
mod plain;
mod room;
mod sheet;
mod standing;
mod summing;
mod system;
mod tokens;
mod turns;
mod window;

use chimera_core::{
    AttemptPurpose, ImageBytes, ModelFacts, ModelRef, Participant, PromptStamp, PromptView, ReplyRequest, Scene,
    SummaryStamp,
};

pub(crate) use at_most::{at_most_tokens, at_most_tokens_of};
pub(crate) use choosing::{Choosing, choice, room_to_choose};
pub use fit::{Misfit, fit};
#[cfg(test)]
pub(crate) use neutral::{Speakers, neutral};
pub use pictures::Sight;
pub use plain::{plain, plain_window};
pub(crate) use summing::{Batch, batch, room_to_sum_up, summary, words_for};
pub use tokens::Tokens;

use crate::Conversation;
use crate::names::{USER, clean};
use sheet::Sheet;

/// How much of the past a model is shown of which nothing is known, by our own estimate of its tokens. It fits every
/// model of the last years beside its instructions and its answer, and keeps a long evening affordable: each turn pays
/// for it anew.
pub const WINDOW: Tokens = Tokens(24_000);

/// A model that finds even this too much is not worth asking again: what it complains of is not the talk.
pub const SHORTEST: Tokens = Tokens(1_000);

/// Servers that take stop sequences take four.
const MAX_STOPS: usize = 4;

/// How much a model is shown.
#[derive(Debug, Clone, Copy)]
pub struct Extent<'s> {
    pub window: Tokens,
    pub sight: Sight,
    /// What has been said of the turn, when it broke off and the model is to go on behind it.
    pub said: Option<&'s str>,
}

impl Extent<'_> {
    /// That of a turn that begins.
    pub const fn whole(window: Tokens, sight: Sight) -> Self {
        Self { window, sight, said: None }
    }
}

/// The question that is put to `model` so that it speaks as `speaker`.
pub fn request(
    conversation: &Conversation,
    speaker: &Participant,
    model: &ModelRef,
    extent: Extent<'_>,
) -> ReplyRequest {
    let conversation = conversation.as_shown_to(speaker.id);
    let others = others(conversation, speaker);
    let sheet = sheet(conversation, speaker, extent);
    ReplyRequest {
        model: model.model.clone(),
        system: sheet.system(),
        messages: sheet.messages(),
        sampling: speaker.sampling.clone(),
        stop: [USER].into_iter().chain(others.iter().map(String::as_str)).take(MAX_STOPS).map(stop).collect(),
        seed: Some(conversation.seed),
        images: ImageBytes::default(),
        scene: Scene {
            topic: conversation.topic.clone(),
            speaker: clean(&speaker.name),
            others,
            turns_taken: conversation.spoken(speaker.id).turns,
            purpose: AttemptPurpose::Speak,
        },
    }
}

/// What is kept of a question in the log.
pub fn stamp(request: &ReplyRequest, window: Tokens) -> PromptStamp {
    sheet::stamp(&request.system, &request.messages, window)
}

/// The same question as a person may read it. `sent` is what the log keeps of it, if it was put.
pub fn view(
    conversation: &Conversation,
    speaker: &Participant,
    model: &ModelRef,
    extent: Extent<'_>,
    sent: Option<&PromptStamp>,
) -> PromptView {
    sheet(conversation.as_shown_to(speaker.id), speaker, extent).view(Some(speaker), model, sent)
}

/// What a moderator was asked, as a person may read it.
pub(crate) fn choice_view(choosing: &Choosing<'_>, model: &ModelRef, window: Tokens, sent: &PromptStamp) -> PromptView {
    choosing.sheet(window).view(None, model, Some(sent))
}

/// What was to be summed up, as a person may read it. None when the stamp is not that of a summary.
pub(crate) fn summary_view(conversation: &Conversation, model: &ModelRef, sent: &PromptStamp) -> Option<PromptView> {
    let SummaryStamp { extends, through, words } = sent.summary?;
    let room = Tokens(sent.window_tokens as usize);
    let sheet = summing::summary_sheet(conversation, &Batch { extends, through }, words, room);
    Some(sheet.view(None, model, Some(sent)))
}

/// How much of the past a model of which this is known is shown.
pub fn window(conversation: &Conversation, speaker: &Participant, facts: &ModelFacts) -> Tokens {
    let conversation = conversation.as_shown_to(speaker.id);
    let instructions = system::instructions(conversation, speaker, &others(conversation, speaker));
    let size = instructions.iter().map(|(_, text)| Tokens::of(text).0).sum();
    room::room(facts, speaker, Tokens(size))
}

fn sheet(conversation: &Conversation, speaker: &Participant, extent: Extent<'_>) -> Sheet {
    let Extent { window, sight, said } = extent;
    let system = system::instructions(conversation, speaker, &others(conversation, speaker));
    let quote = said.map(|said| going_on::quoted(said, window));
    let left = quote.as_ref().map_or(window, |(left, _)| *left);
    let mut talk = turns::talk(conversation, speaker, left, sight);
    talk.extend(quote.map(|(_, quoted)| sheet::Piece::note(going_on::request(&quoted))));
    Sheet { system, talk, window }
}

fn others(conversation: &Conversation, speaker: &Participant) -> Vec<String> {
    conversation.participants.iter().filter(|other| other.id != speaker.id).map(|other| clean(&other.name)).collect()
}

fn stop(name: &str) -> String {
    format!("\n{name}:")
}
