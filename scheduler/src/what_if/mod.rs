//! What if: the plan of a problem that has changed a little, from the plan that it had.
//!
//! The plan is carried over ([`carry`]): whoever can stays where they are. Then the networks that something has changed
//! for are searched with those near them, and their dates timed anew among those of all others ([`local`]); or, from
//! there, everything is optimised again ([`whole`]). The plan before is never touched.

mod bound;
mod carry;
pub mod fewer;
mod impossible;
mod kept;
pub mod newcomer;
pub mod wish;
pub mod wished;

use crate::assignment::{self, Nearby};
use crate::effort::{Budget, Effort, Watch};
use crate::explain::difference::Side;
use crate::joint::Dates;
use crate::plan::Plan;
use crate::problem::{NetworkIx, Problem};
use crate::solution::Solution;
use crate::solve::{Best, Outcome, Start, solve_from};
use crate::timetable;

pub use bound::proved_after;
use carry::Carried;
pub use impossible::Impossible;

/// Steps that go into the dates of each network that has changed, and into those of all of them: they were searched for
/// network by network before, and only make way for each other.
const DATES: u64 = 100_000;
const MOST_DATES: u64 = 300_000;
/// How many plans near the one before are made, for everything to be optimised from the best of them; and the part of the time
/// that is left for each.
const TRIES: u64 = 4;
const TRY: f64 = 0.15;
/// Steps where no limit is given: more than an answer takes, so that every part of the search has its fill.
const MOST_STEPS: u64 = 40_000_000;

/// The plan of a problem that has changed a little: near what has changed, the rest as it is. In a second or so where
/// little has changed; `effort` limits that, and its work is an upper limit. `proved`: a lower bound on the assignment of
/// the problem after, where one is known.
pub fn local(before: Side<'_>, after: &Problem, proved: f64, effort: &Effort, watch: &dyn Watch) -> Outcome {
    let steps = effort.work.unwrap_or(MOST_STEPS);
    let effort = Effort { work: Some(steps), ..effort.clone() };
    let budget = Budget::new(&effort, watch);
    let carried = Carried::new(before, after);
    let dates = Dates::new(after);
    dates.learn(after, &carried.plan);
    let nearby = Nearby { start: &carried.plan, touched: &carried.touched, seeking: &carried.seeking };
    let assigned = match assignment::near(after, nearby, &dates, effort.seed, &budget) {
        assignment::Outcome::Assigned(assigned) => assigned,
        assignment::Outcome::Infeasible(clash) => return Outcome::Infeasible(clash),
        assignment::Outcome::NotFound => return Outcome::NotFound,
    };
    let plan = timed(after, &carried, &dates, assigned.network_of, effort.seed, &budget);
    let mut best = Best::new(after, &effort, watch);
    best.offer_proved(plan, assigned.bound.max(proved), 0.0);
    best.outcome()
}

/// The same with everything optimised again, as long as the effort allows: from the best of a few such plans.
pub fn whole(before: Side<'_>, after: &Problem, proved: f64, effort: &Effort, watch: &dyn Watch) -> Outcome {
    let mut best: Option<Solution> = None;
    for seed in (0..TRIES).map(|at| effort.seed.wrapping_add(at)) {
        let now = watch.elapsed().as_secs_f64();
        let seconds = effort.seconds.map(|end| now + TRY * (end - now).max(0.0));
        let work = effort.work.map(|work| work / (2 * TRIES));
        match local(before, after, proved, &Effort { seconds, work, seed, ..effort.clone() }, watch) {
            Outcome::Planned(found) => {
                if best.as_ref().is_none_or(|best| found.cost.total() < best.cost.total()) {
                    best = Some(found);
                }
            }
            Outcome::NotFound => break,
            settled => return settled,
        }
    }
    let start = best.map(|best| Start { plan: best.plan, bound: best.bound });
    solve_from(after, start, effort, watch)
}

/// The plan of these networks: those that are as they were keep their visits, the others are timed among them.
fn timed(
    after: &Problem,
    carried: &Carried,
    dates: &Dates<'_>,
    network_of: Vec<Option<NetworkIx>>,
    seed: u64,
    budget: &Budget<'_>,
) -> Plan {
    let (found, start) = (dates.plan(after, network_of), &carried.plan);
    let (now, was) = (found.members(after), start.members(after));
    let anew: Vec<bool> = (0..now.len()).map(|n| carried.dates[n] || now[n] != was[n]).collect();
    let kept = start.visits.iter().filter(|visit| !anew[visit.network.at()]);
    let changed = found.visits.iter().filter(|visit| anew[visit.network.at()]);
    let mut plan = Plan { visits: kept.chain(changed).cloned().collect(), network_of: found.network_of };
    let steps = DATES * anew.iter().filter(|&&anew| anew).count() as u64;
    let share = budget.steps(steps.min(MOST_DATES));
    plan.visits = timetable::retime(after, &plan, &anew, seed, &share).visits;
    budget.join(&share);
    plan
}
