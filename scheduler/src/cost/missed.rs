//! missed: persons invited to a gathering whose enrolment attends no meeting of it.

use crate::facts::Facts;
use crate::problem::GatheringIx;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let problem = facts.problem;
    let mut attends = vec![false; problem.enrolments().len()];
    let missed = (0..problem.gatherings().len()).map(GatheringIx::new).map(|gathering| {
        attends.fill(false);
        for meeting in facts.plan.meetings.iter().filter(|meeting| meeting.gathering == gathering) {
            meeting.attend.iter().for_each(|e| attends[e.at()] = true);
        }
        problem.invited(gathering).filter(|(e, _)| !attends[e.at()]).map(|(_, persons)| u64::from(persons)).sum::<u64>()
    });
    missed.sum::<u64>() as f64
}
