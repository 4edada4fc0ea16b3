use std::process::ExitCode;

use crate::failure::Result;
use crate::process::{cargo, npm};
use crate::report::Report;
use crate::setup::{self, Purpose};
use crate::ui;

pub fn without_the_window() -> Result<ExitCode> {
    let mut report = Report::default();
    prepare(&mut report, Purpose::Tests);
    run(&mut report);
    Ok(report.close())
}

pub fn prepare(report: &mut Report, purpose: Purpose) {
    report.prepare("set-up: the machine", || setup::machine(purpose));
    report.prepare("set-up: rustfmt and clippy", setup::lint_tools);
    // Clippy and the tests compile the window, which embeds the page.
    report.prepare("set-up: the window's page", ui::page);
}

/// Cheap checks first, so that a slip shows within seconds.
pub fn run(report: &mut Report) {
    report.check("Rust: format", &mut cargo(&["fmt", "--all", "--check"]));
    report.check("window: types (svelte-check)", &mut npm(&["run", "check"]));
    report.check("window: lint (eslint)", &mut npm(&["run", "lint"]));
    report.vitest("window: tests (vitest)");
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    report.check("Rust: lint (clippy)", &mut cargo(&clippy));
    // `--all-targets` passes over a test that is not run by default.
    let clippy = ["clippy", "--test", "e2e", "--", "--deny", "warnings"];
    report.check("Rust: lint of the window's tests (clippy)", &mut cargo(&clippy));
    report.cargo_tests("Rust: tests", &mut cargo(&["test", "--workspace", "--no-fail-fast"]));
}
