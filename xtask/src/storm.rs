use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::process::{cargo, must};

const RUNS: u32 = 1_000;

/// The storm of the tests, longer: conversations on small budgets while the app is closed and killed under them.
pub fn storm(words: &[String]) -> Result<ExitCode> {
    let runs = match words {
        [] => RUNS,
        [flag, runs] if flag == "--runs" => {
            runs.parse().map_err(|_| Failure::new(format!("--runs takes a number, and was given `{runs}`")))?
        }
        [word, ..] => return Err(Failure::new(format!("`storm` knows only --runs N, and was given `{word}`"))),
    };
    // With the features of the whole workspace, which are built already.
    let test = ["test", "--workspace", "--test", "journeys", "storm", "--", "--nocapture"];
    must(cargo(&test).env("CHIMERA_STORMS", runs.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
