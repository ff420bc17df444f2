//! What an event says: the part of a plan that changes while it is made.

use poem_openapi::Object;
use poem_openapi::types::{Example, ToJSON as _};

use crate::plans::document::{PlanBound, PlanCost};
use crate::plans::wire::{Plan, PlanFailure, PlanGap, PlanProgress, State};

/// How far a plan is: the same figures as the plan itself shows, as they were at the event.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct PlanEvent {
    /// Where it stands.
    pub state: State,
    /// Its place in the queue; 1 is next. Only while it is queued.
    pub queue_position: Option<u32>,
    /// How far the search is. Absent before the first.
    pub progress: Option<PlanProgress>,
    /// Whether the best plan so far leaves nobody unassigned and no hosting out. Absent before the first plan.
    pub complete: Option<bool>,
    /// Cost of the best plan so far, by measure and in total. Absent before the first plan.
    pub cost: Option<PlanCost>,
    /// Proved lower bounds on the cost. Absent before the first plan.
    pub bound: Option<PlanBound>,
    /// How far cost and bound are apart. Absent before the first plan.
    pub gap: Option<PlanGap>,
    /// Why it failed, where it did.
    pub failure: Option<PlanFailure>,
}

impl PlanEvent {
    /// The event that a plan has become this.
    pub fn of(plan: Plan) -> Self {
        PlanEvent {
            state: plan.state,
            queue_position: plan.queue_position,
            progress: plan.progress,
            complete: plan.complete,
            cost: plan.cost,
            bound: plan.bound,
            gap: plan.gap,
            failure: plan.failure,
        }
    }

    /// As it is sent: JSON on one line.
    pub fn text(&self) -> String {
        self.to_json_string()
    }
}

impl Example for PlanEvent {
    fn example() -> Self {
        PlanEvent::of(Plan::example())
    }
}
