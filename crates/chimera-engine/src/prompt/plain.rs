use chimera_core::{
    AttemptPurpose, ImageBytes, ModelFacts, ModelRef, Participant, PromptMessage, ReplyRequest, Role, Scene,
};

use super::going_on;
use super::pictures::{Pictures, tokens_of, with_labels};
use super::room::room;
use super::tokens::{Tokens, shortened};
use super::window::{Window, heard};
use super::{Extent, WINDOW, fit::FRAME};
use crate::{Conversation, Line};

/// The question as it was put, without a table around it: the system text and the words are the user's own.
pub fn plain(
    conversation: &Conversation,
    speaker: &Participant,
    model: &ModelRef,
    Extent { window, sight, said }: Extent<'_>,
) -> ReplyRequest {
    let quote = said.map(|said| going_on::quoted(said, window));
    let window = quote.as_ref().map_or(window, |(left, _)| *left);
    let pictures = Pictures::of(conversation, speaker.id, window, sight);
    let mut messages: Vec<PromptMessage> = Vec::new();
    for line in &Window::of(conversation, speaker.id, window, &pictures).lines {
        let role = if line.participant().is_some() { Role::Assistant } else { Role::User };
        let text = shortened(&line.text, window).unwrap_or_else(|| line.text.clone());
        // A label is nothing that the user said: it stands only for what is not seen.
        let (seen, unseen): (Vec<_>, Vec<_>) = pictures.of_line(line).into_iter().partition(|image| image.shown);
        let unseen: Vec<_> = unseen.into_iter().map(|image| image.image).collect();
        let mut turn = PromptMessage::new(role, with_labels(&text, &unseen));
        seen.into_iter().for_each(|image| turn.show(image.image));
        match messages.last_mut() {
            Some(last) if last.role == role => last.join(&turn),
            _ => messages.push(turn),
        }
    }
    if let (Some((_, quoted)), Some(last)) = (quote, messages.last_mut()) {
        last.join(&PromptMessage::new(last.role, going_on::request(&quoted)));
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
            purpose: AttemptPurpose::Speak,
        },
    }
}

/// All of it, as far as the model is known to hold so much.
pub fn plain_window(conversation: &Conversation, speaker: &Participant, facts: &ModelFacts) -> Tokens {
    if facts.context_tokens.is_some_and(|tokens| tokens > 0) {
        return room(facts, speaker, Tokens::of(&speaker.instructions));
    }
    let images = |line: &Line| line.images.iter().map(|image| tokens_of(image).0).sum::<usize>();
    let all = heard(conversation, speaker.id).map(|line| Tokens::of(&line.text).0 + images(line) + FRAME).sum();
    WINDOW.max(Tokens(all))
}
