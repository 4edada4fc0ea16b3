//! What somebody said, so that it can pose as nothing else: not as the frame of a chat template, not as the system, and
//! not as another speaker.

use std::borrow::Cow;

use crate::names::{USER, is_sign, key};

/// Words that models were trained to obey in front of a colon.
const ROLES: [&str; 7] = ["System", "Assistant", "Human", "Developer", "Tool", "Instruction", USER];

/// Control tokens of common chat templates that have no form in common.
const CONTROL: [&str; 11] = [
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "<s>",
    "</s>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<bos>",
    "<eos>",
    "[SYSTEM_PROMPT]",
];
/// Those that have: `<|im_start|>` and its kin, with the bars of either width.
const BARS: [(&str, &str); 2] = [("<|", "|>"), ("<｜", "｜>")];
const MAX_TOKEN_CHARS: usize = 40;

/// Whose names would let a line pose as theirs.
pub struct Speakers(Vec<String>);

impl Speakers {
    pub fn called<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self(ROLES.into_iter().chain(names).map(key).collect())
    }

    /// Whether a line begins with one of the names and a colon, whatever marks and blanks are around it.
    fn lead(&self, line: &str) -> bool {
        let lead = line.trim_start_matches(is_sign).split_once([':', '：']);
        lead.is_some_and(|(lead, _)| !lead.is_empty() && self.0.contains(&key(lead)))
    }
}

/// Another's words as they may stand behind its name and a colon.
pub fn neutral<'t>(text: &'t str, speakers: &Speakers) -> Cow<'t, str> {
    let text = without_control_tokens(text);
    let poses = |line: &str| speakers.lead(line);
    // The first line stands behind the speaker's own name and can pose as nothing.
    let Some((first, _)) = text.split_once(is_line_end).filter(|(_, rest)| rest.split(is_line_end).any(poses)) else {
        return text;
    };
    let mut quoted = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive(is_line_end) {
        // Quoted: whoever reads it sees that it was said and not that it speaks.
        if quoted.len() > first.len() && poses(line) {
            quoted.push_str("> ");
        }
        quoted.push_str(line);
    }
    Cow::Owned(quoted)
}

/// A blank inside a control token keeps it readable and takes its power.
pub fn without_control_tokens(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    // Every one of them begins so, and hardly any talk has one: it is looked through once or twice and not for each.
    if !text.as_bytes().contains(&b'<') && !text.as_bytes().contains(&b'[') {
        return text;
    }
    for token in CONTROL {
        if text.contains(token) {
            let (first, rest) = token.split_at(1);
            text = Cow::Owned(text.replace(token, &format!("{first} {rest}")));
        }
    }
    for (open, close) in BARS {
        if text.contains(open) {
            text = Cow::Owned(without_barred_tokens(&text, open, close));
        }
    }
    text
}

/// Breaks up `<|name|>`; bars that frame no name are the arrows of somebody's code.
fn without_barred_tokens(text: &str, open: &str, close: &str) -> String {
    let mut broken = String::with_capacity(text.len() + 8);
    for (position, part) in text.split(open).enumerate() {
        if position > 0 {
            let name = part.split_once(close).map_or("", |(name, _)| name);
            let is_token = (1..=MAX_TOKEN_CHARS).contains(&name.chars().count()) && !name.contains(is_line_end);
            broken.push_str(if is_token { "< " } else { "<" });
            broken.push_str(&open[1..]);
        }
        broken.push_str(part);
    }
    broken
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
