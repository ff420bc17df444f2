//! gathering_travel: person-km; per enrolment at a meeting with a place, to it and home again.

use crate::plan::Meeting;
use crate::problem::Problem;

/// Of these meetings.
pub(super) fn measure<'m>(problem: &Problem, meetings: impl Iterator<Item = &'m Meeting>) -> f64 {
    let of_meetings = meetings.map(|meeting| {
        let of_members = meeting.attend.iter().map(|&e| {
            let persons = problem.persons_invited(meeting.gathering, e).unwrap_or(0);
            let km = problem.km_to(problem.enrolment(e).municipality, meeting.gathering, meeting.place);
            2.0 * km * f64::from(persons)
        });
        of_members.sum::<f64>()
    });
    of_meetings.sum()
}
