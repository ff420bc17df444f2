//! meeting: meetings of a gathering beyond its `min` or, with `each_region`, beyond the regions of invited enrolments where
//! those are more.

use crate::facts::Facts;
use crate::problem::GatheringIx;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let problem = facts.problem;
    let beyond = (0..problem.gatherings().len()).map(GatheringIx::new).map(|gathering| {
        let held = facts.plan.meetings.iter().filter(|meeting| meeting.gathering == gathering).count() as u32;
        held.saturating_sub(problem.meetings_free(gathering))
    });
    beyond.map(f64::from).sum()
}
