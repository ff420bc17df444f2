//! From a base plan to one of the problem as it is now: mended, then made better with few changes.

use super::gentle::{Back, HAIR};
use super::incumbent::Incumbent;
use super::joint::{self, Dates};
use super::too_few_changes::PROOF;
use super::total_bound;
use super::turn::first_assignment;
use crate::assignment::{self, Assignment};
use crate::cost;
use crate::effort::{Budget, News};
use crate::plan::Plan;
use crate::solution::{Bound, Start};
use crate::steering::Task;
use crate::timetable::{self, possible, possible::Hostings};

/// What a change costs while a base plan is mended: what must be is done with few.
const MENDING: f64 = 50_000.0;

/// Plans to begin from: the base as it is, which may break rules by now, and with everything mended that does: networks
/// below their minimum, visits that no longer work; where that drops hostings, with the dates that a model has for all of
/// them. None without a base.
pub(crate) fn starts(problem: &Task, seed: u64, budget: &Budget<'_>) -> Vec<Start> {
    let Some((steering, base)) = problem.steering().and_then(|steering| Some((steering, steering.base()?))) else {
        return Vec::new();
    };
    let careful = problem.steered(steering.pressed(MENDING));
    let mended = assignment::mend(&careful, &base.network_of, seed).map(|networks| {
        let plan = careful.plan(networks.network_of, base.visits.clone());
        Plan { visits: timetable::greedy(&careful, &plan).visits, ..plan }
    });
    let held = mended.as_ref().and_then(|plan| all_held(problem, plan, seed, budget));
    [base.clone()].into_iter().chain(mended).chain(held).map(|plan| unproved(problem, plan)).collect()
}

/// The plan with other dates, in which every hosting of the base is held; `None` where that is so already, or no such dates
/// are found.
fn all_held(problem: &Task, plan: &Plan, seed: u64, budget: &Budget<'_>) -> Option<Plan> {
    let steering = problem.steering()?;
    if steering.changes(problem, plan).hostings == 0 {
        return None;
    }
    let wanted: Vec<_> = steering.promised_in(problem, plan).collect();
    let share = budget.share(PROOF);
    let found = possible::hostings(problem, plan, &wanted, seed, &share);
    budget.join(&share);
    let Hostings::Held(visits) = found else { return None };
    let plan = problem.plan(plan.network_of.clone(), visits);
    Some(Plan { visits: timetable::greedy(problem, &plan).visits, ..plan })
}

/// A plan to begin from, of which nothing is known that needs a search.
pub(crate) fn unproved(problem: &Task, plan: Plan) -> Start {
    let (assignment, timetable) = total_bound::bounds(problem, &plan);
    Start { plan, bound: Bound { assignment, timetable, ..Bound::default() } }
}

