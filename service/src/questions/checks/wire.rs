//! What a check is asked and what it finds, as it goes over the wire.

use poem_openapi::Object;
use poem_openapi::types::Example;
use scheduler::check;
use scheduler::problem::Problem;
use serde::Serialize;

use crate::http::lenient::Open;
use crate::plans::document::{BrokenRule, PlanCost, PlanDocument};
use crate::records::problems::wire::ProblemDocument;

/// A plan to be checked against its problem.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, example)]
pub struct CheckRequest {
    /// The problem, whole.
    pub problem: ProblemDocument,
    /// The plan, whole; costs and bounds that it states are checked too. Fields that are not known are ignored.
    pub plan: Open<PlanDocument>,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Object, Serialize)]
#[oai(rename = "CheckReport")]
pub struct Report {
    /// Every broken rule; empty: the plan keeps them all.
    pub broken: Vec<BrokenRule>,
    /// The cost by measure and in total, worked out from scratch.
    pub cost: PlanCost,
}

impl Example for CheckRequest {
    fn example() -> Self {
        Self { problem: ProblemDocument::example(), plan: Open(PlanDocument::example()) }
    }
}

impl Report {
    /// The report of the scheduler's checker.
    pub fn new(problem: &Problem, report: &check::Report) -> Self {
        let broken = report
            .broken
            .iter()
            .map(|broken| BrokenRule { rule: broken.rule.to_string(), detail: broken.detail.clone() });
        Report { broken: broken.collect(), cost: PlanCost::new(problem, &report.cost) }
    }
}
