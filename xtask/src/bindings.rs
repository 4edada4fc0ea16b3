use std::process::ExitCode;

use crate::failure::Result;
use crate::process::{cargo, must};
use crate::setup::{self, Purpose};
use crate::ui;

/// The test that compares the TypeScript types with the Rust ones also knows how to write them.
pub fn write() -> Result<ExitCode> {
    setup::machine(Purpose::Window)?;
    ui::page()?;
    must(cargo(&["test", "--test", "bindings"]).env("UPDATE_BINDINGS", "1"))?;
    Ok(ExitCode::SUCCESS)
}
