use chimera_core::{ImageRef, MAX_IMAGES_BYTES, MAX_MESSAGE_IMAGES, MAX_SAY_CHARS};

use super::Refusal;

/// What the user says at once.
pub(super) struct Words {
    pub text: String,
    pub images: Vec<ImageRef>,
}

impl Words {
    /// An image says enough without a word.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.text.trim().is_empty() && self.images.is_empty() {
            return Err(Refusal::new("there are no words to say"));
        }
        if self.text.chars().count() > MAX_SAY_CHARS {
            let message = format!("that is too long to say at once; {MAX_SAY_CHARS} characters are allowed");
            return Err(Refusal::new(message));
        }
        let bytes: usize = self.images.iter().map(|image| image.bytes as usize).sum();
        if self.images.len() > MAX_MESSAGE_IMAGES || bytes > MAX_IMAGES_BYTES {
            return Err(Refusal::on("images", "those are too many images for one message"));
        }
        Ok(())
    }
}
