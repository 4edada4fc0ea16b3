use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::report::Report;
use crate::setup::Purpose;
use crate::{check, e2e, interop, real_model};

/// What `cargo xtask test` is asked to do beyond all tests that need no network. Both come from PyPI.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// A talk over a real language model.
    real_model: bool,
    /// Talks through a proxy that nobody here wrote.
    interop: bool,
}

impl Extent {
    pub const OF_CI: Extent = Extent { real_model: true, interop: false };

    pub fn read(words: &[String]) -> Result<Self> {
        let mut extent = Self::default();
        for word in words {
            match word.as_str() {
                "--real-model" => extent.real_model = true,
                "--interop" => extent.interop = true,
                _ => {
                    let complaint = format!("`test` knows only --real-model and --interop, and was given `{word}`");
                    return Err(Failure::new(complaint));
                }
            }
        }
        Ok(extent)
    }
}

pub fn everything(extent: &Extent) -> Result<ExitCode> {
    let mut report = Report::default();
    check::prepare(&mut report, Purpose::WindowTests);
    check::run(&mut report);
    e2e::run(&mut report, &[]);
    if extent.real_model {
        report.story("a real language model (real-model)", real_model::talk);
    }
    if extent.interop {
        report.story("a proxy nobody here wrote (interop)", interop::talk);
    }
    Ok(report.close())
}
