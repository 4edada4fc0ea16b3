use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::IdError;

/// SHA-256 of an image's bytes, written as 64 hexadecimal digits: what it is called everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(try_from = "String", into = "String")]
#[specta(type = String)]
pub struct ImageDigest([u8; 32]);

impl ImageDigest {
    pub fn of_hash(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ImageDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ImageDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ImageDigest {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let refuse = || IdError::NotADigest(text.chars().take(80).collect());
        let digits = text.as_bytes();
        if digits.len() != 64 || digits.iter().any(|digit| !digit.is_ascii_hexdigit() || digit.is_ascii_uppercase()) {
            return Err(refuse());
        }
        let mut hash = [0; 32];
        for (byte, place) in hash.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[place..place + 2], 16).map_err(|_| refuse())?;
        }
        Ok(Self(hash))
    }
}

impl TryFrom<String> for ImageDigest {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ImageDigest> for String {
    fn from(digest: ImageDigest) -> Self {
        digest.to_string()
    }
}

/// The kinds of images that every vendor takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum ImageType {
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/webp")]
    Webp,
    #[serde(rename = "image/gif")]
    Gif,
}

impl ImageType {
    pub fn as_str(self) -> &'static str {
        match self {
            ImageType::Png => "image/png",
            ImageType::Jpeg => "image/jpeg",
            ImageType::Webp => "image/webp",
            ImageType::Gif => "image/gif",
        }
    }

    /// How the name of such a file ends.
    pub fn extension(self) -> &'static str {
        match self {
            ImageType::Png => "png",
            ImageType::Jpeg => "jpg",
            ImageType::Webp => "webp",
            ImageType::Gif => "gif",
        }
    }
}

/// An image that belongs to a message. Its bytes are kept under the digest, beside the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImageRef {
    pub digest: ImageDigest,
    pub media_type: ImageType,
    pub bytes: u32,
    pub width: u32,
    pub height: u32,
    /// What is to be seen in it, in the user's words: for people and for models that do not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
}

impl ImageRef {
    /// What stands for it where only words can: `[image: a lighthouse, 640×480]`.
    pub fn label(&self) -> String {
        let Self { width, height, alt, .. } = self;
        match alt {
            Some(alt) => format!("[image: {alt}, {width}×{height}]"),
            None => format!("[image, {width}×{height}]"),
        }
    }
}

/// An image that a user puts into a message, by the digest under which it was kept before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Attachment {
    pub digest: ImageDigest,
    #[serde(default)]
    pub alt: Option<String>,
}

/// An image at its place in a turn of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PlacedImage {
    /// Bytes of the turn's text that stand before it.
    pub at: u32,
    pub image: ImageRef,
}

/// The images of one question, loaded for the time of the call.
#[derive(Default, Clone, PartialEq, Eq)]
pub struct ImageBytes(BTreeMap<ImageDigest, Arc<[u8]>>);

impl ImageBytes {
    pub fn insert(&mut self, digest: ImageDigest, bytes: Arc<[u8]>) {
        self.0.insert(digest, bytes);
    }

    /// All of them together.
    pub fn size(&self) -> usize {
        self.0.values().map(|bytes| bytes.len()).sum()
    }

    pub fn get(&self, digest: &ImageDigest) -> Option<&[u8]> {
        self.0.get(digest).map(AsRef::as_ref)
    }
}

/// Says how many there are: the bytes belong into no log.
impl fmt::Debug for ImageBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_sixty_four_small_hexadecimal_digits() {
        let digest = ImageDigest::of_hash(std::array::from_fn(|place| place as u8 * 7));

        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!(digest.to_string().starts_with("00070e15"));
        let long = "0".repeat(65);
        for bad in ["", "00", &"G".repeat(64), &"A".repeat(64), &long, &format!("é{}", "0".repeat(62))] {
            assert!(bad.parse::<ImageDigest>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn an_image_in_words_says_what_is_to_be_seen_and_how_large_it_is() {
        let digest = ImageDigest::of_hash([0; 32]);
        let plain = ImageRef { digest, media_type: ImageType::Png, bytes: 9, width: 640, height: 480, alt: None };
        let described = ImageRef { alt: Some("a lighthouse".into()), ..plain.clone() };

        assert_eq!(plain.label(), "[image, 640×480]");
        assert_eq!(described.label(), "[image: a lighthouse, 640×480]");
    }
}
