use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::{Doing, Failure, Result};
use crate::workspace;

/// A command that starts in the workspace's root.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    command
}

pub fn cargo(args: &[&str]) -> Command {
    // Cargo says which cargo runs us, so that `cargo +nightly xtask` stays on nightly.
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args);
    cargo
}

pub fn npm(args: &[&str]) -> Command {
    let mut npm = command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.current_dir(workspace::ui()).args(args);
    npm
}

/// One line of progress: what happens now, and why.
pub fn say(words: impl AsRef<str>) {
    println!("==> {}", words.as_ref());
}

/// Runs a command whose failure ends the chore.
pub fn must(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{}` failed: {status}", line(command)))) }
}

pub fn status(command: &mut Command) -> Result<ExitStatus> {
    println!("    $ {}", line(command));
    command.status().doing(format_args!("start `{}`", line(command)))
}

/// Runs a command and hands over each line of its standard output as it comes; whether it is shown is up to the caller.
pub fn listen(command: &mut Command, mut heard: impl FnMut(&str)) -> Result<ExitStatus> {
    println!("    $ {}", line(command));
    let mut child = command.stdout(Stdio::piped()).spawn().doing(format_args!("start `{}`", line(command)))?;
    let stdout = child.stdout.take().expect("stdout was just asked to be a pipe");
    let mut reader = BufReader::new(stdout);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes).doing(format_args!("read from `{}`", line(command)))? > 0 {
        heard(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']));
        bytes.clear();
    }
    child.wait().doing(format_args!("wait for `{}`", line(command)))
}

/// What a command prints when it succeeds; `None` when it cannot be started or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it. For eyes only: nothing is quoted for a shell.
pub fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    std::iter::once(program).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
