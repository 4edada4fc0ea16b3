mod count;
mod failed;

use std::fs;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use self::count::Count;
use self::failed::FailedTests;
use crate::failure::{Failure, Result};
use crate::process::{self, say};
use crate::workspace;

/// What all runners said. Nothing stops at the first failure: whoever runs the tests wants to see them all.
#[derive(Default)]
pub struct Report {
    entries: Vec<Entry>,
}

struct Entry {
    name: &'static str,
    count: Count,
    took: Duration,
    note: Option<String>,
    failed: Vec<String>,
}

impl Report {
    /// A preparation: it counts only when it fails, and what depends on it then fails on its own.
    pub fn prepare(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) {
        let started = Instant::now();
        if let Err(failure) = work() {
            eprintln!("error: {failure}");
            self.enter(name, started, Count::failed(), Some(failure.to_string()), Vec::new());
        }
    }

    /// A yes or no, such as a lint: one passed or one failed.
    pub fn check(&mut self, name: &'static str, command: &mut Command) {
        say(name);
        let started = Instant::now();
        let (count, note) = match process::status(command) {
            Ok(status) if status.success() => (Count::passed(), None),
            Ok(status) => (Count::failed(), Some(status.to_string())),
            Err(failure) => (Count::failed(), Some(failure.to_string())),
        };
        self.enter(name, started, count, note, Vec::new());
    }

    /// A story told by xtask itself: one passed or one failed.
    pub fn story(&mut self, name: &'static str, tell: impl FnOnce() -> Result<ExitCode>) {
        say(name);
        let started = Instant::now();
        let (count, note) = match tell() {
            Ok(_) => (Count::passed(), None),
            Err(failure) => (Count::failed(), Some(failure.to_string())),
        };
        self.enter(name, started, count, note, Vec::new());
    }

    /// Any number of Rust test binaries behind one cargo command.
    pub fn cargo_tests(&mut self, name: &'static str, command: &mut Command) {
        say(name);
        let started = Instant::now();
        let mut count = Count::default();
        let mut failed = FailedTests::default();
        let status = process::listen(command, |line| {
            println!("{line}");
            count += Count::of_libtest(line);
            failed.hear(line);
        });
        self.enter_run(name, started, count, status, failed.names());
    }

    /// Vitest tells its count in a file, because its summary is made for eyes.
    pub fn vitest(&mut self, name: &'static str) {
        say(name);
        let started = Instant::now();
        let (count, status, failed) = match vitest() {
            Ok((count, status, failed)) => (count, Ok(status), failed),
            Err(failure) => (Count::default(), Err(failure), Vec::new()),
        };
        self.enter_run(name, started, count, status, failed);
    }

    /// Prints the table and, as the very last line, the sum.
    pub fn close(self) -> ExitCode {
        println!();
        for Entry { name, count, took, note, failed } in &self.entries {
            let note = note.as_deref().map(|note| format!("  ({note})")).unwrap_or_default();
            println!("  {name:<44} {count:<24} {:>5} s{note}", took.as_secs());
            // Of a long run often only the end is kept.
            for test in failed {
                println!("      failed: {test}");
            }
        }
        let sum = self.entries.iter().fold(Count::default(), |sum, entry| sum + entry.count);
        println!("\n{sum}");
        if sum.failed == 0 && sum.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// A runner's own count is believed unless its exit code contradicts it, or it ran nothing at all.
    fn enter_run(
        &mut self,
        name: &'static str,
        started: Instant,
        mut count: Count,
        status: Result<ExitStatus>,
        failed: Vec<String>,
    ) {
        let trouble = match status {
            Err(failure) => Some(failure.to_string()),
            Ok(status) if !status.success() => Some(status.to_string()),
            Ok(_) if count == Count::default() => Some("ran no test".to_owned()),
            Ok(_) => None,
        };
        if trouble.is_some() && count.failed == 0 {
            count += Count::failed();
        }
        self.enter(name, started, count, trouble, failed);
    }

    fn enter(&mut self, name: &'static str, started: Instant, count: Count, note: Option<String>, failed: Vec<String>) {
        self.entries.push(Entry { name, count, took: started.elapsed(), note, failed });
    }
}

fn vitest() -> Result<(Count, ExitStatus, Vec<String>)> {
    let report = workspace::own("vitest.json")?;
    // Yesterday's report must not speak for a run that never got to write one.
    let _ = fs::remove_file(&report);
    let output = format!("--outputFile.json={}", report.display());
    let status = process::status(&mut process::npm(&["test", "--", "--reporter=default", "--reporter=json", &output]))?;
    let json = fs::read_to_string(&report).map_err(|_| Failure::new(format!("vitest wrote no report ({status})")))?;
    let count = Count::of_vitest(&json).ok_or_else(|| Failure::new("vitest's report holds no counts"))?;
    Ok((count, status, failed::of_vitest(&json)))
}
