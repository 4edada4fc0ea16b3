//! Which images a model is shown, and what they take.

use std::collections::BTreeSet;

use chimera_core::{ImageRef, MAX_IMAGES_BYTES, MAX_PROMPT_IMAGES, MessageId, ParticipantId, PromptImage};

use super::neutral::without_control_tokens;
use super::tokens::Tokens;
use super::window::is_said;
use crate::{Conversation, Line};

/// Whether a model is shown images, or reads their labels alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    Seeing,
    Blind,
}

/// More than an image takes at any vendor that says so (docs/images.md): what is reserved for it.
pub const MOST_TOKENS: u32 = 6_404;

/// What an image takes, by the rule of one vendor between the bounds of others (docs/images.md).
pub fn tokens_of(image: &ImageRef) -> Tokens {
    const PIXELS: u64 = 750;
    const BOUNDS: (u64, u64) = (258, 1_600);
    let pixels = u64::from(image.width) * u64::from(image.height);
    Tokens((pixels / PIXELS).clamp(BOUNDS.0, BOUNDS.1) as usize)
}

/// The messages whose images a model is shown: the newest, as far as there is room. Those of one message are shown
/// together or not at all.
pub struct Pictures(BTreeSet<MessageId>);

impl Pictures {
    pub fn of(conversation: &Conversation, reader: ParticipantId, size: Tokens, sight: Sight) -> Self {
        let mut shown = BTreeSet::new();
        if sight == Sight::Blind {
            return Self(shown);
        }
        let (mut images, mut bytes, mut tokens) = (0, 0, 0);
        let reach = conversation.reach(reader);
        let is_shown = |line: &&Line| conversation.lines.place(line.message).is_some_and(|place| place < reach);
        let is_heard = |line: &&Line| line.is_heard_by(reader) && is_said(line);
        for line in conversation.lines.pictured().filter(is_shown).filter(is_heard) {
            images += line.images.len();
            bytes += line.images.iter().map(|image| image.bytes as usize).sum::<usize>();
            tokens += line.images.iter().map(|image| tokens_of(image).0).sum::<usize>();
            // The newest is what is talked about; older ones leave half of the room to words.
            let room = if shown.is_empty() { size.0 } else { size.0 / 2 };
            if images > MAX_PROMPT_IMAGES || bytes > MAX_IMAGES_BYTES || tokens > room {
                break;
            }
            shown.insert(line.message);
        }
        Self(shown)
    }

    /// The images of a line, each with what it takes.
    pub fn of_line(&self, line: &Line) -> Vec<PromptImage> {
        let shown = self.0.contains(&line.message);
        let image = |image: &ImageRef| {
            let tokens = if shown { tokens_of(image).count() } else { 0 };
            PromptImage { image: image.clone(), tokens, shown }
        };
        line.images.iter().map(image).collect()
    }

    /// What the images of a line take, in quarters of a token.
    pub fn quarters(&self, line: &Line) -> usize {
        match self.0.contains(&line.message) {
            true => line.images.iter().map(|image| tokens_of(image).quarters()).sum(),
            false => 0,
        }
    }
}

/// The words of a line, and the labels of what it shows.
pub fn with_labels(words: &str, images: &[ImageRef]) -> String {
    let mut text = words.to_owned();
    for image in images {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&without_control_tokens(&image.label()));
    }
    text
}

#[cfg(test)]
mod tests {
    use chimera_core::{ImageDigest, ImageType};

    use super::*;

    fn image(width: u32, height: u32) -> ImageRef {
        let digest = ImageDigest::of_hash([1; 32]);
        ImageRef { digest, media_type: ImageType::Png, bytes: 1, width, height, alt: None }
    }

    #[test]
    fn an_image_takes_by_its_pixels_but_never_nothing_and_never_more_than_its_bound() {
        assert_eq!(tokens_of(&image(1, 1)), Tokens(258));
        assert_eq!(tokens_of(&image(1_000, 750)), Tokens(1_000));
        assert_eq!(tokens_of(&image(8_000, 8_000)), Tokens(1_600));
    }

    #[test]
    fn a_label_stands_behind_the_words_and_alone_where_there_are_none() {
        let image = image(4, 3);

        assert_eq!(with_labels("Look!", std::slice::from_ref(&image)), "Look! [image, 4×3]");
        assert_eq!(with_labels("", &[image.clone(), image]), "[image, 4×3] [image, 4×3]");
    }
}
