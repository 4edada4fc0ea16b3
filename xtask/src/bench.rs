use std::process::ExitCode;

use crate::failure::Result;
use crate::process::{cargo, must};

pub fn bench(words: &[String]) -> Result<ExitCode> {
    must(cargo(&["bench", "--package", "chimera-app", "--bench", "engine_overhead", "--"]).args(words))?;
    Ok(ExitCode::SUCCESS)
}
