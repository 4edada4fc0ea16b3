use std::path::PathBuf;

use crate::failure::{Failure, Result};
use crate::process::{answer, cargo, command, must, say};
use crate::workspace;

const TAURI_DRIVER: &str = "2.1.0";
const CARGO_FUZZ: &str = "0.13.2";

/// Where `tauri-driver` is, built into the target directory when it is not there yet. `TAURI_DRIVER` overrules it.
pub fn tauri_driver() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("TAURI_DRIVER") {
        return Ok(chosen.into());
    }
    built("tauri-driver", TAURI_DRIVER, "which clicks in the window for the tests")
}

/// Where `cargo-fuzz` is, likewise.
pub fn cargo_fuzz() -> Result<PathBuf> {
    built("cargo-fuzz", CARGO_FUZZ, "which drives the fuzzer")
}

/// A program of Cargo's registry in exactly this version, built once.
fn built(name: &str, version: &str, purpose: &str) -> Result<PathBuf> {
    let tools = workspace::target()?.join("tools");
    let program = tools.join("bin").join(workspace::executable(name));
    let is_wanted_version = std::fs::read_to_string(tools.join(".crates.toml"))
        .is_ok_and(|installed| installed.contains(&format!("{name} {version} ")));
    if is_wanted_version && program.is_file() {
        return Ok(program);
    }
    say(format!("building {name} {version}, {purpose} (once, a minute or two)"));
    let root = tools.to_str().ok_or_else(|| Failure::new(format!("{} is not UTF-8", tools.display())))?;
    must(&mut cargo(&["install", name, "--locked", "--force", "--version", version, "--root", root]))?;
    Ok(program)
}

/// rustfmt and clippy, which a minimal toolchain lacks.
pub fn lint_tools() -> Result<()> {
    let has = |tool: &str| answer(&mut cargo(&[tool, "--version"])).is_some();
    if has("fmt") && has("clippy") {
        return Ok(());
    }
    say("adding rustfmt and clippy to the Rust toolchain");
    must(command("rustup").args(["component", "add", "rustfmt", "clippy"]))
}

/// The compiler and linker of macOS.
pub fn xcode() -> Result<()> {
    match answer(command("xcode-select").arg("-p")) {
        Some(_) => Ok(()),
        None => Err(Failure::new("the Xcode command line tools are missing: xcode-select --install")),
    }
}

/// Windows 11 brings WebView2; an older Windows may lack it. (The compiler is there: it has just built this.)
pub fn webview2() -> Result<()> {
    const CLIENT: &str = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let places = [r"HKLM\SOFTWARE\WOW6432Node", r"HKLM\SOFTWARE", r"HKCU\Software"];
    let is_installed = places
        .iter()
        .any(|place| answer(command("reg").args(["query", &format!(r"{place}\{CLIENT}"), "/v", "pv"])).is_some());
    if is_installed {
        return Ok(());
    }
    Err(Failure::new("WebView2 is missing: install Microsoft's \"WebView2 Evergreen Runtime\", then run this again"))
}