/// First networks: from a base plan where there is one, with few changes.
pub(crate) fn first_networks(problem: &Task, seed: u64, budget: &Budget<'_>) -> assignment::Outcome {
    match problem.steering().and_then(|steering| Some((steering, steering.base()?))) {
        Some((steering, base)) => {
            let careful = problem.steered(steering.pressed(MENDING));
            match first_assignment(&careful, Some(&Assignment::unproved(&careful, base)), seed, budget) {
                // What was proved was proved of other prices.
                assignment::Outcome::Assigned(Assignment { network_of, .. }) => {
                    let plan = problem.plan(network_of, Vec::new());
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
/// `first`: where it begins as long as no plan keeps the limits.
pub(crate) fn with_few_changes(best: &mut Incumbent<'_>, first: Plan, seed: u64, budget: &Budget<'_>) {
    let problem = best.problem;
    let Some(steering) = problem.steering() else { return };
    let most = steering.most().unwrap_or(u32::MAX);
    back_within_limits(best, &first, budget);
    let mean = cost::cost(problem, &first).total() / problem.enrolments().len().max(1) as f64;
    let mut price = Price { now: (FIRST_PRICE * mean).max(1.0), too_low: 0.0, high_enough: f64::INFINITY };
    for number in 0.. {
        if budget.enough() || best.is_proved() {
            return;
        }
        let from = best.solution.as_ref().map_or(&first, |best| &best.plan).clone();
        let seed = seed.wrapping_add(number);
        let share = turn_of(problem, budget);
        let pressed = problem.steered(steering.pressed(price.now));
        let found = turn(best, &pressed, &from, seed, &share);
        let steered = steering.judge(problem, &found);
        let kept = Plan { visits: timetable::solve(problem, &found, seed, &share).visits, ..found.clone() };
        budget.join(&share);
        price.follow([
            (steered.changes.total(), most),
            (steered.affected.municipalities, steering.most_affected().unwrap_or(u32::MAX)),
        ]);
        for plan in [found, kept] {
            best.offer(plan.clone(), 0.0, 0.0);
            back_within_limits(best, &plan, budget);
        }
        if share.spent() == 0 {
            return;
        }
    }
}

/// Takes a plan that exceeds the limits of changes back until it keeps them.
fn back_within_limits(best: &mut Incumbent<'_>, plan: &Plan, budget: &Budget<'_>) {
    let problem = best.problem;
    let over = problem.steering().is_some_and(|steering| steering.is_exceeded(problem, plan));
    if let Some(back) = Back::new(problem, budget).filter(|_| over) {
        back.towards_base(plan.clone(), f64::NEG_INFINITY, &mut |plan| best.offer_proved(plan.clone(), 0.0, 0.0));
    }
}

/// Networks and dates at the price that `steered` has, from a plan; leaves some of the budget.
pub(crate) fn turn(best: &Incumbent<'_>, steered: &Task, from: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
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
fn turn_of<'a>(problem: &Task, budget: &Budget<'a>) -> Budget<'a> {
    let enough = |part: &&f64| joint::pays(problem, &budget.share(**part * NETWORKS));
    budget.share(TURNS.iter().find(enough).copied().unwrap_or(TURNS[0]))
}

/// Networks at the price of a change that `pressed` has: with an eye on dates where that can be had.
fn better_networks(best: &Incumbent<'_>, pressed: &Task, from: &Plan, seed: u64, budget: &Budget<'_>) -> Plan {
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
    /// The next price, after this one has led to so many of each of which so many are allowed.
    fn follow(&mut self, made: [(u32, u32); 2]) {
        let ratio = |(made, most): (u32, u32)| (f64::from(made) + 1.0) / (f64::from(most) + 1.0);
        let ratio = made.into_iter().map(ratio).fold(0.0, f64::max);
        if ratio > 1.0 {
            self.too_low = self.now;
        } else {
            self.high_enough = self.now;
        }
        if self.high_enough < NEAR * self.too_low {
            // Networks are others by now, and so are prices.
            (self.too_low, self.high_enough) = (self.too_low / STEP, self.high_enough * STEP);
        }
        self.now *= ratio.clamp(1.0 / STEP, STEP);
        if self.now <= self.too_low || self.now >= self.high_enough {
            let low = self.too_low.max(self.high_enough.min(self.now * STEP) / STEP);
            self.now = (low * self.high_enough.min(low * STEP)).sqrt();
        }
    }
}

/// Ends a search with a plan that disturbs fewer, of those that cost about the same as the best; `start`: what the plan cost
/// that it was begun from, and no more is taken.
pub(crate) fn calm(best: &mut Incumbent<'_>, start: Option<f64>, budget: &Budget<'_>) {
    let problem = best.problem;
    let Some(found) = best.solution.as_ref() else { return };
    let most = (found.value() * (1.0 + HAIR)).min(start.unwrap_or(f64::INFINITY)).max(found.value());
    let plan = found.plan.clone();
    if let Some(back) = Back::new(problem, budget) {
        back.towards_base(plan, most, &mut |plan| best.offer_proved(plan.clone(), 0.0, 0.0));
    }
    best.end_gently(most);
}
