//! The streams that are read: no two events of one are alike, as at a real vendor.

use std::fmt::Write;

const PROSE: &str = "The keeper of the old lighthouse climbed the stairs every evening, counted the steps aloud (\"one, \
                     two\"), lit the lamp, and wrote into his book what the sea had been like.\n\nWhich ships had passed? \
                     Who had waved? Grüße an alle: he remembered 1,204 of them. ";
const END: &str =
    "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

/// Which stream a path asks for: `N` deltas, or `counted-N`, where each also says what has been used so far, so that
/// there is something to be understood in every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub deltas: usize,
    pub counted: bool,
}

impl Wanted {
    pub fn read(path: &str) -> Option<Self> {
        let counted = path.strip_prefix("counted-");
        Some(Self { deltas: counted.unwrap_or(path).parse().ok()?, counted: counted.is_some() })
    }

    /// Bytes of all its words.
    pub fn letters(self) -> usize {
        words().take(self.deltas).map(str::len).sum()
    }

    pub fn events(self) -> String {
        let mut events = String::with_capacity((self.deltas + 2) * 300);
        for (number, word) in words().take(self.deltas).enumerate() {
            let word = word.replace('"', "\\\"").replace('\n', "\\n");
            let usage = match self.counted {
                true => format!("{{\"prompt_tokens\":19,\"completion_tokens\":{number}}}"),
                false => "null".to_owned(),
            };
            let padding = padding(number);
            write!(
                events,
                "data: {{\"id\":\"chatcmpl-{number:08x}\",\"object\":\"chat.completion.chunk\",\"created\":{},\"model\":\"m\",\
                 \"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{word}\"}},\"logprobs\":null,\"finish_reason\":null}}],\
                 \"usage\":{usage},\"sequence_number\":{number},\"obfuscation\":\"{padding}\"}}\n\n",
                1_795_376_782 + number / 50
            )
            .expect("memory takes everything");
        }
        events + END
    }
}

fn words() -> impl Iterator<Item = &'static str> {
    std::iter::repeat(PROSE).flat_map(|prose| prose.split_inclusive(' '))
}

/// As OpenAI hides the length of its words, from the same dice in every run.
fn padding(number: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut dice = number as u64;
    let mut throw = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize
    };
    let length = throw() % 16;
    (0..length).map(|_| char::from(LETTERS[throw() % LETTERS.len()])).collect()
}
