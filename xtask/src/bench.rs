use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::process::{cargo, must};

/// A benchmark's name, and where cargo finds it.
const BENCHES: &[(&str, [&str; 4])] = &[
    ("engine-token", ["--package", "chimera-app", "--bench", "engine_overhead"]),
    ("engine-decision", ["--package", "chimera-engine", "--bench", "decision"]),
    ("prompt", ["--package", "chimera-engine", "--bench", "prompt"]),
    ("conv-100", ["--package", "chimera-app", "--bench", "crowd"]),
    ("rebuild", ["--package", "chimera-store", "--bench", "rebuild"]),
    ("provider", ["--package", "chimera-providers", "--bench", "loopback"]),
];

/// The named benchmarks, or all of them.
pub fn bench(names: &[String]) -> Result<ExitCode> {
    for name in names {
        if !BENCHES.iter().any(|(known, _)| known == name) {
            let known: Vec<_> = BENCHES.iter().map(|(known, _)| *known).collect();
            return Err(Failure::new(format!("there is no benchmark `{name}`: choose from {}", known.join(", "))));
        }
    }
    for (name, place) in BENCHES {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            must(cargo(&["bench"]).args(place))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
