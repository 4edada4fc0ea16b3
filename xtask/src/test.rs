use std::process::ExitCode;

use crate::failure::{Failure, Result};
use crate::report::Report;
use crate::setup::Purpose;
use crate::{check, e2e, real_model};

/// What `cargo xtask test` is asked to do beyond all tests that need no network.
#[derive(Debug, PartialEq, Eq)]
pub enum Extent {
    Offline,
    /// Also a talk over a real language model, which comes from PyPI.
    WithRealModel,
}

impl Extent {
    pub fn read(words: &[String]) -> Result<Self> {
        match words {
            [] => Ok(Self::Offline),
            [word] if word == "--real-model" => Ok(Self::WithRealModel),
            [word, ..] => Err(Failure::new(format!("`test` knows only --real-model, and was given `{word}`"))),
        }
    }
}

pub fn everything(extent: &Extent) -> Result<ExitCode> {
    let mut report = Report::default();
    check::prepare(&mut report, Purpose::WindowTests);
    check::run(&mut report);
    e2e::run(&mut report, &[]);
    if *extent == Extent::WithRealModel {
        report.story("a real language model (real-model)", real_model::talk);
    }
    Ok(report.close())
}
