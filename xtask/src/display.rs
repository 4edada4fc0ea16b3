use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::failure::{Doing, Failure, Result};
use crate::process::{answer, command};

/// An X server without a screen, ended when this is dropped.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts Xvfb on a display number that it finds free itself.
    pub fn start() -> Result<Display> {
        let mut server = command("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .doing("start Xvfb")?;
        let stdout = server.stdout.take().expect("stdout was just asked to be a pipe");
        let mut number = String::new();
        // Xvfb writes the number once it is ready to be connected to.
        BufReader::new(stdout).read_line(&mut number).doing("read Xvfb's display number")?;
        let display = Display { server, name: format!(":{}", number.trim()) };
        if number.trim().is_empty() {
            return Err(Failure::new("Xvfb ended without naming a display"));
        }
        Ok(display)
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Asked first: a killed X server leaves its lock file and socket behind.
        let asked = answer(Command::new("kill").args(["-TERM", &self.server.id().to_string()])).is_some();
        if !asked {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// Whether a window could be seen by somebody.
pub fn is_there() -> bool {
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| is_set(name))
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}
