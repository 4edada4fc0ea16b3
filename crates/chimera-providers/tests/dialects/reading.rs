//! Replies that come out of a reader, without a network.

use chimera_providers::reading::{Dialect, Reading};
use chimera_testkit::Heard;

/// All of a reply that comes in these pieces, after which the stream closes.
pub fn read<D: Dialect>(chunks: &[&[u8]]) -> Heard {
    let mut reader = Reading::<D>::default();
    let mut heard = Heard::default();
    let mut drain = |reader: &mut Reading<D>| {
        while let Some(event) = reader.take() {
            heard.hear(event);
        }
    };
    for chunk in chunks {
        reader.push(chunk);
        drain(&mut reader);
    }
    reader.finish();
    drain(&mut reader);
    heard
}

/// The same of a reply that comes as one document.
pub fn read_whole<D: Dialect>(json: &[u8]) -> Heard {
    let mut reader = Reading::<D>::default();
    reader.whole(json);
    let mut heard = Heard::default();
    std::iter::from_fn(|| reader.take()).for_each(|event| heard.hear(event));
    heard
}

/// What would be heard if the stream closed after none, one, two, … of these bytes.
pub fn cut<D: Dialect + Clone>(bytes: &[u8]) -> Vec<Heard> {
    let mut reader = Reading::<D>::default();
    let mut heard = Heard::default();
    let mut cuts = Vec::with_capacity(bytes.len() + 1);
    for next in 0..=bytes.len() {
        let (mut closing, mut all) = (reader.clone(), heard.clone());
        closing.finish();
        std::iter::from_fn(|| closing.take()).for_each(|event| all.hear(event));
        cuts.push(all);
        if let Some(byte) = bytes.get(next..next + 1) {
            reader.push(byte);
            std::iter::from_fn(|| reader.take()).for_each(|event| heard.hear(event));
        }
    }
    cuts
}
