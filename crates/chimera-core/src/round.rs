use serde::{Deserialize, Serialize};

use crate::{AttemptId, TurnId};

/// The words so far of a turn that nobody is shown before its round is over: kept for the case of a crash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    pub turn: TurnId,
    pub text: String,
    /// Who said what of it, in order.
    pub shares: Vec<Share>,
}

/// From this character on the words are those of this attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub attempt: AttemptId,
    pub from_char: u32,
}
