use std::process::ExitCode;

use chimera_app::Error;

/// Shown under `chimera --help`: scripts rely on it.
pub const HELP: &str = "\
Exit codes:
  0  done: the conversation completed, or the history was read
  1  an error, told on standard error
  2  the command line was not understood
  3  no model on a speaker's route answered; the history holds every attempt
  4  paused, because a person has to look at it: a loop, a price that nobody knows
  5  a replay or a rebuild came out otherwise than before; the first difference is told on standard error
  130  stopped with Ctrl-C; what had been said is kept";

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done,
    NoModelAnswered,
    Paused,
    Differs,
    Stopped,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::NoModelAnswered => ExitCode::from(3),
            Exit::Paused => ExitCode::from(4),
            Exit::Differs => ExitCode::from(5),
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
