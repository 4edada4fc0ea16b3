use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use crate::failure::{Doing, Failure, Result};
use crate::process::command;

/// llama.cpp's HTTP server on a free loopback port, ended when this is dropped.
pub struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Returns once the model is ready to answer.
    pub fn start(python: &Path, log: &Path) -> Result<Server> {
        let complaints = File::create(log).doing(format_args!("write {}", log.display()))?;
        let mut child = command(python)
            .arg("xtask/real_model/serve.py")
            // Held open until we end: the server ends with it, even if we are killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .doing("start the model's server")?;
        let stdout = child.stdout.take().expect("stdout was just asked to be a pipe");
        let mut server = Server { child, address: String::new() };
        let lines = BufReader::new(stdout).lines().map_while(std::result::Result::ok);
        match lines.into_iter().find(|line| line.starts_with("http://")) {
            Some(address) => server.address = address,
            None => return Err(Failure::new(format!("the model's server did not start: see {}", log.display()))),
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
