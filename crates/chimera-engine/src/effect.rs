use std::time::Duration;

use chimera_core::{AttemptId, Delta, EventKind, ModelRef, ReplyRequest, TurnId};
use serde::{Deserialize, Serialize};

use crate::health::Ending;

/// What the machine wants done, in this order. Effects carry no IO: they are plain data that tests can read.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// To be durable before anything after it is done.
    Record(Vec<EventKind>),
    Ask {
        attempt: AttemptId,
        model: ModelRef,
        /// Who is left on the route after it: if none of them can be asked either, it is.
        others: Vec<ModelRef>,
        request: ReplyRequest,
    },
    /// How an attempt ended, for whoever keeps track of the model's health, and when its question went out by the
    /// monotonic clock.
    Report { attempt: AttemptId, model: ModelRef, asked: Duration, ending: Ending },
    /// More words of an unfinished message: to be shown at once, never stored.
    Show(Delta),
    /// More words of a turn that nobody is shown before its round is over: to be kept as a checkpoint is.
    Withhold { turn: TurnId },
    /// All that was said in this turn is to be kept before anything after it is done.
    Keep { turn: TurnId },
    /// Nobody listens to this attempt any more.
    Cancel { attempt: AttemptId },
    /// To be handed back as [`Input::Wake`](crate::Input::Wake) at this time of the monotonic clock. A new one
    /// replaces the one before.
    WakeAt { token: WakeToken, at: Duration },
}

/// Which wake-up this is: the machine ignores all but the newest.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WakeToken(pub(crate) u64);
