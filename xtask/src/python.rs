//! Programs written in Python that the project's stories are told with: each in an environment of its own in the target
//! directory, and none of them a part of what is shipped.

mod server;

use std::path::PathBuf;

use crate::failure::{Failure, Result};
use crate::process::{answer, command, must, say};
use crate::setup;
use crate::stamp::Stamp;
use crate::workspace;

pub use server::Server;

/// Which packages of a list are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Install {
    /// Those of the list alone.
    Listed,
    /// Those of the list and whatever they ask for.
    WithWhatTheyNeed,
}

/// The Python of the environment `target/NAME/venv`, with the packages of `xtask/FOLDER/requirements.txt` in it. It is
/// made when it is not there yet.
pub fn with_packages(name: &str, folder: &str, install: Install, what: &str) -> Result<PathBuf> {
    let venv = workspace::target()?.join(name).join("venv");
    let python = if cfg!(windows) { venv.join("Scripts/python.exe") } else { venv.join("bin/python") };
    let requirements = workspace::root().join("xtask").join(folder).join("requirements.txt");
    let stamp = Stamp::of(name, std::slice::from_ref(&requirements))?;
    if stamp.is_current() && python.is_file() {
        return Ok(python);
    }

    setup::python()?;
    say(format!("installing {what} from Python's package index"));
    must(command(system_python()?).args(["-m", "venv", "--clear"]).arg(&venv))?;
    let mut pip = command(&python);
    pip.args(["-m", "pip", "install", "--quiet"]);
    if install == Install::Listed {
        pip.arg("--no-deps");
    }
    must(pip.arg("--requirement").arg(&requirements))?;
    stamp.keep()?;
    Ok(python)
}

fn system_python() -> Result<&'static str> {
    let is_new_enough = "import sys; sys.exit(sys.version_info < (3, 10))";
    ["python3", "python"]
        .into_iter()
        .find(|python| answer(command(python).args(["-c", is_new_enough])).is_some())
        .ok_or_else(|| Failure::new("Python 3.10 or newer is needed here: https://www.python.org"))
}
