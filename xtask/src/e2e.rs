use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::display::Display;
use crate::failure::{Doing, Failure, Result};
use crate::process::{cargo, say};
use crate::report::Report;
use crate::setup::{self, Purpose};
use crate::ui;

const NAME: &str = "the window's tests (tauri-driver)";

/// Only the window's tests, or those whose name holds the filter.
pub fn only(words: &[String]) -> Result<ExitCode> {
    setup::machine(Purpose::WindowTests)?;
    ui::page()?;
    let mut report = Report::default();
    run(&mut report, words);
    Ok(report.close())
}

pub fn run(report: &mut Report, words: &[String]) {
    if cfg!(target_os = "macos") {
        say("leaving out the window's tests: macOS offers no WebDriver for the web view of a program");
        return;
    }
    match Stage::set() {
        Ok(stage) => {
            let mut tests = cargo(&["test", "--test", "e2e", "--"]);
            tests.args(words);
            stage.dress(&mut tests);
            report.cargo_tests(NAME, &mut tests);
        }
        Err(failure) => report.prepare(NAME, || Err(failure)),
    }
}

/// A display, a home and a driver that no other program on this machine shares; gone when dropped.
struct Stage {
    display: Option<Display>,
    home: PathBuf,
    driver: PathBuf,
}

impl Stage {
    fn set() -> Result<Stage> {
        let driver = setup::tauri_driver()?;
        // Not in the target directory: a socket's path may not be longer than about a hundred bytes.
        let home = std::env::temp_dir().join(format!("chimera-e2e-{}", std::process::id()));
        for folder in HOMES.map(|(_, folder)| home.join(folder)) {
            std::fs::create_dir_all(&folder).doing(format_args!("create {}", folder.display()))?;
            close_to_others(&folder)?;
        }
        let display = if cfg!(target_os = "linux") { Some(Display::start()?) } else { None };
        Ok(Stage { display, home, driver })
    }

    fn dress(&self, tests: &mut Command) {
        tests.env("TAURI_DRIVER", &self.driver);
        let Some(display) = &self.display else {
            // tauri-driver looks for Edge's driver on the PATH; GitHub's machines keep it in a folder of their own.
            if let Some(folder) = std::env::var_os("EDGEWEBDRIVER") {
                tests.env("PATH", with_folder(folder));
            }
            return;
        };
        tests.env("DISPLAY", display.name()).env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
        for (variable, folder) in HOMES {
            tests.env(variable, self.home.join(folder));
        }
        // A made-up address: without one GLib starts a bus of its own, and a keyring that outlives the test.
        tests.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        // Without a desktop portal GTK waits up to 25 s for one.
        tests.env("GTK_USE_PORTAL", "0");
        tests.env("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1");
        // Either of these makes WebKit's screenshot command hang.
        tests.env_remove("WEBKIT_DISABLE_DMABUF_RENDERER").env_remove("WEBKIT_DISABLE_COMPOSITING_MODE");
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What is left in a temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

const HOMES: [(&str, &str); 4] =
    [("XDG_RUNTIME_DIR", "run"), ("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")];

fn with_folder(folder: OsString) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from(folder)).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap_or(path.clone())
}

/// GLib refuses a runtime folder that others may read.
#[cfg(unix)]
fn close_to_others(folder: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .map_err(|error| Failure::new(format!("could not close {} to others: {error}", folder.display())))
}

#[cfg(not(unix))]
fn close_to_others(_: &std::path::Path) -> Result<()> {
    Ok(())
}
