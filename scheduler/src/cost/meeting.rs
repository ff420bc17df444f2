//! meeting: meetings of a gathering beyond its `min` or, with `each_region`, beyond the regions of invited enrolments where
//! those are more.

use crate::plan::Meeting;
use crate::problem::{GatheringIx, Problem};

/// Of one gathering, with these meetings of it.
pub(super) fn measure<'m>(
    problem: &Problem,
    gathering: GatheringIx,
    meetings: impl Iterator<Item = &'m Meeting>,
) -> f64 {
    f64::from((meetings.count() as u32).saturating_sub(problem.meetings_free(gathering)))
}
