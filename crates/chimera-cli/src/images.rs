use std::path::PathBuf;

use chimera_app::{Chimera, Error, Picture, Result};
use chimera_core::Attachment;

/// Why there is no other way in: the socket takes words only.
pub const NO_DOOR: &str = "images are brought to the Chimera that has the data folder open, through its window or by POST \
                           /api/v1/images";

/// The files, each with what is to be seen in it as far as that was said.
pub fn read(files: &[PathBuf], alts: &[String]) -> Result<Vec<Picture>> {
    if alts.len() > files.len() {
        return Err(Error::invalid("alt", "there are more descriptions than images"));
    }
    let alts = alts.iter().cloned().map(Some).chain(std::iter::repeat(None));
    let picture = |(file, alt): (&PathBuf, Option<String>)| {
        let unreadable = |error| Error::invalid("image", format!("{} could not be read: {error}", file.display()));
        Ok(Picture { bytes: std::fs::read(file).map_err(unreadable)?, alt })
    };
    files.iter().zip(alts).map(picture).collect()
}

/// Keeps them, so that they can be said.
pub async fn bring(chimera: &Chimera, pictures: Vec<Picture>) -> Result<Vec<Attachment>> {
    let mut images = Vec::with_capacity(pictures.len());
    for Picture { bytes, alt } in pictures {
        images.push(Attachment { digest: chimera.attach_image(bytes).await?.digest, alt });
    }
    Ok(images)
}
