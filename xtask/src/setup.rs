//! What a machine needs before the project builds: looked for each time, installed or named only when missing.

mod apt;
mod node;
mod tools;

pub use tools::{cargo_fuzz, lint_tools, tauri_driver};

use crate::failure::Result;

/// What the machine is wanted for; each purpose includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// The command line only: no window, no Node.
    Terminal,
    Window,
    Tests,
    WindowTests,
}

pub fn machine(purpose: Purpose) -> Result<()> {
    if cfg!(target_os = "linux") {
        apt::packages(purpose)?;
    } else if cfg!(target_os = "macos") {
        tools::xcode()?;
    } else if cfg!(windows) && purpose >= Purpose::Window {
        tools::webview2()?;
    }
    if purpose >= Purpose::Window {
        node::is_new_enough()?;
    }
    Ok(())
}

/// A Python that can make virtual environments, which Debian splits off.
pub fn python() -> Result<()> {
    if cfg!(target_os = "linux") { apt::install(&["python3", "python3-venv"]) } else { Ok(()) }
}
