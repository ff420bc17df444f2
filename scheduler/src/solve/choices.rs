//! Several plans of one problem, to choose from: what more changes would save ([`curve`]), and good plans that differ
//! ([`shortlist`]).

use super::incumbent::Incumbent;
use super::joint;
use super::replan;
use super::solve_from;
use crate::effort::{Budget, Effort};
use crate::infeasibility::Clash;
use crate::plan::Plan;
use crate::solution::{Observer, Outcome, Quiet, Solution, Start};
use crate::steering::{Steering, Task};
use crate::timetable;

/// What at most so many changes against the base plan come to.
#[derive(Clone, Debug)]
pub struct Point {
    /// Most changes.
    pub most: u32,
    /// The plan, where one was found.
    pub solution: Option<Solution>,
    /// Why there is none, where that is proved.
    pub clash: Option<Clash>,
}

/// The curve from the number of changes allowed to cost, for these numbers, ascending: each plan is begun from the one
/// before, which is one for every larger number, so that the curve never rises. The effort is shared among the points;
/// `told` hears of each. `problem` must be steered from a base plan.
pub fn curve(
    problem: &Task,
    limits: &[u32],
    effort: &Effort,
    watch: &dyn Observer,
    mut told: impl FnMut(&Point),
) -> Vec<Point> {
    let mut limits = limits.to_vec();
    limits.sort_unstable();
    limits.dedup();
    let mut points: Vec<Point> = Vec::new();
    for (at, &most) in limits.iter().enumerate() {
        let Some(steering) = problem.steering() else { break };
        let limited = problem.steered(steering.limited(most));
        let before = points.iter().rev().find_map(|point| point.solution.as_ref());
        let start = before.map(|before| replan::unproved(&limited, before.plan.clone()));
        let mut point = Point { most, solution: before.cloned(), clash: None };
        if !watch.stopped() {
            match solve_from(&limited, start, &part(effort, watch, at, limits.len()), watch) {
                Outcome::Planned(solution) => point.solution = Some(solution),
                Outcome::Infeasible(clash) => point.clash = Some(clash),
                Outcome::NotFound(_) | Outcome::Broken(_) => {}
            }
        }
        told(&point);
        points.push(point);
    }
    points
}

/// The part of an effort that one of several searches gets: an equal part of the work, and of the time that is left.
fn part(effort: &Effort, watch: &dyn Observer, at: usize, of: usize) -> Effort {
    let now = watch.elapsed().as_secs_f64();
    Effort {
        seconds: whole_seconds(effort).map(|end| now + (end - now).max(0.0) / (of - at) as f64),
        work: effort.work.map(|work| work / of as u64),
        ..effort.clone()
    }
}

/// The seconds of an effort, where time is limited.
fn whole_seconds(effort: &Effort) -> Option<f64> {
    if effort.work.is_none() { Some(effort.seconds.unwrap_or(60.0)) } else { effort.seconds }
}

/// What a shortlist is to hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// So many plans at most, at least 1.
    pub plans: usize,
    /// None costs more than the best by more than this part of its cost.
    pub within: f64,
    /// Any two are at least so many changes apart, counted from either.
    pub apart: u32,
}

/// The part of the effort that goes into the first plan, which all others are looked for from.
const FIRST: f64 = 0.4;
/// Tries for one more plan, and the part of what is left that each takes but the last. The price on what is as in those
/// before begins low, as cheap plans are wanted, rises so much from one try to the next while what is found is too much
/// alike, and falls while it is too dear.
const TRIES: usize = 3;
const TRY: f64 = 0.5;
const STEP: f64 = 5.0;

