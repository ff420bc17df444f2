//! The plan of attack, on one screen.

use crate::cost::Cost;
use crate::effort::{Effort, Watch};
use crate::explain::{Clash, LeftOut};
use crate::plan::Plan;
use crate::problem::Problem;

/// How a solve ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A plan that keeps every rule.
    Planned(Solution),
    /// Proved: no plan honours what the networks must have at least.
    Infeasible(Clash),
    /// No plan was found in the effort given, and nothing is proved.
    NotFound,
}

/// A plan with its cost, its proof and its gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Who is where, and who visits whom when.
    pub plan: Plan,
    /// Its cost by measure.
    pub cost: Cost,
    /// What is proved.
    pub bound: Bound,
    /// Who and what it leaves out, and why.
    pub left_out: Vec<LeftOut>,
}

/// Proved lower bounds; 0 where nothing is proved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bound {
    /// On unassigned + preference + travel, over all assignments.
    pub assignment: f64,
    /// On the other measures, given the plan's networks.
    pub timetable: f64,
    /// On the total, over all plans.
    pub total: f64,
}

/// Makes a plan.
pub fn solve(_problem: &Problem, _effort: &Effort, _watch: &dyn Watch) -> Outcome {
    Outcome::NotFound
}
