//! Takes a key out of what a server, or a library, says: as it is, and as it looks inside of a URL or of base64.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use url::form_urlencoded;

/// A shorter key is a placeholder such as `none` or `ollama`: no secret, and to be found in plain words.
pub(super) const SHORTEST: usize = 8;
/// Fewer letters of a key than this, at a place where words were shortened, give nothing away and may be any word.
const TELLING: usize = 6;

/// The words without the key, in whatever dress and case: the names of hosts come back in lower case.
pub fn without(key: &str, text: &str) -> String {
    if key.len() < SHORTEST {
        return text.to_owned();
    }
    let text = dresses(key).iter().fold(text.to_owned(), |text, dress| replace(&text, dress));
    without_beginning(key, text)
}

fn dresses(key: &str) -> Vec<String> {
    let encoded: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
    [key.to_owned(), encoded]
        .into_iter()
        .chain((0..3).filter_map(|offset| inside_of_base64(key, offset)).flatten())
        .collect()
}

/// The letters that a key makes in base64 when so many bytes stand before it, of which neighbours change none.
fn inside_of_base64(key: &str, offset: usize) -> Option<[String; 2]> {
    let bytes = [&[0; 2][..offset], key.as_bytes()].concat();
    let inner = (offset * 8).div_ceil(6)..bytes.len() * 8 / 6;
    let cut = |encoded: String| encoded[inner.clone()].to_owned();
    // What is too short to be a key's is not looked for: it would be found in plain words.
    (inner.len() > TELLING).then(|| [cut(STANDARD_NO_PAD.encode(&bytes)), cut(URL_SAFE_NO_PAD.encode(&bytes))])
}

fn replace(text: &str, secret: &str) -> String {
    // Lower case in ASCII keeps every letter at its place.
    let (lower, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut clean = String::with_capacity(text.len());
    let mut end = 0;
    for (start, found) in lower.match_indices(&secret) {
        clean.push_str(&text[end..start]);
        clean.push('…');
        end = start + found.len();
    }
    clean.push_str(&text[end..]);
    clean
}

/// Long words are shortened before they come here, perhaps in the middle of the key.
fn without_beginning(key: &str, text: String) -> String {
    let shown = text.trim_end_matches('…');
    let lower = shown.to_ascii_lowercase();
    let key = key.to_ascii_lowercase();
    let part = key.char_indices().map(|(end, _)| &key[..end]).filter(|part| part.len() >= TELLING);
    match part.rev().find(|part| lower.ends_with(part)) {
        Some(part) => format!("{}…", &shown[..shown.len() - part.len()]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-Canary/5e1f+0b7d=";

    #[test]
    fn a_key_is_taken_out_in_every_dress() {
        for dress in [
            KEY.to_owned(),
            KEY.to_lowercase(),
            "sk-Canary%2F5e1f%2B0b7d%3D".to_owned(),
            "sk-Canary%2f5e1f%2b0b7d%3d".to_owned(),
        ] {
            assert_eq!(without(KEY, &format!("not with {dress}, no")), "not with …, no", "{dress}");
        }
    }

    #[test]
    fn a_key_inside_of_base64_is_taken_out_wherever_it_stands() {
        for before in ["", "u", "us", "user:", "Bearer "] {
            let bare = STANDARD_NO_PAD.encode(KEY);
            let encoded = STANDARD_NO_PAD.encode(format!("{before}{KEY} and more"));

            let clean = without(KEY, &format!("auth {encoded}"));

            assert!(clean.contains('…'), "{before:?}: {clean}");
            assert!(!clean.contains(&bare[4..20]), "{before:?}: {clean}");
        }
    }

    #[test]
    fn half_a_key_at_the_end_of_shortened_words_is_taken_out() {
        assert_eq!(without(KEY, "not with sk-Canary/5e…"), "not with …");
        assert_eq!(without(KEY, "not with sk-Canary"), "not with …");
        assert_eq!(without(KEY, "I ask…"), "I ask…", "the first letters of a key may be anybody's");
    }

    #[test]
    fn other_words_are_left_as_they_are() {
        assert_eq!(without(KEY, "Grüße, 船よ 🦁…"), "Grüße, 船よ 🦁…");
        assert_eq!(without("", "no key"), "no key");
        assert_eq!(without("ollama", "ollama is not running"), "ollama is not running");
        assert_eq!(without("ключ-секрет", "это ключ-секрет тут"), "это … тут");
    }
}
