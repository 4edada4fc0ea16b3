use std::process::ExitCode;

use chimera_app::Error;

/// Shown under `chimera --help`: scripts rely on it.
pub const HELP: &str = "\
Exit codes:
  0  done: the conversation completed, the question was answered, or the history was read
  1  an error, told on standard error
  2  the command line was not understood
  3  no model on the route answered; for a talk the history holds every attempt
  4  paused, because a person has to look at it: a loop, a price that nobody knows
  5  a replay or a rebuild came out otherwise than before; the first difference is told on standard error
  6  ask: the answer broke off after its first word, and nobody went on
  7  ask: a provider's policy refused it, or held back the rest
  8  ask: cut by the limit of output tokens
  130  stopped with Ctrl-C; what had been said is kept";

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

pub fn report(error: &Error) -> ExitCode {
    match &error.field {
        Some(field) => eprintln!("chimera: {error} [{}, field {field}]", error.code.as_str()),
        None => eprintln!("chimera: {error} [{}]", error.code.as_str()),
    }
    ExitCode::FAILURE
}
