//! When: who visits whom on which day, given the networks.

use crate::effort::Budget;
use crate::plan::{Plan, Visit};
use crate::problem::Problem;

/// Visits that keep rules V1 to V9.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timetable {
    /// The visits, sorted.
    pub visits: Vec<Visit>,
    /// Proved lower bound on unhosted + absence + extra_visit + undesired + pace, given the networks; 0 where
    /// nothing is proved.
    pub bound: f64,
}

/// A timetable made in one pass, good enough to answer with at once.
pub fn greedy(_problem: &Problem, _assigned: &Plan) -> Timetable {
    Timetable::default()
}

/// Finds a timetable, and goes on improving it until the budget is used up or it is proved best.
/// `plan` holds the networks and the visits to begin from.
pub fn solve(_problem: &Problem, _plan: &Plan, _seed: u64, _budget: &Budget<'_>) -> Timetable {
    Timetable::default()
}
