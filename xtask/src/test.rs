use std::process::ExitCode;

use crate::failure::Result;
use crate::report::Report;
use crate::setup::Purpose;
use crate::{check, e2e};

pub fn everything() -> Result<ExitCode> {
    let mut report = Report::default();
    check::prepare(&mut report, Purpose::WindowTests);
    check::run(&mut report);
    e2e::run(&mut report, &[]);
    Ok(report.close())
}
