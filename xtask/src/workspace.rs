use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::failure::{Doing, Failure, Result};
use crate::process;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in a folder of the workspace")
}

pub fn ui() -> PathBuf {
    root().join("ui")
}

/// Where cargo puts what it builds, which the environment or a config file may have moved.
pub fn target() -> Result<&'static Path> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(target) = TARGET.get() {
        return Ok(target);
    }
    let metadata = process::answer(&mut process::cargo(&["metadata", "--no-deps", "--format-version", "1"]))
        .ok_or_else(|| Failure::new("`cargo metadata` failed: run it by hand to see why"))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata).doing("read what cargo metadata says")?;
    let target =
        metadata["target_directory"].as_str().ok_or_else(|| Failure::new("cargo names no target directory"))?;
    Ok(TARGET.get_or_init(|| target.into()))
}

/// Our own corner of the target directory: stamps, tools, reports. Deleting it costs time only.
pub fn own(name: &str) -> Result<PathBuf> {
    let folder = target()?.join("xtask");
    std::fs::create_dir_all(&folder).doing(format_args!("create {}", folder.display()))?;
    Ok(folder.join(name))
}

pub fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}
