//! The meetings that networks and dates are planned around.

use crate::clash;
use crate::effort::{Budget, News};
use crate::gatherings::{self, Outcome as Found};
use crate::infeasibility::Clash;
use crate::plan::Meeting;
use crate::problem::GatheringIx;
use crate::steering::Task;

/// The part of the effort that goes into meetings, where there are networks too.
const MEETINGS: f64 = 0.3;

/// The problem around its meetings, and what these cost at least. `known`: meetings of a plan to begin from, each of which is
/// held where and when it was as long as that can be.
///
/// Errors: no meetings were found; the clash where it is proved that there are none.
pub(super) fn settle(
    problem: &Task,
    known: &[Meeting],
    seed: u64,
    budget: &Budget<'_>,
) -> Result<(Task, f64), Option<Clash>> {
    budget.watch().tell(News::Phase("gatherings"));
    let share = budget.share(if problem.networks().is_empty() { 1.0 } else { MEETINGS });
    let found = gatherings::solve(problem, known, seed, &share);
    budget.join(&share);
    match found {
        Found::Held(meetings, bound) => Ok((problem.around(meetings), bound)),
        Found::Impossible(gathering) => {
            Err(Some(clash::gathering(problem, gathering, seed).unwrap_or_else(|| cannot_be_held(problem, gathering))))
        }
        Found::NotFound(_) => Err(None),
    }
}

fn cannot_be_held(problem: &Task, gathering: GatheringIx) -> Clash {
    let it = problem.gathering(gathering);
    let detail = match it.meetings {
        None => "no day and place do for it, by its own dates and the diaries of those who could host".to_owned(),
        Some(limits) => format!(
            "no days and places do for {} to {} meetings, by its own dates and limits and the diaries of those who could \
             host and attend",
            limits.min, limits.max
        ),
    };
    let detail = format!("gathering {} cannot be held: {detail}", it.name);
    Clash { detail, rules: vec!["gathering".to_owned()], ..Clash::default() }
}
