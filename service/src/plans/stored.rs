//! What is stored with a plan, read again: the problem that it was made from, and the plan.

use scheduler::check::resolve;
use scheduler::plan::PlanRecords;
use scheduler::{Plan, ProblemRecords, Task};

use super::document::{PlanBound, PlanCost, PlanDocument};
use super::{no_plan_yet, store};
use crate::http::failure::Failure;
use crate::http::json;
use crate::http::place::Place;
use crate::records::problems::wire::ProblemDocument;
use crate::state::State;

/// The texts of the problem and the plan document of a plan.
///
/// Errors: `NotFound`, `NoPlanYet`.
pub async fn texts(state: &State, id: &str) -> Result<(String, String), Failure> {
    let (problem, document) = store::documents(&mut *state.store.read().await?, id).await?;
    Ok((problem, document.ok_or_else(no_plan_yet)?))
}

/// The same, counted to a place: whatever is made of them takes many times their length.
///
/// Errors: `NotFound`, `NoPlanYet`; `Overloaded` where others take too much.
pub async fn texts_in(place: &Place, state: &State, id: &str) -> Result<(String, String), Failure> {
    let (problem, document) = texts(state, id).await?;
    place.weigh(problem.len() + document.len()).await?;
    Ok((problem, document))
}

/// The problem that a plan was made from, with its records.
///
/// Errors: `Internal` where it cannot be read.
pub fn problem(text: &str) -> Result<(ProblemRecords, Task), Failure> {
    let document: ProblemDocument =
        json::read(text.as_bytes()).map_err(|unreadable| corrupt("problem", &unreadable.faults().to_string()))?;
    let records = document.records();
    let problem = Task::new(&records).map_err(|faults| corrupt("problem", &faults.to_string()))?;
    Ok((records, problem))
}

/// A plan, with what is stored beside it.
pub struct StoredPlan {
    /// The plan.
    pub plan: Plan,
    /// The same by ids, without the figures it states.
    pub records: PlanRecords,
    /// What it costs.
    pub cost: PlanCost,
    /// What is proved.
    pub bound: PlanBound,
}

/// The plan of a problem.
///
/// Errors: `Internal` where it cannot be read.
pub fn plan(problem: &Task, text: &str) -> Result<StoredPlan, Failure> {
    let mut document: PlanDocument = serde_json::from_str(text).map_err(|error| corrupt("plan", &error.to_string()))?;
    let (cost, bound) = (document.cost.take().unwrap_or_default(), document.bound.take().unwrap_or_default());
    let records = document.records();
    let (plan, _) = resolve(problem, &records);
    Ok(StoredPlan { plan, records, cost, bound })
}

fn corrupt(what: &str, why: &str) -> Failure {
    Failure::internal(anyhow::anyhow!("a stored {what} does not read: {why}"))
}
