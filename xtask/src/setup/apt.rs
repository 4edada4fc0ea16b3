use std::process::Command;

use super::Purpose;
use crate::failure::{Failure, Result};
use crate::process::{answer, command, must, say};

/// `ring` and SQLite are C.
const TERMINAL: &[&str] = &["build-essential"];
/// WebKitGTK brings GTK, libsoup and the rest of what the window links.
const WINDOW: &[&str] = &["pkg-config", "libwebkit2gtk-4.1-dev"];
/// A private bus with a real keyring behind it.
const TESTS: &[&str] = &["dbus", "gnome-keyring"];
/// A screen nobody looks at, the hands that click on it, and `kill` to end them.
const WINDOW_TESTS: &[&str] = &["xvfb", "webkit2gtk-driver", "procps"];

/// Installs the system packages that are missing; silent when none is.
pub fn packages(purpose: Purpose) -> Result<()> {
    if !has_dpkg() {
        return another_distribution(purpose);
    }
    install(&wanted(purpose))
}

/// Installs those of the packages that are missing, where packages are Debian's.
pub fn install(wanted: &[&str]) -> Result<()> {
    if !has_dpkg() {
        return Ok(());
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }

    let list = missing.join(" ");
    let by_root = answer(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !by_root && answer(Command::new("sudo").arg("--version")).is_none() {
        return Err(Failure::new(format!(
            "these system packages are missing: {list}\n       as root: apt-get install {list}"
        )));
    }
    let how = if by_root { "as root" } else { "through sudo, which may ask for your password" };
    say(format!("installing system packages with apt-get, {how}: {list}"));
    // A fresh machine has no package lists; an old list names versions that are gone.
    must(&mut apt_get(by_root, &["update"]))?;
    must(apt_get(by_root, &["install", "--yes", "--no-install-recommends"]).args(missing))
}

fn has_dpkg() -> bool {
    answer(Command::new("dpkg-query").arg("--version")).is_some()
}

fn wanted(purpose: Purpose) -> Vec<&'static str> {
    let mut wanted = TERMINAL.to_vec();
    for (from, more) in [(Purpose::Window, WINDOW), (Purpose::Tests, TESTS), (Purpose::WindowTests, WINDOW_TESTS)] {
        if purpose >= from {
            wanted.extend(more);
        }
    }
    wanted
}

fn is_installed(package: &str) -> bool {
    answer(Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}\\n", package]))
        // A package of several architectures prints one line for each.
        .is_some_and(|states| states.lines().any(|state| state == "installed"))
}

fn apt_get(by_root: bool, args: &[&str]) -> Command {
    let mut apt_get = if by_root { command("apt-get") } else { command("sudo") };
    if !by_root {
        // sudo drops the environment, so the variable travels as a word of the command.
        apt_get.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    apt_get.env("DEBIAN_FRONTEND", "noninteractive").args(args);
    apt_get
}

/// Fedora, Arch and others: we do not guess their package names, but say what is looked for.
fn another_distribution(purpose: Purpose) -> Result<()> {
    if purpose < Purpose::Window || answer(Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"])).is_some() {
        return Ok(());
    }
    Err(Failure::new(
        "the development files of WebKitGTK 4.1 are missing (`pkg-config --exists webkit2gtk-4.1` says no)\n       \
         Fedora: dnf install webkit2gtk4.1-devel gcc\n       Arch: pacman -S webkit2gtk-4.1 base-devel",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_a_display_is_asked_for_a_compiler_only() {
        assert_eq!(wanted(Purpose::Terminal), ["build-essential"]);
    }

    #[test]
    fn the_tests_of_the_window_need_all_that_the_window_needs() {
        let for_tests = wanted(Purpose::WindowTests);

        assert!(wanted(Purpose::Window).iter().all(|package| for_tests.contains(package)));
        assert!(for_tests.contains(&"webkit2gtk-driver"));
    }
}
