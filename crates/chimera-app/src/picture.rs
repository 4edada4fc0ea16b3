//! A file that somebody says is an image: what it is, by its bytes, and the same without what it tells beside the
//! picture. Nothing is decoded here: the picture's own data is passed on as it is, and chunks that are not part of the
//! picture are left out.

mod gif;
mod jpeg;
mod png;
mod webp;

use chimera_core::{ImageType, MAX_IMAGE_SIDE};

/// An image without metadata: no place, no time, no name of a camera or of its owner. Which way is up is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub kind: ImageType,
    /// As it is to be seen, turned the right way.
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

/// Why a file cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("this is no image that models can see: give a PNG, JPEG, WebP or GIF")]
    AnotherKind,
    #[error("this {} is damaged or cut short: save it anew", .0.extension())]
    Damaged(ImageType),
    #[error("the image has {width} × {height} pixels: make it smaller, to {MAX_IMAGE_SIDE} a side")]
    TooManyPixels { width: usize, height: usize },
}

impl Picture {
    /// The kind is told by the bytes; what the file is called or is said to be does not matter.
    pub fn read(bytes: &[u8]) -> Result<Self, Unfit> {
        let kind = kind(bytes).ok_or(Unfit::AnotherKind)?;
        let (bytes, is_on_its_side) = match kind {
            ImageType::Png => (png::stripped(bytes), false),
            ImageType::Jpeg => match jpeg::stripped(bytes) {
                Some((bytes, is_on_its_side)) => (Some(bytes), is_on_its_side),
                None => (None, false),
            },
            ImageType::Webp => (webp::stripped(bytes), false),
            ImageType::Gif => (gif::stripped(bytes), false),
        };
        let bytes = bytes.ok_or(Unfit::Damaged(kind))?;
        let size = imagesize::blob_size(&bytes).map_err(|_| Unfit::Damaged(kind))?;
        let (width, height) = if is_on_its_side { (size.height, size.width) } else { (size.width, size.height) };
        let side = |pixels: usize| u32::try_from(pixels).ok().filter(|side| *side <= MAX_IMAGE_SIDE);
        match (side(width), side(height)) {
            (Some(0), _) | (_, Some(0)) => Err(Unfit::Damaged(kind)),
            (Some(width), Some(height)) => Ok(Self { kind, width, height, bytes }),
            _ => Err(Unfit::TooManyPixels { width, height }),
        }
    }
}

fn kind(bytes: &[u8]) -> Option<ImageType> {
    if bytes.starts_with(png::SIGNATURE) {
        Some(ImageType::Png)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(ImageType::Jpeg)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(ImageType::Webp)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some(ImageType::Gif)
    } else {
        None
    }
}

/// The number that two or four bytes of a file make, if it has so many.
fn big_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn big_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests;
