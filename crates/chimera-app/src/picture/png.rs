use super::big_u32;

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What belongs to the picture: its form, its points, its colours, and its movement. Texts, times and EXIF do not.
#[rustfmt::skip]
const KEPT: [&[u8]; 16] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs",
    b"acTL", b"fcTL", b"fdAT",
];

/// The same without metadata and without what stands behind its end; None when it is not whole.
pub(super) fn stripped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = SIGNATURE.to_vec();
    let mut rest = bytes.get(SIGNATURE.len()..)?;
    if rest.get(4..8)? != b"IHDR" {
        return None;
    }
    loop {
        // Length, kind, content, checksum.
        let whole = usize::try_from(big_u32(rest, 0)?).ok()?.checked_add(12)?;
        let kind = rest.get(4..8)?;
        let (chunk, behind) = rest.split_at_checked(whole)?;
        if KEPT.contains(&kind) {
            kept.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(kept);
        }
        rest = behind;
    }
}
