//! Where best to put an enrolment, and who would best fill a network: the exact price of each choice by itself, dates
//! timed anew, and for the best ones with others making way.

use super::carry::{self, Carried};
use super::local;
use crate::cost::{Measures, cost};
use crate::effort::{Budget, Effort};
use crate::explain::difference::Side;
use crate::explain::obstacle::Obstacle;
use crate::explain::repair::Change;
use crate::explain::why::{self, Choice, Stop};
use crate::parallel;
use crate::plan::Plan;
use crate::problem::{EnrolmentIx, NetworkIx};
use crate::rules;
use crate::solution::{Observer, Outcome};
use crate::steering::{Steering, Task};
use crate::timetable;

/// Steps that go into the dates of a network with one member more.
const DATES: u64 = 40_000;
/// For how many networks others may make way.
const MAKE_WAY: usize = 3;
/// How many moves into a network are priced with their dates.
const PRICED: usize = 20;

/// An enrolment in a network that it is not in.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// Who.
    pub enrolment: EnrolmentIx,
    /// Where to.
    pub network: NetworkIx,
    /// Wishes and travel alone, all else as it is: what ranks those that are not priced.
    pub estimate: f64,
    /// What the plan costs more by measure, nobody else moving and dates of the networks concerned timed anew; weights
    /// applied. `None`: a rule is in the way, or it is far from the best.
    pub more: Option<Measures>,
    /// Everything in the way where nobody else moves.
    pub obstacles: Vec<Obstacle>,
    /// The changes of records that take all of it out of the way together, where there are some.
    pub lifted: Option<Vec<Change>>,
    /// The same where others may move too, and how many others then do; for the best few.
    pub making_way: Option<(Measures, usize)>,
}

impl Move {
    /// What ranks it: the least that it is known to cost more.
    pub fn price(&self) -> f64 {
        let alone = self.more.as_ref().map_or(f64::INFINITY, sum);
        self.making_way.as_ref().map_or(alone, |(more, _)| sum(more).min(alone))
    }
}

/// By price, then by estimate.
fn best_first(moves: &mut [Move]) {
    moves.sort_by(|a, b| a.price().total_cmp(&b.price()).then(a.estimate.total_cmp(&b.estimate)));
}

/// What measures come to together.
pub fn sum(measures: &Measures) -> f64 {
    measures.named().iter().map(|(_, cost)| cost).sum()
}

/// The networks of its track for an enrolment of the problem after, the best first. `before`: the plan, in which the
/// enrolment has no network, and its problem, which may not know the enrolment.
pub fn places(before: Side<'_>, after: &Task, e: EnrolmentIx, effort: &Effort, watch: &dyn Observer) -> Vec<Move> {
    let Ok(after) = carry::around(before, after) else { return Vec::new() };
    let after = &after;
    let plan = Carried::new(before, after).plan;
    let base = *cost(before.problem, before.plan).by_measure();
    let mut moves = into(after, &plan, e);
    moves.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));
    let all = moves.len();
    price(after, &plan, &base, &mut moves, all, effort, watch);
    best_first(&mut moves);
    let mut order: Vec<usize> = (0..all).filter(|&at| !moves[at].obstacles.iter().any(Obstacle::is_closed)).collect();
    order.sort_by(|&a, &b| moves[a].estimate.total_cmp(&moves[b].estimate));
    order.truncate(MAKE_WAY);
    for (done, &at) in order.iter().enumerate() {
        let left = effort.seconds.map(|end| (end - watch.elapsed().as_secs_f64()).max(0.0));
        let until = left.map(|left| watch.elapsed().as_secs_f64() + left / (order.len() - done) as f64);
        let effort = Effort { seconds: until, ..effort.clone() };
        moves[at].making_way = making_way(before, after, &base, &plan, &moves[at], &effort, watch);
    }
    best_first(&mut moves);
    moves
}

/// Who would best fill a network, the best first: the enrolments of its track that are elsewhere or in none. `newcomers`
/// are enrolments that are not there yet: leaving them out costs nothing.
pub fn members(
    problem: &Task,
    plan: &Plan,
    network: NetworkIx,
    newcomers: &[EnrolmentIx],
    effort: &Effort,
    watch: &dyn Observer,
) -> Vec<Move> {
    let problem = &problem.around(plan.meetings.clone());
    let track = problem.network(network).track;
    let here = |e: &EnrolmentIx| problem.enrolment(*e).track == track && plan.network_of[e.at()] != Some(network);
    let those: Vec<EnrolmentIx> = (0..plan.network_of.len()).map(EnrolmentIx::new).filter(here).collect();
    let found = parallel::each(effort.threads.max(1), those, |e| {
        let mut found = into(problem, plan, e).into_iter().find(|one| one.network == network)?;
        if newcomers.contains(&e) {
            found.estimate += problem.weights().unassigned;
        }
        Some(found)
    });
    let mut moves: Vec<Move> = found.into_iter().flatten().collect();
    moves.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));
    let base = *cost(problem, plan).by_measure();
    price(problem, plan, &base, &mut moves, PRICED, effort, watch);
    for one in moves.iter_mut().filter(|one| newcomers.contains(&one.enrolment)) {
        if let Some(more) = &mut one.more {
            more.unassigned += problem.weights().unassigned;
        }
    }
    best_first(&mut moves);
    moves
}

