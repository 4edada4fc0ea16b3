use std::process::ExitCode;

use crate::fault::Fault;

/// Shown under `chimera --help`: scripts rely on it.
pub const HELP: &str = "\
Exit codes:
  0  done: the conversation completed or rests as it was told to, the question was answered, the history was read, or
     the act is in the history
  1  an error, told on standard error
  2  the command line was not understood
  3  no model on the route answered; for a talk the history holds every attempt
  4  paused, because a person has to look at it: a loop, a price that nobody knows, a nudge that is waited for
  5  a replay or a rebuild came out otherwise than before; the first difference is told on standard error
  6  ask: the answer broke off after its first word, and nobody went on
  7  ask: a provider's policy refused it, or held back the rest
  8  ask: cut by the limit of output tokens
     `providers test` uses 0, 3, 6, 7, 8 and 130 as `ask` does; of several connections the worst counts, in the order
     130, 3 (also: could not be asked), 6, 7, 8, 0
  130  cut off with Ctrl-C; what had been said is kept, and a talk is paused: `chimera resume` goes on";

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done,
    NotUnderstood,
    NoModelAnswered,
    CutByLimit,
    Interrupted,
    Paused,
    Differs,
    Refused,
    Stopped,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::NotUnderstood => ExitCode::from(2),
            Exit::NoModelAnswered => ExitCode::from(3),
            Exit::Paused => ExitCode::from(4),
            Exit::Differs => ExitCode::from(5),
            Exit::Interrupted => ExitCode::from(6),
            Exit::Refused => ExitCode::from(7),
            Exit::CutByLimit => ExitCode::from(8),
            Exit::Stopped => ExitCode::from(130),
        }
    }
}

pub fn report(Fault { code, message, field }: &Fault) -> ExitCode {
    // Through the side door they are another program's words.
    let message = crate::out::tame(message);
    match field {
        Some(field) => eprintln!("chimera: {message} [{code}, field {field}]"),
        None => eprintln!("chimera: {message} [{code}]"),
    }
    ExitCode::FAILURE
}
