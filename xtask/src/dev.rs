use std::process::ExitCode;

use crate::failure::Result;
use crate::process::{command, must};
use crate::setup::{self, Purpose};
use crate::{ui, workspace};

/// The window with its page served by Vite: a change in `ui/` shows at once, a change in Rust builds and restarts.
pub fn dev(words: &[String]) -> Result<ExitCode> {
    setup::machine(Purpose::Window)?;
    // The page is not shown, but the program does not compile without one to embed.
    ui::page()?;
    let tauri = workspace::ui().join("node_modules/.bin").join(if cfg!(windows) { "tauri.cmd" } else { "tauri" });
    must(command(tauri).args(["dev", "--config", "tauri.dev.conf.json"]).args(words))?;
    Ok(ExitCode::SUCCESS)
}
