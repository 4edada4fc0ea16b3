use chimera_app::{Error, Picture, Result};

use crate::args::Pictures;

/// The files, each with what is to be seen in it as far as that was said.
pub fn read(Pictures { image, alt }: &Pictures) -> Result<Vec<Picture>> {
    if alt.len() > image.len() {
        return Err(Error::invalid("alt", "there are more descriptions than images"));
    }
    let alts = alt.iter().cloned().map(Some).chain(std::iter::repeat(None));
    image
        .iter()
        .zip(alts)
        .map(|(file, alt)| {
            let unreadable = |error| Error::invalid("image", format!("{} could not be read: {error}", file.display()));
            Ok(Picture { bytes: std::fs::read(file).map_err(unreadable)?, alt })
        })
        .collect()
}
