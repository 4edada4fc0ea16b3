use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use crate::failure::{Doing, Failure, Result};
use crate::process::command;

/// An HTTP server on a free loopback port, ended when this is dropped.
pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts a script that prints its address once it is ready to answer.
    pub fn start(python: &Path, script: &str, log: &Path) -> Result<Server> {
        let complaints = File::create(log).doing(format_args!("write {}", log.display()))?;
        let mut child = command(python)
            .arg(script)
            // Held open until we end: the server ends with it, even if we are killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .doing(format_args!("start {script}"))?;
        let stdout = child.stdout.take().expect("stdout was just asked to be a pipe");
        let mut server = Server { child, address: String::new() };
        let lines = BufReader::new(stdout).lines().map_while(std::result::Result::ok);
        match lines.into_iter().find(|line| line.starts_with("http://")) {
            Some(address) => server.address = address,
            None => return Err(Failure::new(format!("{script} did not start: see {}", log.display()))),
        }
        Ok(server)
    }

    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing, so it may be ended without asking.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
