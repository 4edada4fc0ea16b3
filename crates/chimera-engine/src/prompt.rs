//! What a participant is shown: a pure function of the conversation, the speaker and its model.
//!
//! Seen from speaker X, its own lines are the assistant's, without a name; everybody else's are the user's, each led by
//! its speaker's name. A fallback to another model maps the conversation anew; it never reuses the failed request.

mod comings;
mod neutral;
mod system;
mod turns;
mod window;

use chimera_core::{ModelRef, Participant, PromptMessage, ReplyRequest, Scene};

pub use window::Tokens;

use crate::Conversation;
use crate::names::{USER, clean};

/// How much of the past a model is shown, by our own estimate of four characters to a token. It fits every model of the
/// last years beside its instructions and its answer, and keeps a long evening affordable: each turn pays for it anew.
pub const WINDOW: Tokens = Tokens(24_000);

/// Servers that take stop sequences take four.
const MAX_STOPS: usize = 4;

/// The question that is put to `model` so that it speaks as `speaker`.
pub fn request(conversation: &Conversation, speaker: &Participant, model: &ModelRef, window: Tokens) -> ReplyRequest {
    let others = others(conversation, speaker);
    ReplyRequest {
        model: model.model.clone(),
        system: system::instructions(conversation, speaker, &others),
        messages: turns::messages(conversation, speaker, window),
        sampling: speaker.sampling.clone(),
        stop: [USER].into_iter().chain(others.iter().map(String::as_str)).take(MAX_STOPS).map(stop).collect(),
        seed: Some(conversation.seed),
        scene: Scene {
            topic: conversation.topic.clone(),
            speaker: clean(&speaker.name),
            others,
            turns_taken: conversation.spoken(speaker.id).turns,
        },
    }
}

/// The estimated size of a question.
pub fn size(request: &ReplyRequest) -> Tokens {
    let text = |message: &PromptMessage| message.text.chars().count();
    Tokens::of_chars(request.system.chars().count() + request.messages.iter().map(text).sum::<usize>())
}

fn others(conversation: &Conversation, speaker: &Participant) -> Vec<String> {
    conversation.participants.iter().filter(|other| other.id != speaker.id).map(|other| clean(&other.name)).collect()
}

fn stop(name: &str) -> String {
    format!("\n{name}:")
}
