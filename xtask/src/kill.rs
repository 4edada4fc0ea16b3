use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::process::{cargo, must};

const TIMES: u32 = 1_000;

/// The kill story of the tests, more often and with its times judged: on a machine that does nothing else.
pub fn kill(words: &[String]) -> Result<ExitCode> {
    let times = match words {
        [] => TIMES,
        [flag, times] if flag == "--times" => {
            times.parse().map_err(|_| Failure::new(format!("--times takes a number, and was given `{times}`")))?
        }
        [word, ..] => return Err(Failure::new(format!("`kill` knows only --times N, and was given `{word}`"))),
    };
    // With the features of the whole workspace, which are built already.
    let test = ["test", "--workspace", "--test", "kill", "--", "--nocapture"];
    must(cargo(&test).env("CHIMERA_KILLS", times.to_string()))?;
    Ok(ExitCode::SUCCESS)
}
