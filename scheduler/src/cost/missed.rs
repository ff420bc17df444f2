//! missed: persons invited to a gathering whose enrolment attends no meeting of it.

use crate::plan::Meeting;
use crate::problem::{GatheringIx, Problem};

/// Of one gathering, with these meetings of it.
pub(super) fn measure<'m>(
    problem: &Problem,
    gathering: GatheringIx,
    meetings: impl Iterator<Item = &'m Meeting>,
) -> f64 {
    let mut attends = vec![false; problem.enrolments().len()];
    meetings.flat_map(|meeting| &meeting.attend).for_each(|e| attends[e.at()] = true);
    let missed = problem.invited(gathering).filter(|(e, _)| !attends[e.at()]).map(|(_, persons)| u64::from(persons));
    missed.sum::<u64>() as f64
}
