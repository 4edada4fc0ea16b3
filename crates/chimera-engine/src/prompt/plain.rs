use chimera_core::{ImageBytes, ModelFacts, ModelRef, Participant, PromptMessage, ReplyRequest, Role, Scene};

use super::room::room;
use super::tokens::{Tokens, shortened};
use super::window::{Window, heard};
use super::{WINDOW, fit::FRAME};
use crate::Conversation;

/// The question as it was put, without a table around it: the system text and the words are the user's own.
pub fn plain(conversation: &Conversation, speaker: &Participant, model: &ModelRef, window: Tokens) -> ReplyRequest {
    let mut messages: Vec<PromptMessage> = Vec::new();
    for line in &Window::of(conversation, speaker.id, window).lines {
        let role = if line.participant().is_some() { Role::Assistant } else { Role::User };
        let text = shortened(&line.text, window).unwrap_or_else(|| line.text.clone());
        match messages.last_mut() {
            Some(last) if last.role == role => {
                last.text.push_str("\n\n");
                last.text.push_str(&text);
            }
            _ => messages.push(PromptMessage::new(role, text)),
        }
    }
    ReplyRequest {
        model: model.model.clone(),
        system: speaker.instructions.clone(),
        messages,
        sampling: speaker.sampling.clone(),
        stop: Vec::new(),
        seed: None,
        images: ImageBytes::default(),
        scene: Scene {
            topic: conversation.topic.clone(),
            speaker: speaker.name.clone(),
            others: Vec::new(),
            turns_taken: conversation.spoken(speaker.id).turns,
        },
    }
}

/// All of it, as far as the model is known to hold so much.
pub fn plain_window(conversation: &Conversation, speaker: &Participant, facts: &ModelFacts) -> Tokens {
    if facts.context_tokens.is_some_and(|tokens| tokens > 0) {
        return room(facts, speaker, Tokens::of(&speaker.instructions));
    }
    let all = heard(conversation, speaker.id).map(|line| Tokens::of(&line.text).0 + FRAME).sum();
    WINDOW.max(Tokens(all))
}
