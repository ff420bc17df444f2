//! The part of a plan that its resource shows: complete or not, cost, bound, gap, what is left out.

use scheduler::solution::Missing;
use scheduler::{Solution, Task};
use serde::{Deserialize, Serialize};

use super::document::{LeftOut, PlanBound, PlanCost};
use super::steering::PlanChanges;
use super::watch::gap;
use super::wire::PlanGap;

/// What the resource shows of a plan that was found. Kept beside the plan document, so that a list of plans does not
/// read whole documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Whether it leaves nobody unassigned and no hosting out.
    pub complete: bool,
    /// Cost by measure and in total.
    pub cost: PlanCost,
    /// Proved lower bounds.
    pub bound: PlanBound,
    /// How far they are apart.
    pub gap: PlanGap,
    /// Who and what is left out.
    pub left_out: Vec<LeftOut>,
    /// What is different from the base plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<PlanChanges>,
}

impl Summary {
    /// Of this solution.
    pub fn of(problem: &Task, solution: &Solution) -> Self {
        let (cost, bound) = (&solution.cost, &solution.bound);
        Summary {
            complete: solution
                .left_out
                .iter()
                .all(|left| matches!(left.what, Missing::Guest { .. } | Missing::Gathering { .. })),
            cost: PlanCost::new(problem, cost),
            bound: PlanBound::new(problem, bound),
            gap: PlanGap {
                assignment: gap(cost.assignment(), bound.assignment),
                timetable: gap(cost.timetable(), bound.timetable),
                total: gap(cost.total(), bound.total),
            },
            left_out: solution.left_out.iter().map(|left| LeftOut::new(problem, left)).collect(),
            changes: changes(problem, solution),
        }
    }
}

/// What is different from the base plan, where there is one, and what else steered it, where that cost something.
pub fn changes(problem: &Task, solution: &Solution) -> Option<PlanChanges> {
    let (steering, steered) = (problem.steering()?, solution.steered.as_ref()?);
    (steering.base().is_some() || steered.fairly.price > 0.0).then(|| PlanChanges::new(steered))
}
