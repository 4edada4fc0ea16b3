//! A prompt with the origin of every piece: what is sent and what is shown to a person are made of the same.

use chimera_core::{
    ModelRef, Participant, PromptMessage, PromptPart, PromptPiece, PromptShare, PromptSource, PromptStamp, PromptView,
    Role,
};
use sha2::{Digest, Sha256};

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
            match turns.last_mut() {
                Some(last) if last.role == piece.role => {
                    last.text.push_str("\n\n");
                    last.text.push_str(&piece.text);
                }
                _ => turns.push(PromptMessage::new(piece.role, piece.text.clone())),
            }
        }
        turns
    }

    /// What a person is shown of it. It is exact when it makes the digest of what was sent.
    pub fn view(self, speaker: &Participant, model: &ModelRef, sent: Option<&PromptStamp>) -> PromptView {
        let system = self.system();
        let stamp = stamp(&system, &self.messages(), self.window);
        let shares = self.shares();
        let piece = |Piece { role, source, text, .. }: Piece| {
            let tokens = Tokens::of(&text).count();
            PromptPiece { role, source, text, tokens, images: Vec::new() }
        };
        PromptView {
            participant: speaker.id,
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
        for (part, size) in system.chain(talk) {
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
    }
    let digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    PromptStamp { window_tokens: window.count(), size_tokens: Tokens::of_quarters(size).count(), digest }
}
