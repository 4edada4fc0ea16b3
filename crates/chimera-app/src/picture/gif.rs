/// Extensions by which a picture moves; others hold comments, texts and XMP.
const MOVING: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];
const END: u8 = 0x3b;

/// The same without comments and without what stands behind its end; None when it is not whole.
pub(super) fn stripped(bytes: &[u8]) -> Option<Vec<u8>> {
    // Signature, size, a word on the colours, and the colours.
    let mut at = 13 + colours(*bytes.get(10)?);
    let mut kept = bytes.get(..at)?.to_vec();
    loop {
        let from = at;
        let is_kept = match *bytes.get(at)? {
            0x2c => {
                at = blocks_end(bytes, at + 11 + colours(*bytes.get(at + 9)?))?;
                true
            }
            0x21 => {
                let label = *bytes.get(at + 1)?;
                let name = bytes.get(at + 3..at + 14);
                at = blocks_end(bytes, at + 2)?;
                label == 0xf9 || (label == 0xff && name.is_some_and(|name| MOVING.contains(&name)))
            }
            END => {
                kept.push(END);
                return Some(kept);
            }
            _ => return None,
        };
        if is_kept {
            kept.extend_from_slice(bytes.get(from..at)?);
        }
    }
}

/// Bytes of the table of colours that a word on it speaks of.
fn colours(word: u8) -> usize {
    if word & 0x80 == 0 { 0 } else { 3 << ((word & 0x07) + 1) }
}

/// Where a row of blocks ends, each of which begins with its length; the last is empty.
fn blocks_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
