//! gathering_undesired: persons who attend × days of the meeting that are undesired for their municipality.

use crate::facts::Facts;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let problem = facts.problem;
    let of_meetings = facts.plan.meetings.iter().map(|meeting| {
        let it = problem.gathering(meeting.gathering);
        let of_members = meeting.attend.iter().map(|&e| {
            let undesired = &problem.home(e).undesired;
            let days = it.days_from(meeting.start).filter(|&day| undesired.contains(day)).count() as u64;
            days * u64::from(problem.persons_invited(meeting.gathering, e).unwrap_or(0))
        });
        of_members.sum::<u64>()
    });
    of_meetings.sum::<u64>() as f64
}
