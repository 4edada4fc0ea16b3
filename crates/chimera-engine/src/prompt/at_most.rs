use chimera_core::{ModelFacts, ReplyRequest};

use super::pictures::MOST_TOKENS;

/// Tokens that a vendor puts around a message to tell where it begins and who speaks.
const FRAME: u32 = 8;
/// What is longer is no word that a vocabulary would know, but a hash, a key or encoded data.
const LONGEST_WORD: usize = 20;

/// More tokens than a question has, whatever vocabulary its model reads by; an image takes what it takes at the dearest.
pub fn at_most_tokens(request: &ReplyRequest, facts: &ModelFacts) -> u32 {
    let messages: u32 = request.messages.iter().map(|message| at_most_tokens_of(&message.text)).sum();
    let images: usize = request.messages.iter().map(|message| message.images.len()).sum();
    let images = u32::try_from(images).unwrap_or(u32::MAX).saturating_mul(facts.image_tokens.unwrap_or(MOST_TOKENS));
    messages.saturating_add(at_most_tokens_of(&request.system)).saturating_add(images)
}

/// The same of one text. No vocabulary has a token that is less than a byte, so bytes are counted; but for what people
/// write most that would be four times what it comes to, so a word of plain letters counts a third of its letters, a
/// letter of the Cyrillic script one token, and a sign that stands for a word or a syllable two.
/// `tests/vocabularies.json` holds what six vocabularies made of such texts.
pub fn at_most_tokens_of(text: &str) -> u32 {
    let mut tokens = 0;
    let mut rest = text;
    while let Some(&first) = rest.as_bytes().first() {
        let length = if first.is_ascii_alphanumeric() {
            let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
            tokens += of_run(&rest.as_bytes()[..end]);
            end
        } else if first.is_ascii() {
            // One space is of the word it stands before.
            let is_gap = first == b' ' && rest.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic);
            tokens += usize::from(!is_gap);
            1
        } else {
            let sign = rest.chars().next().unwrap_or_default();
            tokens += of_sign(sign);
            sign.len_utf8()
        };
        rest = &rest[length..];
    }
    u32::try_from(tokens).unwrap_or(u32::MAX).saturating_add(FRAME)
}

/// Of letters and digits without a gap.
fn of_run(run: &[u8]) -> usize {
    let is_word = run.len() <= LONGEST_WORD && run[0].is_ascii_alphabetic();
    match is_word && run[1..].iter().all(u8::is_ascii_lowercase) {
        true => run.len().div_ceil(3),
        false => run.len(),
    }
}

fn of_sign(sign: char) -> usize {
    match sign {
        '\u{400}'..='\u{45f}' => 1,
        '\u{3000}'..='\u{9fff}' => 2,
        _ => sign.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::prompt::Tokens;

    #[derive(Deserialize)]
    struct Vocabularies {
        samples: Vec<Sample>,
    }

    #[derive(Deserialize)]
    struct Sample {
        name: String,
        text: String,
        /// By the vocabulary's name.
        tokens: BTreeMap<String, u32>,
    }

    #[test]
    fn no_vocabulary_makes_more_of_a_text() {
        let told: Vocabularies = serde_json::from_str(include_str!("../../tests/vocabularies.json")).unwrap();
        assert!(told.samples.len() >= 30 && told.samples.iter().all(|sample| sample.tokens.len() == 6));
        for Sample { name, text, tokens } in told.samples {
            let most = at_most_tokens_of(&text) - FRAME;
            let most_made = *tokens.values().max().unwrap();
            assert!(most_made <= most, "{name}: {tokens:?}, but at most {most} are reserved");
        }
    }

    #[test]
    fn what_people_write_most_is_not_counted_for_several_times_what_it_is() {
        let told: Vocabularies = serde_json::from_str(include_str!("../../tests/vocabularies.json")).unwrap();
        for name in ["english", "german", "chinese", "code"] {
            let sample = told.samples.iter().find(|sample| sample.name == name).unwrap();
            let most_made = *sample.tokens.values().max().unwrap();
            let most = at_most_tokens_of(&sample.text) - FRAME;
            assert!(most <= most_made * 2, "{name}: {most} for {most_made}");
        }
    }

    proptest! {
        #[test]
        fn it_is_no_less_than_the_estimate_and_no_more_than_the_bytes(text in "(\\PC|[a-z ]|[0-9A-F]|\n){0,200}") {
            let most = at_most_tokens_of(&text);
            let estimate = Tokens::of(&text).count();
            let bytes = u32::try_from(text.len()).unwrap();
            prop_assert!(estimate <= most, "{} of {}", most, estimate);
            prop_assert!(most <= bytes + FRAME);
        }
    }
}
