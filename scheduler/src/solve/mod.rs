//! Solving: the plan of attack on one screen.
//!
//! Meetings of gatherings come first ([`meetings`]): networks and dates are planned around them. Networks then, as a set partitioning problem with a bound by column generation ([`assignment`]); then networks with an eye on dates
//! ([`joint`]), then dates ([`timetable`]); and all again, turn by turn, with the effort that is left ([`turn`]). Where something
//! steers the search, it begins from the base plan, mended, and a price on changes leads it ([`replan`]). Whatever a search
//! finds is offered to the [`incumbent`], which checks it by the rules before it is told.

pub mod choices;
pub(crate) mod exactly;
mod fairness;
mod gentle;
pub(crate) mod incumbent;
pub(crate) mod joint;
mod meetings;
mod replan;
mod too_few_changes;
mod total_bound;
mod turn;

use std::ops::ControlFlow;

use crate::assignment::{self, Assignment};
use crate::clash;
use crate::cost;
use crate::effort::{Budget, Effort, News};
use crate::plan::Plan;
use crate::solution::{Observer, Outcome, Solution, Start};
use crate::steering::{Steering, Task};
use crate::timetable;

use incumbent::Incumbent;

/// The part of the effort that goes into disturbing fewer, where that is asked for.
const GENTLE: f64 = 0.1;

/// Of the effort on a small problem: the part of a first search, and of what is left then the part in which every assignment
/// is looked at.
const FIRST_SEARCH: f64 = 0.2;
const EVERY_ASSIGNMENT: f64 = 0.8;

/// So many times what checking the first plan took is kept for the last one: it is checked, explained and written down.
const ENDING: f64 = 3.0;

/// Makes a plan: as good as the effort allows, checked by the rules before it is answered.
pub fn solve(problem: &Task, effort: &Effort, watch: &dyn Observer) -> Outcome {
    solve_from(problem, None, effort, watch)
}

/// The same, from where an earlier solve has ended: the plan costs no more than the one it begins from, and no less is
/// proved of it.
pub fn solve_from(problem: &Task, start: Option<Start>, effort: &Effort, watch: &dyn Observer) -> Outcome {
    let whole = Budget::new(effort, watch);
    let mut planned = problem.clone();
    let mut proved = 0.0;
    if !problem.gatherings().is_empty() {
        let known = start.as_ref().map(|start| &start.plan).or_else(|| problem.steering()?.base());
        match meetings::settle(problem, known.map_or(&[], |plan| &plan.meetings), effort.seed, &whole) {
            Ok((around, bound)) => (planned, proved) = (around, bound),
            Err(clash) => return Outcome::without_plan(clash),
        }
    }
    let problem = &planned;
    let mut incumbent = Incumbent::new(problem, effort, watch);
    incumbent.prove_gatherings(proved);
    let is = |what: fn(&Steering) -> bool| problem.steering().is_some_and(what);
    let gentle = is(Steering::wants_few);

    watch.tell(News::Phase("assignment"));
    if let Some(clash) = too_few_changes::counted(problem) {
        return Outcome::Infeasible(clash);
    }
    let before = incumbent.begin(start).and(incumbent.solution.as_ref().map(Solution::value));
    let begun = match incumbent.at_hand().filter(|_| !gentle) {
        None => incumbent.begin(replan::starts(problem, effort.seed, &whole)),
        begun => begun,
    };
    let (mut assigned, made) = match begun {
        Some(begun) => (begun, None),
        None => match first_plan(&mut incumbent, effort, watch, &whole) {
            ControlFlow::Continue((assigned, plan)) => (assigned, Some(plan)),
            ControlFlow::Break(outcome) => return outcome,
        },
    };

    let whole = whole.holding_back(incumbent.took.mul_f64(ENDING));
    let budget = whole.share(if gentle { 1.0 - GENTLE } else { 1.0 });
    if is(Steering::allows_few) {
        let first = incumbent.solution.as_ref().map(|best| best.plan.clone()).or(made);
        first.into_iter().for_each(|first| replan::with_few_changes(&mut incumbent, first, effort.seed, &budget));
    } else if is(Steering::minds_the_farthest) {
        fairness::for_the_farthest(&mut incumbent, effort.seed, &budget);
    } else {
        small_problem(&mut incumbent, &mut assigned, effort.seed, &budget);
        turn::take_turns(&mut incumbent, &mut assigned, effort.seed, &budget);
    }
    if gentle {
        whole.join(&budget);
        replan::calm(&mut incumbent, before, &whole);
    }

    if incumbent.solution.is_none()
        && let Some(clash) = too_few_changes::for_dates(problem, effort.seed, &whole)
    {
        return Outcome::Infeasible(clash);
    }
    incumbent.outcome()
}

/// Settles a small problem: a short search, then every assignment with its best dates, cut off by what the search has found.
fn small_problem(incumbent: &mut Incumbent<'_>, assigned: &mut Assignment, seed: u64, budget: &Budget<'_>) {
    let problem = incumbent.problem;
    if !problem.gatherings().is_empty() || !exactly::is_small(problem) {
        return;
    }
    let share = budget.share(FIRST_SEARCH);
    turn::take_turns(incumbent, assigned, seed, &share);
    budget.join(&share);
    let Some(known) = incumbent.solution.as_ref().filter(|_| !incumbent.is_proved()) else { return };
    let plan = known.plan.clone();
    let share = budget.share(EVERY_ASSIGNMENT);
    let found = exactly::best(problem, Some(&plan), &plan, &share);
    budget.join(&share);
    match found {
        exactly::Best::Plan(plan) => {
            let cost = cost::cost(problem, &plan);
            incumbent.offer_proved(plan, 0.0, cost.timetable());
            incumbent.prove(cost.assignment() + cost.timetable());
        }
        exactly::Best::Open(Some(plan)) => incumbent.offer_proved(plan, 0.0, 0.0),
        exactly::Best::Open(None) | exactly::Best::None => {}
    }
}

/// The first networks with quick dates, offered; or how the solve ends without any.
fn first_plan(
    incumbent: &mut Incumbent<'_>,
    effort: &Effort,
    watch: &dyn Observer,
    budget: &Budget<'_>,
) -> ControlFlow<Outcome, (Assignment, Plan)> {
    let problem = incumbent.problem;
    if let Some(clash) = too_few_changes::for_networks(problem, effort.seed, budget) {
        return ControlFlow::Break(Outcome::Infeasible(clash));
    }
    let first = match replan::first_networks(problem, effort.seed, budget) {
        assignment::Outcome::Assigned(first) => first,
        assignment::Outcome::Infeasible(clash) => {
            let smallest = clash::floors(problem, effort, watch);
            return ControlFlow::Break(Outcome::Infeasible(smallest.unwrap_or(clash)));
        }
        assignment::Outcome::NotFound => return ControlFlow::Break(Outcome::NotFound(None)),
    };
    let visits = problem.steering().and_then(Steering::base).map_or_else(Vec::new, |base| base.visits.clone());
    let plan = problem.plan(first.network_of.clone(), visits);
    let dates = timetable::greedy(problem, &plan);
    let plan = Plan { visits: dates.visits, ..plan };
    incumbent.offer(plan.clone(), first.bound, dates.bound);
    ControlFlow::Continue((first, plan))
}
