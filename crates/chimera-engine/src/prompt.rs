//! What a participant is shown: a pure function of the conversation, the speaker and its model.
//!
//! Seen from speaker X, its own lines are the assistant's, without a name; everybody else's are the user's, each led by
//! its speaker's name. A fallback to another model maps the conversation anew; it never reuses the failed request.

mod choosing;
mod comings;
mod fit;
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

use chimera_core::{ImageBytes, ModelFacts, ModelRef, Participant, PromptStamp, PromptView, ReplyRequest, Scene};

pub(crate) use choosing::choice;
pub use fit::{Misfit, fit};
pub use pictures::{MOST_TOKENS as MOST_IMAGE_TOKENS, Sight};
pub use plain::{plain, plain_window};
pub(crate) use summing::{Batch, batch, room_to_sum_up, summary};
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

/// The question that is put to `model` so that it speaks as `speaker`.
pub fn request(
    conversation: &Conversation,
    speaker: &Participant,
    model: &ModelRef,
    window: Tokens,
    sight: Sight,
) -> ReplyRequest {
    let others = others(conversation, speaker);
    let sheet = sheet(conversation, speaker, window, sight);
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
        },
    }
}

/// What was said before the break, as it is quoted to whoever goes on, and what is left of the window beside it.
pub fn quoted(said: &str, window: Tokens) -> (Tokens, String) {
    let half = Tokens(window.0 / 2);
    let text = tokens::shortened(said, half).unwrap_or_else(|| said.to_owned());
    let text = neutral::without_control_tokens(&text).into_owned();
    (Tokens(window.0 - Tokens::of(&text).0.min(half.0)), text)
}

/// The same question, when the speaker broke off and another is to go on: what it said is quoted and not put into its
/// mouth, for many models take no answer that somebody else began.
pub fn continuation(mut request: ReplyRequest, quoted: &str) -> ReplyRequest {
    let note = format!(
        "(Your turn was cut off by a fault of the line. This much of it has been said and stands:\n\n\"\"\"\n{quoted}\n\"\"\"\n\n\
         Go on exactly where it breaks off, in the same language and manner, and finish the turn. Repeat nothing of it \
         and say nothing about the break. If it breaks off inside a word, begin with that whole word.)"
    );
    if let Some(last) = request.messages.last_mut() {
        last.text.push_str("\n\n");
        last.text.push_str(&note);
    }
    request
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
    (window, sight): (Tokens, Sight),
    sent: Option<&PromptStamp>,
) -> PromptView {
    sheet(conversation, speaker, window, sight).view(speaker, model, sent)
}

/// How much of the past a model of which this is known is shown.
pub fn window(conversation: &Conversation, speaker: &Participant, facts: &ModelFacts) -> Tokens {
    let instructions = system::instructions(conversation, speaker, &others(conversation, speaker));
    let size = instructions.iter().map(|(_, text)| Tokens::of(text).0).sum();
    room::room(facts, speaker, Tokens(size))
}

fn sheet(conversation: &Conversation, speaker: &Participant, window: Tokens, sight: Sight) -> Sheet {
    let system = system::instructions(conversation, speaker, &others(conversation, speaker));
    Sheet { system, talk: turns::talk(conversation, speaker, window, sight), window }
}

fn others(conversation: &Conversation, speaker: &Participant) -> Vec<String> {
    conversation.participants.iter().filter(|other| other.id != speaker.id).map(|other| clean(&other.name)).collect()
}

fn stop(name: &str) -> String {
    format!("\n{name}:")
}
