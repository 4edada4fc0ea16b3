use super::{big_u16, big_u32};

const END: [u8; 2] = [0xff, 0xd9];
const APP1: u8 = 0xe1;
const SCAN: u8 = 0xda;
const EXIF: &[u8] = b"Exif\0\0";

/// The same without metadata and without what stands behind its end, and whether it lies on its side; None when it is
/// not whole.
pub(super) fn stripped(bytes: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut kept = vec![0xff, 0xd8];
    let mut turned = None;
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // Markers may be led by any number of these.
            0xff => at += 1,
            0xd9 => break,
            0x01 | 0xd0..=0xd7 => {
                kept.extend_from_slice(&[0xff, marker]);
                at += 2;
            }
            0x00 | 0xd8 => return None,
            _ => {
                let length = usize::from(big_u16(bytes, at + 2)?);
                let segment = bytes.get(at..at + 2 + length)?;
                let content = segment.get(4..)?;
                if belongs_to_the_picture(marker, content) {
                    kept.extend_from_slice(segment);
                } else if marker == APP1 && turned.is_none() {
                    turned = content.strip_prefix(EXIF).and_then(orientation);
                    turned.into_iter().for_each(|turned| kept.extend_from_slice(&upright(turned)));
                }
                at += 2 + length;
                if marker == SCAN {
                    let end = end_of_scan(bytes, at);
                    kept.extend_from_slice(&bytes[at..end]);
                    at = end;
                    // Many cameras and programs forget the end; everybody shows such a picture.
                    if at == bytes.len() {
                        break;
                    }
                }
            }
        }
    }
    kept.extend_from_slice(&END);
    Some((kept, turned.is_some_and(|turned| turned >= 5)))
}

fn belongs_to_the_picture(marker: u8, content: &[u8]) -> bool {
    match marker {
        // Tables, frames, scans.
        0xc0..=0xcf | 0xda..=0xdf => true,
        // Without a thumbnail.
        0xe0 => content.starts_with(b"JFIF\0") && content.len() == 14,
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        0xee => content.starts_with(b"Adobe"),
        _ => false,
    }
}

/// Where the points end that begin here: at the next marker, or with the file.
fn end_of_scan(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(next) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xff)) {
        at += next;
        match bytes.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => return at,
            None => break,
        }
    }
    bytes.len()
}

/// Which way is up, as EXIF has it: 2 to 8 for a picture that is to be turned or mirrored.
fn orientation(tiff: &[u8]) -> Option<u8> {
    const TAG: u16 = 0x0112;
    const MOST_ENTRIES: u16 = 512;
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let u16_at = |at| big_u16(tiff, at).map(|read| if is_little { read.swap_bytes() } else { read });
    let u32_at = |at| big_u32(tiff, at).map(|read| if is_little { read.swap_bytes() } else { read });
    let directory = usize::try_from(u32_at(4)?).ok()?;
    let entries = u16_at(directory)?.min(MOST_ENTRIES);
    let mut places = (0..entries).map(|entry| directory.saturating_add(2 + 12 * usize::from(entry)));
    let place = places.find(|place| u16_at(*place) == Some(TAG))?;
    u8::try_from(u16_at(place.checked_add(8)?)?).ok().filter(|turned| (2..=8).contains(turned))
}

/// EXIF that says which way is up, and nothing else.
fn upright(turned: u8) -> [u8; 36] {
    #[rustfmt::skip]
    let segment = [
        0xff, APP1, 0, 34, b'E', b'x', b'i', b'f', 0, 0,
        b'M', b'M', 0, b'*', 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0,
        0, 0, 0, 0,
    ];
    segment
}
