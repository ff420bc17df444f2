//! gathering_undesired: persons who attend × days of the meeting that are undesired for their municipality.

use crate::plan::Meeting;
use crate::problem::Problem;

/// Of these meetings.
pub(super) fn measure<'m>(problem: &Problem, meetings: impl Iterator<Item = &'m Meeting>) -> f64 {
    let of_meetings = meetings.map(|meeting| {
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
