use chimera_testkit::pictures::{self, Told};
use proptest::prelude::*;

use super::*;

fn samples() -> Vec<(ImageType, Vec<u8>)> {
    vec![
        (ImageType::Png, pictures::png(3, 2, Told::Everything)),
        (ImageType::Jpeg, pictures::jpeg(Told::Everything)),
        (ImageType::Webp, pictures::webp(Told::Everything)),
        (ImageType::Gif, pictures::gif(Told::Everything)),
    ]
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn a_picture_tells_nothing_but_itself() {
    for (kind, sample) in samples() {
        assert!(holds(&sample, pictures::SECRET), "{kind:?} tells nothing that could be left out");

        let picture = Picture::read(&sample).unwrap();

        assert_eq!(picture.kind, kind);
        assert!(!holds(&picture.bytes, pictures::SECRET), "{kind:?} still tells");
        assert!(!holds(&picture.bytes, "behind"), "{kind:?} still carries what stood behind its end");
        assert_eq!(Picture::read(&picture.bytes), Ok(picture), "what is clean stays as it is");
    }
}

#[test]
fn a_picture_without_metadata_is_kept_to_the_byte() {
    for sample in [
        pictures::png(640, 480, Told::Nothing),
        pictures::jpeg(Told::Nothing),
        pictures::webp(Told::Nothing),
        pictures::gif(Told::Nothing),
    ] {
        assert_eq!(Picture::read(&sample).unwrap().bytes, sample);
    }
}

#[test]
fn a_photograph_keeps_which_way_is_up_and_is_measured_that_way() {
    let upright = Picture::read(&pictures::jpeg(Told::Nothing)).unwrap();
    let turned = Picture::read(&pictures::jpeg(Told::Everything)).unwrap();

    assert_eq!((upright.width, upright.height), pictures::JPEG_SIZE);
    assert_eq!((turned.height, turned.width), pictures::JPEG_SIZE, "its EXIF says that it lies on its side");
    assert!(holds(&turned.bytes, "Exif"));
}

#[test]
fn what_is_no_image_or_too_large_is_refused_in_words() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for other in [&svg[..], b"", b"GIF8", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"BM"] {
        assert_eq!(Picture::read(other), Err(Unfit::AnotherKind), "{other:?}");
    }
    let wide = Picture::read(&pictures::png(8_001, 1, Told::Nothing));
    assert_eq!(wide, Err(Unfit::TooManyPixels { width: 8_001, height: 1 }));
    let nothing = Picture::read(&pictures::png(0, 5, Told::Nothing));
    assert_eq!(nothing, Err(Unfit::Damaged(ImageType::Png)));
    for (kind, sample) in samples() {
        let cut = &sample[..sample.len() / 3];
        assert_eq!(Picture::read(cut), Err(Unfit::Damaged(kind)), "{kind:?} is cut short");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A hostile file is refused or read; nothing of it is ever believed so far that it breaks something.
    #[test]
    fn no_file_breaks_the_reader(
        which in 0..4_usize,
        wounds in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        end in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let (_, mut bytes) = samples().swap_remove(which);
        for (place, byte) in wounds {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if is_cut {
            bytes.truncate(end.index(bytes.len()));
        }

        if let Ok(picture) = Picture::read(&bytes) {
            prop_assert!(picture.bytes.len() <= bytes.len() + 40);
            prop_assert!(picture.width <= MAX_IMAGE_SIDE && picture.height <= MAX_IMAGE_SIDE);
            prop_assert_eq!(Picture::read(&picture.bytes), Ok(picture));
        }
    }
}
