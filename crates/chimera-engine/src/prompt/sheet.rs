//! A prompt with the origin of every piece: what is sent and what is shown to a person are made of the same.

use chimera_core::{
    ModelRef, Participant, PromptImage, PromptMessage, PromptPart, PromptPiece, PromptShare, PromptSource, PromptStamp,
    PromptView, Role,
};
use sha2::{Digest, Sha256};

use super::pictures::tokens_of;
use super::tokens::{Tokens, quarters};

/// Everything a model is shown.
pub struct Sheet {
    pub system: Vec<(PromptPart, String)>,
    pub talk: Vec<Piece>,
    pub window: Tokens,
}

/// A piece of the talk.
pub struct Piece {
    pub role: Role,
    pub part: PromptPart,
    pub source: PromptSource,
    pub text: String,
    /// Those that the line shows, whether the model sees them or not.
    pub images: Vec<PromptImage>,
}

impl Piece {
    /// A word from us. It is in parentheses and has no speaker.
    pub fn note(text: impl Into<String>) -> Self {
        let (role, part, source) = (Role::User, PromptPart::Notes, PromptSource::Note);
        Self { role, part, source, text: text.into(), images: Vec::new() }
    }

    /// Images stand behind the words that they belong to.
    fn turn(&self) -> PromptMessage {
        let mut turn = PromptMessage::new(self.role, self.text.as_str());
        for shown in self.images.iter().filter(|image| image.shown) {
            turn.show(shown.image.clone());
        }
        turn
    }
}

impl Sheet {
    pub fn system(&self) -> String {
        let parts: Vec<&str> = self.system.iter().map(|(_, text)| text.as_str()).collect();
        parts.join("\n\n")
    }

    /// Neighbours of one role become one turn, with a blank line between them.
    pub fn messages(&self) -> Vec<PromptMessage> {
        let mut turns: Vec<PromptMessage> = Vec::new();
        for piece in &self.talk {
            let turn = piece.turn();
            match turns.last_mut() {
                Some(last) if last.role == turn.role => last.join(&turn),
                _ => turns.push(turn),
            }
        }
        turns
    }

    /// What a person is shown of it. It is exact when it makes the digest of what was sent.
    pub fn view(self, speaker: Option<&Participant>, model: &ModelRef, sent: Option<&PromptStamp>) -> PromptView {
        let system = self.system();
        let stamp = stamp(&system, &self.messages(), self.window);
        let shares = self.shares();
        let piece = |Piece { role, source, text, images, .. }: Piece| {
            let tokens = Tokens::of(&text).count();
            PromptPiece { role, source, text, tokens, images }
        };
        PromptView {
            participant: speaker.map(|speaker| speaker.id),
            model: model.clone(),
            messages: self.talk.into_iter().map(piece).collect(),
            shares,
            window_tokens: stamp.window_tokens,
            size_tokens: stamp.size_tokens,
            exact: sent.is_some_and(|sent| sent.digest == stamp.digest),
            system,
        }
    }

    fn shares(&self) -> Vec<PromptShare> {
        let system = self.system.iter().map(|(part, text)| (*part, quarters(text)));
        let talk = self.talk.iter().map(|piece| (piece.part, quarters(&piece.text)));
        let mut sizes = std::collections::BTreeMap::new();
        let images = self.talk.iter().flat_map(|piece| &piece.images).filter(|image| image.shown);
        let images = images.map(|image| (PromptPart::Images, tokens_of(&image.image).quarters()));
        for (part, size) in system.chain(talk).chain(images) {
            *sizes.entry(part).or_insert(0) += size;
        }
        let whole = sizes.values().sum::<usize>().max(1);
        let percent = |size: usize| ((size as f64 * 1000.0 / whole as f64).round() / 10.0) as f32;
        let share =
            |(part, size)| PromptShare { part, tokens: Tokens::of_quarters(size).count(), percent: percent(size) };
        sizes.into_iter().map(share).collect()
    }
}

/// What is kept of a prompt in the log.
pub fn stamp(system: &str, messages: &[PromptMessage], window: Tokens) -> PromptStamp {
    let mut digest = Sha256::new();
    let mut size = quarters(system);
    digest.update((system.len() as u64).to_le_bytes());
    digest.update(system);
    for message in messages {
        size += quarters(&message.text);
        digest.update(match message.role {
            Role::User => b"u",
            Role::Assistant => b"a",
        });
        digest.update((message.text.len() as u64).to_le_bytes());
        digest.update(&message.text);
        for placed in &message.images {
            size += tokens_of(&placed.image).quarters();
            digest.update(b"i");
            digest.update(placed.at.to_le_bytes());
            digest.update(placed.image.digest.as_bytes());
        }
    }
    let sees_images = messages.iter().any(|message| !message.images.is_empty());
    let digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let (window_tokens, size_tokens) = (window.count(), Tokens::of_quarters(size).count());
    PromptStamp { window_tokens, size_tokens, digest, sees_images, continues_chars: None, summary: None }
}
