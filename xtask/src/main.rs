//! The project's chores, one command each. Whoever clones the project needs Rust and Node, and this prepares the rest.
//!
//! This room depends on no other: it must build in seconds, on a machine where nothing else is installed yet.

mod bench;
mod bindings;
mod check;
mod dev;
mod display;
mod e2e;
mod failure;
mod fuzz;
mod interop;
mod kill;
mod process;
mod python;
mod real_model;
mod report;
mod run;
mod setup;
mod stamp;
mod storm;
mod talk;
mod test;
mod ui;
mod workspace;

use std::process::ExitCode;

use crate::failure::{Failure, Result};

const HELP: &str = "\
Usage: cargo xtask <command>

  run [--release] [-- ARGS]   install what is missing, build, open the window
                              (without a display: hold the demo conversation in the terminal)
  test [--real-model] [--interop]
                              everything: format, lints, all tests, the window's tests; ends with `N passed, N failed`
  check                       the same without the window's tests
  e2e [FILTER]                only the window's tests, on a display of their own
  dev                         the window with hot reload of its page
  bindings                    write ui/src/lib/bindings.ts from the Rust types
  bench [NAME]                what engine and providers cost, against bare clients in the same run
  fuzz [TARGET] [--seconds N] bytes nobody foresaw, a minute for each reader of what a server sends (needs nightly)
  kill [--times N]            kills the program in mid-sentence, 1000 times or N, and looks for what was lost
  storm [--runs N]            1000 conversations on small budgets, or N, twenty at once, while the app is closed and
                              killed under them: looks for a call too many, and for talk that resumes by itself
  real-model                  three personas on a real language model, run on this machine, in each of its protocols
  interop                     the same through LiteLLM's proxy, which nobody here wrote, in all four protocols
  ci                          what CI runs: test --real-model";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    match dispatch(&command, &rest) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, rest: &[String]) -> Result<ExitCode> {
    match command {
        "run" => run::run(&run::Wish::read(rest)?),
        "test" => test::everything(&test::Extent::read(rest)?),
        "ci" => none(rest).and_then(|()| test::everything(&test::Extent::OF_CI)),
        "check" => none(rest).and_then(|()| check::without_the_window()),
        "e2e" => e2e::only(rest),
        "dev" => dev::dev(rest),
        "bindings" => none(rest).and_then(|()| bindings::write()),
        "bench" => bench::bench(rest),
        "kill" => kill::kill(rest),
        "storm" => storm::storm(rest),
        "fuzz" => fuzz::fuzz(rest),
        "interop" => none(rest).and_then(|()| interop::talk()),
        "real-model" => none(rest).and_then(|()| real_model::talk()),
        "" | "help" | "-h" | "--help" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Failure::new(format!("there is no command `{other}`\n\n{HELP}"))),
    }
}

/// What a command accepts, it does; a word it does not know is refused, not dropped.
fn none(rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(word) => Err(Failure::new(format!("this command takes no arguments, but was given `{word}`"))),
    }
}
