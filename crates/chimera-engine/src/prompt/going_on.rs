//! The question to go on with a turn that another model broke off: what was said is quoted and not put into anybody's
//! mouth, for many models take no answer that somebody else began.

use super::neutral::without_control_tokens;
use super::tokens::{Tokens, shortened};

/// What was said before the break, as it is quoted, and what is left of the window beside it.
pub fn quoted(said: &str, window: Tokens) -> (Tokens, String) {
    let half = Tokens(window.0 / 2);
    let text = shortened(said, half).unwrap_or_else(|| said.to_owned());
    let text = without_control_tokens(&text).into_owned();
    (Tokens(window.0 - Tokens::of(&text).0.min(half.0)), text)
}

/// It stands behind everything else.
pub fn request(quoted: &str) -> String {
    format!(
        "(Your turn was cut off by a fault of the line. This much of it has been said and stands:\n\n\"\"\"\n{quoted}\n\"\"\"\n\n\
         Go on exactly where it breaks off, in the same language and manner, and finish the turn. Repeat nothing of it \
         and say nothing about the break. If it breaks off inside a word, begin with that whole word.)"
    )
}
