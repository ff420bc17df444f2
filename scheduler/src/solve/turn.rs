//! Turn by turn: networks by themselves, networks with an eye on dates, dates; each turn longer than the one before.

use std::time::Duration;

use super::incumbent::Incumbent;
use super::joint::{self, Dates};
use crate::assignment::{self, Assignment};
use crate::effort::{Budget, Limit, News};
use crate::plan::Plan;
use crate::problem::NetworkIx;
use crate::steering::{Steering, Task};
use crate::timetable;

/// The part of the effort that goes into a first answer, and the most of it: whoever allows a day wants one soon too.
const FIRST_ANSWER: f64 = 0.05;
/// See [`FIRST_ANSWER`].
const FIRST_ANSWER_LIMIT: Limit = Limit { time: Duration::from_secs(3), steps: 3_000_000 };
/// What the first turn of networks and dates takes at most; each later one may take twice as much as the one before,
/// so that long efforts answer with better plans again and again.
const FIRST_TURN: Limit = Limit { time: Duration::from_secs(60), steps: 60_000_000 };
/// The part of a turn that goes into the networks by themselves, and of what is left then the part that goes into
/// networks and dates together.
const NETWORKS: f64 = 0.35;
const BOTH: f64 = 0.55;
/// The part of what dates would have that goes into a bound on networks and dates together.
const BOUND: f64 = 0.35;

/// Turn by turn, each longer than the one before, until the budget is used up or nothing better is to be had.
pub(super) fn take_turns(incumbent: &mut Incumbent<'_>, assigned: &mut Assignment, seed: u64, budget: &Budget<'_>) {
    let known = Dates::new(incumbent.problem);
    // What is proved of dates holds whatever the meetings are: as if there were none.
    let without_meetings = incumbent.problem.around(Vec::new());
    let known_without = (!incumbent.problem.meetings().is_empty()).then(|| Dates::new(&without_meetings));
    let mut tried = Vec::new();
    for turn in 0.. {
        if budget.enough() || incumbent.is_proved() {
            break;
        }
        let share = budget.share_at_most(1.0, FIRST_TURN.doubled(turn));
        let seed = seed.wrapping_add(turn.into());
        let (plan, dates_bound) = take_turn(incumbent, incumbent.problem, &known, assigned, &mut tried, seed, &share);
        incumbent.offer(plan, assigned.bound, dates_bound);
        let boundable = is_boundable(incumbent.problem, assigned) && !incumbent.is_proved();
        if let Some(solution) = incumbent.solution.as_ref().filter(|_| boundable) {
            let dates = known_without.as_ref().unwrap_or(&known);
            let plan = Plan { meetings: Vec::new(), ..solution.plan.clone() };
            let proved = joint::bound(&without_meetings, dates, assigned, &plan, &share);
            incumbent.prove(proved);
        }
        budget.join(&share);
        if share.spent() == 0 {
            break; // neither search found anything left to try
        }
    }
}

/// Networks, networks with an eye on dates, dates: the plan that comes of it, and what is proved of its dates. Leaves some of
/// the share where more than that can be proved.
/// `problem` is the best plan's own, steered perhaps in another way.
pub(crate) fn take_turn(
    incumbent: &Incumbent<'_>,
    problem: &Task,
    known: &Dates<'_>,
    assigned: &mut Assignment,
    tried: &mut Vec<Option<NetworkIx>>,
    seed: u64,
    share: &Budget<'_>,
) -> (Plan, f64) {
    let watch = share.watch();
    let networks = share.share(if problem.rounds().is_empty() { 1.0 } else { NETWORKS });
    watch.tell(News::Phase("assignment"));
    if let assignment::Outcome::Assigned(better) = assign(problem, Some(&*assigned), seed, share, networks) {
        *assigned = better;
    }
    // Once the networks at hand have been tried, the best plan's are: they know about dates.
    let mut start = match &incumbent.solution {
        Some(best) if *tried == assigned.network_of => best.plan.clone(),
        _ => incumbent.visits_for(problem, assigned),
    };
    if joint::pays(problem, share) {
        tried.clone_from(&assigned.network_of);
        watch.tell(News::Phase("joint"));
        let both = share.share(BOTH);
        start = joint::improve(problem, known, &start, seed, &both);
        share.join(&both);
    }
    watch.tell(News::Phase("timetable"));
    let dating = share.share(if is_boundable(problem, assigned) { 1.0 - BOUND } else { 1.0 });
    let dates = timetable::solve(problem, &start, seed, &dating);
    share.join(&dating);
    (Plan { visits: dates.visits, ..start }, dates.bound)
}

/// Whether a bound on networks and dates together is worth looking for: not where prices that are no costs steer the search.
fn is_boundable(problem: &Task, assigned: &Assignment) -> bool {
    !problem.steering().is_some_and(Steering::has_prices) && joint::is_boundable(problem, assigned)
}

/// Quick networks; where there are none that quickly, with all the effort there is. `start`: to begin from.
pub(crate) fn first_assignment(
    problem: &Task,
    start: Option<&Assignment>,
    seed: u64,
    budget: &Budget<'_>,
) -> assignment::Outcome {
    let quick = budget.share_at_most(FIRST_ANSWER, FIRST_ANSWER_LIMIT);
    match assign(problem, start, seed, budget, quick) {
        assignment::Outcome::NotFound => assign(problem, start, seed, budget, budget.share(1.0)),
        found => found,
    }
}

/// One go at the networks with a share of the budget, which is joined again.
fn assign(
    problem: &Task,
    start: Option<&Assignment>,
    seed: u64,
    budget: &Budget<'_>,
    share: Budget<'_>,
) -> assignment::Outcome {
    let outcome = assignment::solve(problem, start, seed, &share);
    budget.join(&share);
    outcome
}
