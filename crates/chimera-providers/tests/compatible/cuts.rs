//! Networks cut streams anywhere: in a letter, in a line end, in a number. None of it may show.

use chimera_core::ErrorClass;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::facts::{FACTS, bytes};
use crate::listening::read;

#[test]
fn byte_by_byte_is_the_same_as_all_at_once() {
    for (name, ..) in FACTS {
        let bytes = bytes(name);

        assert_eq!(read(bytes.chunks(1)), read([&bytes[..]]), "{name}");
    }
}

#[test]
fn a_stream_cut_anywhere_has_a_named_end_and_a_true_beginning_of_the_text() {
    for (name, text, end) in FACTS.iter().filter(|(_, _, end)| end.is_ok()) {
        let bytes = bytes(name);
        for cut in 0..bytes.len() {
            let heard = read([&bytes[..cut]]);

            assert!(text.starts_with(&heard.text), "{name} cut at {cut} says {:?}", heard.text);
            match heard.finish() {
                Ok(finish) => {
                    assert_eq!((Ok(finish), heard.text.as_str()), (*end, *text), "{name} cut at {cut} passes for whole")
                }
                Err(ErrorClass::Truncated | ErrorClass::Malformed) => {}
                Err(class) => panic!("{name} cut at {cut} is called {class:?}"),
            }
        }
    }
}

proptest! {
    #[test]
    fn how_a_stream_is_chunked_makes_no_difference(fact in 0..FACTS.len(), cuts in prop::collection::vec(any::<Index>(), 0..12)) {
        let bytes = bytes(FACTS[fact].0);
        let mut positions: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).chain([0, bytes.len()]).collect();
        positions.sort_unstable();
        let chunks = positions.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);

        prop_assert_eq!(read(chunks), read([&bytes[..]]), "{}", FACTS[fact].0);
    }

    #[test]
    fn garbage_never_passes_for_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(read([&bytes[..]]).finish().is_err());
    }
}
