//! From a base plan to one of the problem as it is now: mended, then made better with few changes.

use crate::assignment::{self, Assignment};
use crate::effort::Budget;
use crate::explain::Clash;
use crate::joint::Dates;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx, Problem};
use crate::solution::Bound;
use crate::solve::{Best, Start, first_assignment, take_turn};
use crate::timetable;

/// What a change costs while a base plan is mended: what must be is done with few.
const MENDING: f64 = 50_000.0;

/// The base plan with everything mended that breaks a rule by now: networks below their minimum, visits that no longer
/// work. `None` without a base, or where mending networks fails.
pub(crate) fn mended(problem: &Problem, seed: u64) -> Option<Start> {
    let steering = problem.steering()?;
    let base = steering.base()?;
    let careful = problem.clone().steered(steering.pressed(MENDING));
    let networks = assignment::mend(&careful, &base.network_of, seed)?;
    let plan = Plan { network_of: networks.network_of, visits: base.visits.clone() };
    let dates = timetable::greedy(&careful, &plan);
    let (assignment, timetable) = bounds(problem, &plan);
    Some(Start { plan: Plan { visits: dates.visits, ..plan }, bound: Bound { assignment, timetable, total: 0.0 } })
}

/// First networks: from a base plan where there is one, with few changes.
pub(crate) fn first_networks(problem: &Problem, seed: u64, budget: &Budget<'_>) -> assignment::Outcome {
    match problem.steering().and_then(|steering| Some((steering, steering.base()?))) {
        Some((steering, base)) => {
            let careful = problem.clone().steered(steering.pressed(MENDING));
            match first_assignment(&careful, Some(&Assignment::unproved(&careful, base)), seed, budget) {
                // What was proved was proved of other prices.
                assignment::Outcome::Assigned(Assignment { network_of, .. }) => {
                    let plan = Plan { network_of, visits: Vec::new() };
                    assignment::Outcome::Assigned(Assignment::of(&plan, 0.0))
                }
                other => other,
            }
        }
        None => first_assignment(problem, None, seed, budget),
    }
}

/// The part of what is left that one price of a change gets, and by how much the next price differs.
const TURN: f64 = 0.15;
const STEP: f64 = 2.5;
/// The first price, as a part of what an enrolment costs on average.
const FIRST_PRICE: f64 = 0.5;
/// Prices that differ by less are as good as one.
const NEAR: f64 = 1.15;

/// Looks for better plans with no more changes than allowed. A price on each change leads the searches: it rises while
/// they make more, and falls while they make fewer. What makes more is not kept, and dates never make more than networks
/// leave them (Lagrange; the plan that is kept needs no price).
pub(crate) fn with_few_changes(best: &mut Best<'_>, seed: u64, budget: &Budget<'_>) {
    let problem = best.problem;
    let (Some(steering), Some(first)) = (problem.steering(), best.solution.as_ref()) else { return };
    let most = steering.most().unwrap_or(u32::MAX);
    let mut price = (FIRST_PRICE * first.cost.total() / problem.enrolments().len().max(1) as f64).max(1.0);
    let (mut too_low, mut high_enough) = (0.0, f64::INFINITY);
    for turn in 0.. {
        let Some(from) = best.solution.as_ref().filter(|_| !budget.enough() && !best.is_proved()) else { return };
        let share = budget.share(TURN);
        let pressed = problem.clone().steered(steering.pressed(price));
        let mut assigned = Assignment::unproved(&pressed, &from.plan);
        let known = Dates::new(&pressed);
        let (plan, _) = take_turn(best, &pressed, &known, &mut assigned, &mut Vec::new(), seed + turn, &share);
        budget.join(&share);
        if steering.changes(problem, &plan).total() > most {
            too_low = price;
            price = if high_enough.is_finite() { (too_low * high_enough).sqrt() } else { price * STEP };
        } else {
            high_enough = price;
            price = if too_low > 0.0 { (too_low * high_enough).sqrt() } else { price / STEP };
        }
        if high_enough < NEAR * too_low {
            (too_low, high_enough) = (too_low / STEP, high_enough * STEP); // other networks by now: other prices
        }
        best.offer(plan, 0.0, 0.0);
        if share.spent() == 0 {
            return;
        }
    }
}

/// What is proved of the cost of all plans that keep the locks, without any search: of networks, and of the dates of these
/// networks.
pub(crate) fn bounds(problem: &Problem, plan: &Plan) -> (f64, f64) {
    let unpriced = problem.steering().map(|steering| problem.clone().steered(steering.unpriced()));
    let problem = unpriced.as_ref().unwrap_or(problem);
    (assignment::lower_bound(problem), timetable::lower_bound(problem, plan))
}

/// The proof, where there is one, that the changes allowed are too few: networks lack more members than may come from
/// elsewhere.
pub(crate) fn too_few_changes(problem: &Problem) -> Option<Clash> {
    let steering = problem.steering()?;
    let most = steering.most()?;
    steering.base()?;
    let all = || (0..problem.enrolments().len()).map(EnrolmentIx::new);
    let mut networks = Vec::new();
    let mut needed = 0;
    for at in 0..problem.tracks().len() {
        let mut lacking = 0;
        let of_track = problem.networks().iter().enumerate().filter(|(_, network)| network.track.at() == at);
        for (n, network) in of_track {
            let here = all().filter(|&e| steering.promised_to(e) == Some(NetworkIx::new(n))).count() as u32;
            if here < network.min_members && !network.may_stay_empty {
                lacking += network.min_members - here;
                networks.push(network.id.clone());
            }
        }
        let free = |e: &EnrolmentIx| problem.enrolment(*e).track.at() == at && steering.promised_to(*e).is_none();
        needed += lacking.saturating_sub(all().filter(free).count() as u32);
    }
    (needed > most).then(|| Clash {
        detail: format!(
            "Networks lack {needed} members at least who would have to come from other networks, and at most {most} \
             changes are allowed."
        ),
        networks,
        rules: vec!["min_members".to_owned(), "max_changes".to_owned()],
    })
}
