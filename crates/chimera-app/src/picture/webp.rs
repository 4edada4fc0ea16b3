const KEPT: [&[u8]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"];
/// Those of them without which there is nothing to be seen.
const POINTS: [&[u8]; 3] = [b"VP8 ", b"VP8L", b"ANMF"];
/// Says in the header that there is EXIF, or XMP.
const HAS_METADATA: u8 = 0x08 | 0x04;

/// The same without metadata; None when it is not whole.
pub(super) fn stripped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    // What stands behind the end of the container is none of it.
    let end = usize::try_from(little_u32(bytes, 4)?).ok()?.checked_add(8)?;
    let mut rest = bytes.get(12..end.min(bytes.len()))?;
    if !rest.starts_with(b"VP8") {
        return None;
    }
    let mut has_points = false;
    while !rest.is_empty() {
        let kind = rest.get(..4)?;
        let size = usize::try_from(little_u32(rest, 4)?).ok()?;
        let (chunk, behind) = rest.split_at_checked(size.checked_add(8)?)?;
        has_points |= POINTS.contains(&kind);
        if KEPT.contains(&kind) {
            let start = kept.len();
            kept.extend_from_slice(chunk);
            if let Some(flags) = kept.get_mut(start + 8).filter(|_| kind == b"VP8X") {
                *flags &= !HAS_METADATA;
            }
            // Chunks begin at even places.
            kept.extend(std::iter::repeat_n(0, size % 2));
        }
        rest = behind.get(size % 2..).unwrap_or_default();
    }
    if !has_points {
        return None;
    }
    let size = u32::try_from(kept.len() - 8).ok()?;
    kept[4..8].copy_from_slice(&size.to_le_bytes());
    Some(kept)
}

fn little_u32(bytes: &[u8], at: usize) -> Option<u32> {
    super::big_u32(bytes, at).map(u32::swap_bytes)
}
