//! What is stored with a plan, read again: the problem that it was made from, and the plan.

use scheduler::check::resolve;
use scheduler::{Plan, Problem, ProblemRecords};

use super::document::PlanDocument;
use super::{no_plan_yet, store};
use crate::http::failure::Failure;
use crate::http::json;
use crate::problems::wire::ProblemDocument;
use crate::state::State;

/// The texts of the problem and the plan document of a plan.
///
/// Errors: `NotFound`, `NoPlanYet`.
pub async fn texts(state: &State, id: &str) -> Result<(String, String), Failure> {
    let (problem, document) = store::documents(&mut *state.store.read().await?, id).await?;
    Ok((problem, document.ok_or_else(no_plan_yet)?))
}

/// The problem that a plan was made from, with its records.
///
/// Errors: `Internal` where it cannot be read.
pub fn problem(text: &str) -> Result<(ProblemRecords, Problem), Failure> {
    let document: ProblemDocument =
        json::read(text.as_bytes()).map_err(|unreadable| corrupt("problem", &unreadable.faults().to_string()))?;
    let records = document.records();
    let problem = Problem::new(&records).map_err(|faults| corrupt("problem", &faults.to_string()))?;
    Ok((records, problem))
}

/// The plan of a problem, with its document.
///
/// Errors: `Internal` where it cannot be read.
pub fn plan(problem: &Problem, text: &str) -> Result<(PlanDocument, Plan), Failure> {
    let document: PlanDocument = serde_json::from_str(text).map_err(|error| corrupt("plan", &error.to_string()))?;
    let (plan, _) = resolve(problem, &document.clone().records());
    Ok((document, plan))
}

fn corrupt(what: &str, why: &str) -> Failure {
    Failure::internal(anyhow::anyhow!("a stored {what} does not read: {why}"))
}
