//! Images: kept before a message can show them, and given back as they are kept.

use std::time::Duration;

use chimera_core::{
    Attachment, Author, ConversationId, EventKind, ImageDigest, ImageRef, MAX_ALT_CHARS, MAX_IMAGE_BYTES,
    MAX_IMAGES_BYTES, MAX_MESSAGE_IMAGES, MAX_SAY_CHARS, MessageId, ParticipantId, Timestamp,
};
use chimera_engine::{Command, SayWhen};
use sha2::{Digest, Sha256};

use crate::picture::Picture;
use crate::{Chimera, Error, ErrorCode, Result, validate};

/// Bytes of all images together that no message shows yet: whoever only uploads does not fill the disk.
const MAX_UNUSED_BYTES: u64 = 256 * 1024 * 1024;
/// How long an image waits for a message before it is let go of at a start.
const UNUSED_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// An image with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptImage {
    pub image: ImageRef,
    pub bytes: Vec<u8>,
}

impl KeptImage {
    /// Looks at a file, by its bytes and not by its name, and takes out what it tells beside the picture.
    pub(crate) fn of(field: &str, bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_IMAGE_BYTES {
            let message = format!("the image has {} bytes: make it smaller, to {MAX_IMAGE_BYTES}", bytes.len());
            return Err(Error::invalid(field, message));
        }
        let Picture { kind: media_type, width, height, bytes } =
            Picture::read(bytes).map_err(|unfit| Error::invalid(field, unfit.to_string()))?;
        let digest = ImageDigest::of_hash(Sha256::digest(&bytes).into());
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Ok(Self { image: ImageRef { digest, media_type, bytes: size, width, height, alt: None }, bytes })
    }
}

impl Chimera {
    /// Keeps an image for a message to come, without its metadata. The same image twice is kept once.
    pub async fn attach_image(&self, bytes: Vec<u8>) -> Result<ImageRef> {
        self.must_write()?;
        // Megabytes to be hashed would hold up whoever else waits on this thread.
        let looked_at = tokio::task::spawn_blocking(move || KeptImage::of("image", &bytes)).await;
        let KeptImage { image, bytes } =
            looked_at.map_err(|error| Error::new(ErrorCode::Storage, format!("the image was lost: {error}")))??;
        if self.store().image(&image.digest).await?.is_none() {
            let unused = self.store().unused_image_bytes().await?;
            if unused.saturating_add(bytes.len() as u64) > MAX_UNUSED_BYTES {
                let message = "too many images wait for a message: say something with them, or start Chimera again \
                               tomorrow";
                return Err(Error::invalid("image", message));
            }
        }
        self.store().keep_image(image.clone(), bytes, self.now()).await?;
        Ok(image)
    }

    /// An image that is kept.
    pub async fn image(&self, digest: ImageDigest) -> Result<KeptImage> {
        let missing = || Error::new(ErrorCode::ImageNotFound, format!("there is no image {digest}"));
        let image = self.store().image(&digest).await?.ok_or_else(missing)?;
        let bytes = self.store().image_bytes(&digest).await?.ok_or_else(missing)?;
        Ok(KeptImage { image, bytes })
    }

    /// Says something that shows images, or shows them without a word: to everybody, or to these participants alone.
    pub async fn say_with_images(
        &self,
        id: ConversationId,
        text: &str,
        images: Vec<Attachment>,
        when: SayWhen,
        to: Vec<ParticipantId>,
    ) -> Result<MessageId> {
        let text = if images.is_empty() {
            validate::text("text", text, MAX_SAY_CHARS)?
        } else {
            validate::at_most("text", text.trim(), MAX_SAY_CHARS)?;
            text.trim().to_owned()
        };
        let images = self.attached(images).await?;
        let events = self.tell(id, Command::Say { text, when, to, images }).await?;
        let said = events.iter().find_map(|event| match event.kind {
            EventKind::MessageCompleted { message, author: Author::User, .. } => Some(message),
            _ => None,
        });
        let lost = || Error::new(ErrorCode::Storage, "what was said is not among what was recorded of it");
        said.ok_or_else(lost)
    }

    async fn attached(&self, images: Vec<Attachment>) -> Result<Vec<ImageRef>> {
        if images.len() > MAX_MESSAGE_IMAGES {
            let message = format!("a message shows at most {MAX_MESSAGE_IMAGES} images: say the others in another");
            return Err(Error::invalid("images", message));
        }
        let mut attached = Vec::with_capacity(images.len());
        for (place, Attachment { digest, alt }) in images.into_iter().enumerate() {
            let alt = description(&format!("images[{place}].alt"), alt.as_deref())?;
            let kept = self.store().image(&digest).await?.ok_or_else(|| {
                Error::invalid(format!("images[{place}].digest"), "no image is kept under this digest: attach it again")
            })?;
            attached.push(ImageRef { alt, ..kept });
        }
        let bytes: usize = attached.iter().map(|image| image.bytes as usize).sum();
        if bytes > MAX_IMAGES_BYTES {
            let message = format!("the images have {bytes} bytes together: {MAX_IMAGES_BYTES} fit into a message");
            return Err(Error::invalid("images", message));
        }
        Ok(attached)
    }

    /// What was brought long ago and never shown goes. That it cannot be done now keeps nobody from anything.
    pub(crate) async fn let_go_of_unused_images(&self) {
        let kept = i64::try_from(UNUSED_KEPT.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_millis(self.now().as_millis().saturating_sub(kept));
        if let Err(error) = self.store().collect_images(before).await {
            tracing::warn!(%error, "unused images could not be let go of");
        }
    }
}

/// One line, or none.
pub(crate) fn description(field: &str, alt: Option<&str>) -> Result<Option<String>> {
    match alt.map(str::trim).filter(|alt| !alt.is_empty()) {
        None => Ok(None),
        Some(alt) => validate::line(field, alt, MAX_ALT_CHARS).map(Some),
    }
}
