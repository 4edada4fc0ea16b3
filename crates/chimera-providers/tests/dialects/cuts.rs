//! Networks cut streams anywhere: in a letter, in a line end, in a number. None of it may show.

use chimera_core::ErrorClass;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::tables::{VENDORS, Vendor};

fn any_fact() -> impl Strategy<Value = (&'static Vendor, &'static str)> {
    (0..VENDORS.len(), any::<Index>()).prop_map(|(vendor, fact)| {
        let vendor = &VENDORS[vendor];
        (vendor, fact.get(vendor.facts).0)
    })
}

#[test]
fn byte_by_byte_is_the_same_as_all_at_once() {
    for vendor in &VENDORS {
        for (name, ..) in vendor.facts {
            let bytes = vendor.bytes(name);
            let single: Vec<&[u8]> = bytes.chunks(1).collect();

            assert_eq!((vendor.read)(&single), (vendor.read)(&[&bytes]), "{}/{name}", vendor.name);
        }
    }
}

#[test]
fn a_stream_cut_anywhere_has_a_named_end_and_a_true_beginning_of_the_text() {
    for vendor in &VENDORS {
        for (name, text, end) in vendor.facts {
            for (cut, heard) in (vendor.cut)(&vendor.bytes(name)).into_iter().enumerate() {
                let place = format!("{}/{name} cut at {cut}", vendor.name);

                assert!(text.starts_with(&heard.text), "{place} says {:?}", heard.text);
                match heard.finish() {
                    Err(ErrorClass::Truncated | ErrorClass::Malformed) => {}
                    // Words may follow a reason that came early; until then it is the reason.
                    _ if comes_early(name) => {}
                    found if found == *end => assert_eq!(heard.text, *text, "{place} passes for whole"),
                    found => panic!("{place} ends as {found:?}"),
                }
            }
        }
    }
}

/// Facts about a reason that is announced before the last word.
fn comes_early(fact: &str) -> bool {
    ["stop_in_empty_events_first", "stop_announced_too_early", "words_after_a_stop"].contains(&fact)
}

proptest! {
    #[test]
    fn how_a_stream_is_chunked_makes_no_difference((vendor, fact) in any_fact(), cuts in prop::collection::vec(any::<Index>(), 0..12)) {
        let bytes = vendor.bytes(fact);
        let mut positions: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).chain([0, bytes.len()]).collect();
        positions.sort_unstable();
        let chunks: Vec<&[u8]> = positions.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();

        prop_assert_eq!((vendor.read)(&chunks), (vendor.read)(&[&bytes]), "{}/{}", vendor.name, fact);
    }

    #[test]
    fn garbage_never_passes_for_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for vendor in &VENDORS {
            prop_assert!((vendor.read)(&[&bytes]).finish().is_err());
        }
    }
}