/// An enrolment in each other network of its track, by wishes and travel, with what is in the way.
fn into(problem: &Task, plan: &Plan, e: EnrolmentIx) -> Vec<Move> {
    let alternatives = why::enrolment(problem, plan, e).alternatives.into_iter().filter(|one| !one.present);
    let one = |one: why::Alternative| {
        let Choice::Network(network) = one.choice else { return None };
        let obstacle = |stop| if let Stop::Network(obstacle) = stop { Some(obstacle) } else { None };
        let obstacles = one.stops.into_iter().filter_map(obstacle).collect();
        let (estimate, lifted) = (one.difference, one.lifted);
        Some(Move { enrolment: e, network, estimate, more: None, obstacles, lifted, making_way: None })
    };
    alternatives.filter_map(one).collect()
}

/// Prices the first so many moves that nothing is in the way of.
fn price(
    problem: &Task,
    plan: &Plan,
    base: &Measures,
    moves: &mut [Move],
    most: usize,
    effort: &Effort,
    watch: &dyn Observer,
) {
    let open: Vec<&mut Move> = moves.iter_mut().filter(|one| one.obstacles.is_empty()).take(most).collect();
    let tasks: Vec<(&mut Move, Budget<'_>)> = open.into_iter().map(|one| (one, Budget::new(effort, watch))).collect();
    parallel::each(effort.threads.max(1), tasks, |(one, budget)| {
        let mut moved = plan.clone();
        let from = moved.network_of[one.enrolment.at()].replace(one.network);
        let concerned = |n: usize| n == one.network.at() || from.is_some_and(|from| from.at() == n);
        let networks: Vec<bool> = (0..problem.networks().len()).map(concerned).collect();
        moved.visits = without(&moved, one.enrolment, from);
        let share = budget.steps(DATES);
        moved.visits = timetable::retime(problem, &moved, &networks, effort.seed, &share).visits;
        let mut broken: Vec<_> = rules::violations(problem, &moved).into_iter().map(|broken| broken.rule).collect();
        broken.dedup(); // they come in the order of the codes
        if broken.is_empty() {
            one.more = Some(less(cost(problem, &moved).by_measure(), base));
        }
        one.obstacles = broken.into_iter().map(Obstacle::Breaks).collect();
    });
}

/// The visits of a plan without what a member of a network has to do with there any more.
fn without(plan: &Plan, e: EnrolmentIx, from: Option<NetworkIx>) -> Vec<crate::plan::Visit> {
    let mut visits = plan.visits.clone();
    visits.retain(|visit| Some(visit.network) != from || visit.host != e);
    visits.iter_mut().filter(|visit| Some(visit.network) == from).for_each(|visit| visit.guests.retain(|&g| g != e));
    visits.retain(|visit| !visit.guests.is_empty());
    visits
}

/// The same where others may make way.
fn making_way(
    before: Side<'_>,
    after: &Task,
    base: &Measures,
    carried: &Plan,
    one: &Move,
    effort: &Effort,
    watch: &dyn Observer,
) -> Option<(Measures, usize)> {
    let mut steering = after.steering().cloned().unwrap_or_default();
    Steering::stay(&mut steering, one.enrolment, one.network);
    let after = after.steered(steering);
    let Outcome::Planned(solution) = local(before, &after, 0.0, effort, watch) else { return None };
    let others = solution.plan.network_of.iter().zip(&carried.network_of).enumerate();
    let moved = others.filter(|(e, (now, was))| *e != one.enrolment.at() && now != was).count();
    Some((less(solution.cost.by_measure(), base), moved))
}

/// What one costs more than the other, measure by measure.
fn less(after: &Measures, before: &Measures) -> Measures {
    Measures {
        unassigned: after.unassigned - before.unassigned,
        unhosted: after.unhosted - before.unhosted,
        absence: after.absence - before.absence,
        preference: after.preference - before.preference,
        extra_visit: after.extra_visit - before.extra_visit,
        undesired: after.undesired - before.undesired,
        pace: after.pace - before.pace,
        travel: after.travel - before.travel,
        missed: after.missed - before.missed,
        meeting: after.meeting - before.meeting,
        gathering_undesired: after.gathering_undesired - before.gathering_undesired,
        gathering_travel: after.gathering_travel - before.gathering_travel,
    }
}