/// Plans to choose from: the best that is found, then others that keep what is wanted, each as cheap as one is found. Where
/// there are fewer than wanted, no more were found in the effort. Both conditions are counted from the plans.
///
/// Begun from `start`, else as [`solve_from`] begins.
pub fn shortlist(
    problem: &Task,
    start: Option<Start>,
    wanted: Wanted,
    effort: &Effort,
    watch: &dyn Observer,
) -> Result<Vec<Solution>, Box<Outcome>> {
    let first = Effort {
        seconds: whole_seconds(effort).map(|end| FIRST * end),
        work: effort.work.map(|work| (FIRST * work as f64) as u64),
        ..effort.clone()
    };
    let first = match solve_from(problem, start, &first, watch) {
        Outcome::Planned(first) => first,
        other => return Err(Box::new(other)),
    };
    let mut list = vec![first];
    for at in 1..wanted.plans {
        let rest = Effort { work: effort.work.map(|work| ((1.0 - FIRST) * work as f64) as u64), ..effort.clone() };
        let share = part(&rest, watch, at - 1, wanted.plans - 1);
        let budget = Budget::new(&share, watch);
        let cheapest = list.iter().map(|one| one.cost.total()).fold(f64::INFINITY, f64::min);
        // At last, to have nothing as before would be worth as much as a plan may cost more.
        let things = 2 * problem.enrolments().len().max(1);
        let mut price = wanted.within * cheapest / things as f64 / STEP.powi(TRIES as i32 - 1); // few tries
        for attempt in 0..TRIES {
            if budget.enough() {
                break;
            }
            let turn = budget.share(if attempt + 1 < TRIES { TRY } else { 1.0 });
            let seed = effort.seed.wrapping_add((at * TRIES + attempt) as u64);
            let found = elsewhere(problem, &list, price, seed, &turn, watch);
            budget.join(&turn);
            match found {
                Some(found) if !is_apart(problem, &list, &found, wanted) => price *= STEP,
                Some(found) if is_near(&list, &found, wanted) => {
                    list.push(found);
                    break;
                }
                _ => price /= STEP,
            }
        }
    }
    list.sort_by(|a, b| a.cost.total().total_cmp(&b.cost.total()));
    let most = list.first().map_or(0.0, |best| best.cost.total() * (1.0 + wanted.within));
    list.retain(|one| one.cost.total() <= most + 1e-9);
    Ok(list)
}

/// A plan that shares as little with those before as that price is worth.
fn elsewhere(
    problem: &Task,
    list: &[Solution],
    price: f64,
    seed: u64,
    budget: &Budget<'_>,
    watch: &dyn Observer,
) -> Option<Solution> {
    let steering = problem.steering().cloned().unwrap_or_default();
    let plans: Vec<&Plan> = list.iter().map(|one| &one.plan).collect();
    let shunning = problem.steered(steering.shunning(problem, &plans, price));
    let quiet = Quiet(watch); // it is no better plan, only another
    let mut best = Incumbent::new(problem, &Effort::default(), &quiet);
    let from = &list.first()?.plan;
    let plan = if problem.rounds().is_empty() || joint::pays(&shunning, budget) {
        replan::turn(&best, &shunning, from, seed, budget)
    } else {
        // Other networks would need a look at their dates, too.
        Plan { visits: timetable::solve(&shunning, from, seed, budget).visits, ..from.clone() }
    };
    best.offer(plan, 0.0, 0.0);
    best.solution
}

/// Whether it and all others are near the cheapest of them.
fn is_near(list: &[Solution], found: &Solution, wanted: Wanted) -> bool {
    let costs = || list.iter().chain([found]).map(|one| one.cost.total());
    let most = costs().fold(f64::INFINITY, f64::min) * (1.0 + wanted.within) + 1e-9;
    costs().all(|cost| cost <= most)
}

/// Whether it is far enough from all others.
fn is_apart(problem: &Task, list: &[Solution], found: &Solution, wanted: Wanted) -> bool {
    list.iter().all(|one| apart(problem, &one.plan, &found.plan) >= wanted.apart)
}

/// How many changes two plans are apart, counted from the one from which there are fewer.
pub fn apart(problem: &Task, a: &Plan, b: &Plan) -> u32 {
    let from = |base: &Plan, other: &Plan| Steering::from_plan(problem, base).changes(problem, other).total();
    from(a, b).min(from(b, a))
}
