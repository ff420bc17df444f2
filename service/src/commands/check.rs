//! `netvisit check`: a problem and a plan in, every broken rule and the cost out.

use std::path::PathBuf;

use super::{Ended, input, output};
use crate::http::lenient::Open;
use crate::plans::document::PlanDocument;
use crate::questions::checks::wire::Report;

/// What to check against what.
#[derive(clap::Args)]
pub struct Arguments {
    /// The problem document.
    problem: PathBuf,
    /// The plan document.
    plan: PathBuf,
}

/// Checks, and writes the report to stdout.
pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    let problem = input::problem(&arguments.problem)?;
    let Open(plan) = input::document::<Open<PlanDocument>>(&arguments.plan)?;
    let report = Report::new(&problem, &scheduler::check::check(&problem, &plan.records()));
    output::write(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    if report.broken.is_empty() { Ok(()) } else { Err(Ended::Negative) }
}
