use std::path::PathBuf;

use crate::failure::{Doing, Result};
use crate::process::{must, npm, say};
use crate::stamp::Stamp;
use crate::workspace;

/// The npm packages of the window, as the lock file names them.
pub fn packages() -> Result<()> {
    let ui = workspace::ui();
    let stamp = Stamp::of("npm", &[ui.join("package.json"), ui.join("package-lock.json")])?;
    if stamp.is_current() && ui.join("node_modules").is_dir() {
        return Ok(());
    }
    say("installing the window's npm packages (ui/package-lock.json is new or has changed)");
    must(npm(&["ci"]).args(["--no-fund", "--no-audit"]))?;
    stamp.keep()
}

/// The page that the program embeds. It must exist before cargo builds the window.
///
/// Left alone when its sources are unchanged: a rewritten `ui/dist` would make cargo embed and link again.
pub fn page() -> Result<()> {
    packages()?;
    let stamp = Stamp::of("page", &sources()?)?;
    if stamp.is_current() && workspace::ui().join("dist/index.html").is_file() {
        return Ok(());
    }
    say("building the window's page (ui/ is new or has changed)");
    must(&mut npm(&["run", "build"]))?;
    stamp.keep()
}

/// Everything in `ui/` but what npm and the build themselves put there.
fn sources() -> Result<Vec<PathBuf>> {
    let ui = workspace::ui();
    let entries = std::fs::read_dir(&ui).doing(format_args!("list {}", ui.display()))?;
    let mut sources: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    sources.retain(|path| !["node_modules", "dist", "coverage"].iter().any(|made| path.ends_with(made)));
    sources.sort();
    Ok(sources)
}
