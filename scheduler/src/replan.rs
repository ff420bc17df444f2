//! From a base plan to one of the problem as it is now: mended, then made better with few changes.

use crate::assignment::{self, Assignment};
use crate::effort::{Budget, News};
use crate::explain::Clash;
use crate::joint::{self, Dates};
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx, Problem};
use crate::solution::Bound;
use crate::solve::{Best, Start, first_assignment};
use crate::timetable;

/// What a change costs while a base plan is mended: what must be is done with few.
const MENDING: f64 = 50_000.0;

/// Plans to begin from: the base as it is, which may break rules by now, and with everything mended that does: networks
/// below their minimum, visits that no longer work. None without a base.
pub(crate) fn starts(problem: &Problem, seed: u64) -> Vec<Start> {
    let Some((steering, base)) = problem.steering().and_then(|steering| Some((steering, steering.base()?))) else {
        return Vec::new();
    };
    let careful = problem.clone().steered(steering.pressed(MENDING));
    let mended = assignment::mend(&careful, &base.network_of, seed).map(|networks| {
        let plan = Plan { network_of: networks.network_of, visits: base.visits.clone() };
        Plan { visits: timetable::greedy(&careful, &plan).visits, ..plan }
    });
    [base.clone()].into_iter().chain(mended).map(|plan| unproved(problem, plan)).collect()
}

/// A plan to begin from, of which nothing is known that needs a search.
pub(crate) fn unproved(problem: &Problem, plan: Plan) -> Start {
    let (assignment, timetable) = bounds(problem, &plan);
    Start { plan, bound: Bound { assignment, timetable, total: 0.0 } }
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

/// The part of what is left that one price of a change gets; where that is too little for a look at networks and dates
/// together, the next.
const TURNS: [f64; 4] = [0.2, 0.4, 0.7, 1.0];
/// The part of a turn that goes into networks, and of what is left then the part that goes into dates at the same price.
const NETWORKS: f64 = 0.7;
const DATES: f64 = 0.5;
/// The first price, as a part of what an enrolment costs on average, and by how much the next one differs at most.
const FIRST_PRICE: f64 = 0.5;
const STEP: f64 = 4.0;
/// Prices that differ by less are as good as one.
const NEAR: f64 = 1.15;

/// Looks for better plans with no more changes than allowed. A price on each change leads the searches: it rises while
/// they make more, and falls while they make fewer (Lagrange). Then dates are looked for once more without a price, and with
/// no more changes than the networks leave them. What makes more all the same is not kept.
pub(crate) fn with_few_changes(best: &mut Best<'_>, seed: u64, budget: &Budget<'_>) {
    let problem = best.problem;
    let (Some(steering), Some(first)) = (problem.steering(), best.solution.as_ref()) else { return };
    let most = steering.most().unwrap_or(u32::MAX);
    let mean = first.cost.total() / problem.enrolments().len().max(1) as f64;
    let mut price = Price { now: (FIRST_PRICE * mean).max(1.0), too_low: 0.0, high_enough: f64::INFINITY };
    for number in 0.. {
        let Some(from) = best.solution.as_ref().filter(|_| !budget.enough() && !best.is_proved()) else { return };
        let seed = seed.wrapping_add(number);
        let share = turn_of(problem, budget);
        let pressed = problem.clone().steered(steering.pressed(price.now));
        let found = turn(best, &pressed, &from.plan, seed, &share);
        let changes = steering.changes(problem, &found).total();
        let kept = Plan { visits: timetable::solve(problem, &found, seed, &share).visits, ..found.clone() };
        budget.join(&share);
        price.follow(changes, most);
        best.offer(found, 0.0, 0.0);
        best.offer(kept, 0.0, 0.0);
        if share.spent() == 0 {
            return;
        }
    }
}

/// Networks and dates at the price that `steered` has, from a plan; leaves some of the budget.
pub(crate) fn turn(best: &Best<'_>, steered: &Problem, from: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
    let networks = budget.share(if steered.rounds().is_empty() { 1.0 } else { NETWORKS });
    let start = better_networks(best, steered, from, seed, &networks);
    budget.join(&networks);
    budget.watch().tell(News::Phase("timetable"));
    let dates = budget.share(DATES);
    let visits = timetable::solve(steered, &start, seed, &dates).visits;
    budget.join(&dates);
    Plan { visits, ..start }
}

/// The budget of a turn.
fn turn_of<'a>(problem: &Problem, budget: &Budget<'a>) -> Budget<'a> {
    let enough = |part: &&f64| joint::pays(problem, &budget.share(**part * NETWORKS));
    budget.share(TURNS.iter().find(enough).copied().unwrap_or(TURNS[0]))
}

/// Networks at the price of a change that `pressed` has: with an eye on dates where that can be had.
fn better_networks(best: &Best<'_>, pressed: &Problem, from: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
    if joint::pays(pressed, budget) {
        budget.watch().tell(News::Phase("joint"));
        return joint::improve(pressed, &Dates::new(pressed), from, seed, budget);
    }
    budget.watch().tell(News::Phase("assignment"));
    let before = Assignment::unproved(pressed, from);
    match assignment::solve(pressed, Some(&before), seed, budget) {
        assignment::Outcome::Assigned(found) => best.visits_for(pressed, &found),
        _ => from.clone(),
    }
}

/// A price that is looked for.
struct Price {
    now: f64,
    too_low: f64,
    high_enough: f64,
}

impl Price {
    /// The next price, after this one has led to so many changes.
    fn follow(&mut self, changes: u32, most: u32) {
        if changes > most {
            self.too_low = self.now;
        } else {
            self.high_enough = self.now;
        }
        if self.high_enough < NEAR * self.too_low {
            // Networks are others by now, and so are prices.
            (self.too_low, self.high_enough) = (self.too_low / STEP, self.high_enough * STEP);
        }
        let ratio = f64::from(changes + 1) / f64::from(most + 1);
        self.now *= ratio.clamp(1.0 / STEP, STEP);
        if self.now <= self.too_low || self.now >= self.high_enough {
            let low = self.too_low.max(self.high_enough.min(self.now * STEP) / STEP);
            self.now = (low * self.high_enough.min(low * STEP)).sqrt();
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
        ..Clash::default()
    })
}
