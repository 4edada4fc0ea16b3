//! Bytes nobody foresaw, thrown at everything that reads what a server sends.

mod seeds;
mod wish;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use self::wish::Wish;
use crate::failure::{Doing, Failure, Result};
use crate::process::{answer, command, listen, say};
use crate::setup;
use crate::workspace;

/// Every target, and the folders of fixtures that it begins with.
const TARGETS: &[(&str, &[&str])] = &[
    ("sse", &["anthropic", "compatible", "gemini", "responses"]),
    ("compatible", &["compatible"]),
    ("responses", &["responses"]),
    ("anthropic", &["anthropic"]),
    ("gemini", &["gemini"]),
];

/// Inputs longer than this find nothing that shorter ones do not, and are slow.
const LONGEST: usize = 4096;

/// Runs one target, or each in turn, and tells how many inputs were tried.
pub fn fuzz(words: &[String]) -> Result<ExitCode> {
    let wish = Wish::read(words, TARGETS.iter().map(|(name, _)| *name))?;
    nightly()?;
    let cargo_fuzz = setup::cargo_fuzz()?;
    let mut findings = Vec::new();
    let mut tried = Vec::new();
    for (name, fixtures) in TARGETS.iter().filter(|(name, _)| wish.includes(name)) {
        say(format!("{name}: {} s", wish.seconds));
        let folder = workspace::own("fuzz")?.join(name);
        match run(&cargo_fuzz, name, fixtures, &folder, wish.seconds)? {
            Outcome::Nothing { runs } => tried.push(format!("  {name:<12} {runs:>12} inputs, nothing found")),
            Outcome::Found => {
                findings.push(format!("  {name:<12} an input that breaks it lies in {}", folder.display()))
            }
        }
    }
    println!("\n{}", [tried, findings.clone()].concat().join("\n"));
    if findings.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(Failure::new("the fuzzer found something")) }
}

enum Outcome {
    Nothing { runs: u64 },
    Found,
}

fn run(cargo_fuzz: &Path, name: &str, fixtures: &[&str], folder: &Path, seconds: u32) -> Result<Outcome> {
    let (seeds, corpus) = (folder.join("seeds"), folder.join("corpus"));
    fs::create_dir_all(&corpus).doing(format_args!("create {}", corpus.display()))?;
    seeds::plant(&seeds, fixtures)?;

    let mut fuzz = on_nightly(cargo_fuzz);
    fuzz.args(["fuzz", "run", "--fuzz-dir", "fuzz", name]).args([&corpus, &seeds]).arg("--");
    fuzz.arg(format!("-artifact_prefix={}/", folder.display()));
    fuzz.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={LONGEST}"));
    fuzz.args(["-print_final_stats=1", "-timeout=10"]);
    // The tallies come over the same channel as the compiler's words, which are for whoever waits.
    let report = folder.join("report");
    let log = fs::File::create(&report).doing(format_args!("write {}", report.display()))?;
    fuzz.stderr(log);
    let status = listen(&mut fuzz, |line| println!("{line}"))?;
    let said = fs::read_to_string(&report).doing(format_args!("read {}", report.display()))?;
    let runs =
        said.lines().rev().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok());
    match runs {
        Some(runs) if status.success() => Ok(Outcome::Nothing { runs }),
        _ => {
            let end: Vec<&str> = said.lines().rev().take(40).collect();
            eprintln!("{}", end.into_iter().rev().collect::<Vec<_>>().join("\n"));
            if said.contains("SUMMARY: ") || said.contains("ERROR: libFuzzer") {
                Ok(Outcome::Found)
            } else {
                Err(Failure::new(format!("`{name}` could not be fuzzed: see {}", report.display())))
            }
        }
    }
}

/// A fuzzer asks the compiler for counters and for a memory checker, which only a nightly one gives.
fn nightly() -> Result<()> {
    let remedy = "a nightly compiler is missing: rustup toolchain install nightly --profile minimal";
    answer(on_nightly(Path::new("rustc")).arg("--version").env_remove("RUSTC"))
        .filter(|version| version.contains("nightly"))
        .map(drop)
        .ok_or_else(|| Failure::new(remedy))
}

fn on_nightly(program: &Path) -> Command {
    let mut command = command(PathBuf::from(program));
    // Cargo has told us which of its versions runs us; what is started here is to ask for another.
    command.env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTDOC");
    command
}
