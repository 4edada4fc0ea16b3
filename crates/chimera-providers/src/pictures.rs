//! Images as all dialects send them: in base64, at their place among the words.

use std::borrow::Cow;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chimera_core::{ImageBytes, ImageRef, ImageType, PromptBit, PromptMessage};

/// A piece of a turn, as it goes over the wire.
pub(crate) enum Bit<'a> {
    Text(Cow<'a, str>),
    Image(Picture),
}

pub(crate) struct Picture {
    pub media_type: &'static str,
    pub base64: String,
}

impl Picture {
    /// As OpenAI wants it, and whoever does as OpenAI does.
    pub(crate) fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, self.base64)
    }
}

/// A turn, with the images that can be sent and the labels of those that cannot, because their bytes are gone or the
/// vendor does not take their kind.
pub(crate) enum Turn<'a> {
    Words(Cow<'a, str>),
    /// One of them is an image.
    Bits(Vec<Bit<'a>>),
}

pub(crate) fn turn<'a>(message: &'a PromptMessage, images: &ImageBytes, takes: impl Fn(ImageType) -> bool) -> Turn<'a> {
    let loaded = |image: &ImageRef| {
        let bytes = images.get(&image.digest).filter(|_| takes(image.media_type))?;
        Some(Picture { media_type: image.media_type.as_str(), base64: BASE64_STANDARD.encode(bytes) })
    };
    // At a table the words name every image that is shown with them.
    let label = |image: &ImageRef| Some(image.label()).filter(|label| !message.text.contains(label.as_str()));
    let bit = |bit: PromptBit<'a>| match bit {
        PromptBit::Text(text) => Some(Bit::Text(text.trim_matches('\n').into())),
        PromptBit::Image(image) => match loaded(image) {
            Some(picture) => Some(Bit::Image(picture)),
            None => label(image).map(|label| Bit::Text(label.into())),
        },
    };
    let bits: Vec<Bit<'a>> = message.bits().filter_map(bit).collect();
    if bits.iter().any(|bit| matches!(bit, Bit::Image(_))) {
        return Turn::Bits(bits);
    }
    let mut words = Cow::Borrowed(message.text.as_str());
    for label in message.images.iter().filter_map(|placed| label(&placed.image)) {
        words.to_mut().push_str(&format!("\n\n{label}"));
    }
    Turn::Words(words)
}

pub(crate) fn takes_all(_: ImageType) -> bool {
    true
}
