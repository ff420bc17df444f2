//! One network fewer, whichever costs least: each network of a track is closed in turn, the one first whose members would
//! find other places most cheaply, as far as the effort goes.

use super::carry::Carried;
use super::wished::Wished;
use super::{Ask, HAIR, local, proved_after};
use crate::assignment;
use crate::effort::Effort;
use crate::explain::difference::Side;
use crate::explain::why;
use crate::infeasibility::Clash;
use crate::plan::Plan;
use crate::problem::{NetworkIx, TrackIx};
use crate::solution::{Observer, Outcome, Solution, Start};
use crate::solve::exactly::moved;
use crate::steering::Task;

/// Seconds that each try may take at least, where time is limited: less than that, and nobody finds a place.
const LEAST: f64 = 1.0;
/// The part of the effort that goes into tries where everything is optimised again once the network is chosen.
const TRIES: f64 = 0.5;

/// What came of closing networks.
#[derive(Clone, Debug)]
pub struct Closed {
    /// The network that it costs least to close, as far as was found, with the problem and the plan then.
    pub best: Option<(NetworkIx, Task, Solution)>,
    /// How many persons are elsewhere in that plan than they were.
    pub moved: u64,
    /// How many networks were tried, of how many.
    pub tried: (usize, usize),
    /// How many of these are proved impossible to close, with the last reason.
    pub impossible: (usize, Option<Clash>),
    /// What is proved of every plan with one of them closed, whichever it is: lower bounds on the cost of the assignment and
    /// on the total. Infinite where none can be closed.
    pub proved: (f64, f64),
}

/// Closes one network of the track that the plan uses, beside the other wishes. `proved`: a lower bound on the assignment of
/// the problem before, where one is known. `everything`: the rest is optimised again once the network is chosen.
pub fn fewer(
    before: Side<'_>,
    wished: &Wished,
    track: TrackIx,
    proved: f64,
    everything: bool,
    effort: &Effort,
    watch: &dyn Observer,
) -> Closed {
    let mut order = cheapest_first(before.problem, before.plan, track);
    order.retain(|&n| !wished.is_closed(&before.problem.network(n).id));
    let infinite = (f64::INFINITY, f64::INFINITY);
    let mut closed = Closed { best: None, moved: 0, tried: (0, order.len()), impossible: (0, None), proved: infinite };
    let part = if everything { TRIES } else { 1.0 };
    // What is proved of each: only that of the one that is chosen is raised later.
    let mut bounds: Vec<Option<(f64, f64)>> = Vec::new();
    for (at, &network) in order.iter().enumerate() {
        let without = wished.without(&before.problem.network(network).id);
        let Ok(after) = without.tried() else {
            (closed.tried.0, closed.impossible.0) = (closed.tried.0 + 1, closed.impossible.0 + 1);
            bounds.push(None);
            continue;
        };
        let proved = proved_after(wished.base(), &without.records(), proved).max(assignment::lower_bound(&after));
        let effort = turn(effort, watch, part, order.len() - at, order.len());
        let late = at > 0 && effort.seconds.is_some_and(|end| watch.elapsed().as_secs_f64() >= end);
        if watch.stopped() || late {
            bounds.push(Some((proved, proved)));
            continue;
        }
        closed.tried.0 += 1;
        bounds.push(match local(before, &after, proved, &effort, watch) {
            Outcome::Planned(found) => {
                let bound = (found.bound.assignment, found.bound.total);
                let moved = moved(&after, &found.plan, &Carried::new(before, &after).plan);
                if closed.is_better(&found, moved) {
                    (closed.best, closed.moved) = (Some((network, after, found)), moved);
                }
                Some(bound)
            }
            Outcome::Infeasible(clash) => {
                closed.impossible = (closed.impossible.0 + 1, Some(clash));
                None
            }
            Outcome::NotFound(_) | Outcome::Broken(_) => Some((proved, proved)),
        });
    }
    if everything
        && let Some((network, after, found)) = &mut closed.best
        && found.gap_total() > 0.0
    {
        optimise(before, after, found, effort, watch);
        let at = order.iter().position(|n| n == network);
        at.into_iter().for_each(|at| bounds[at] = Some((found.bound.assignment, found.bound.total)));
    }
    for bound in bounds.into_iter().flatten() {
        closed.proved = (closed.proved.0.min(bound.0), closed.proved.1.min(bound.1));
    }
    closed
}

/// Optimises everything again from a plan.
fn optimise(before: Side<'_>, after: &Task, found: &mut Solution, effort: &Effort, watch: &dyn Observer) {
    let (start, total) = (Start { plan: found.plan.clone(), bound: found.bound }, found.bound.total);
    let ask = Ask { after, carried: &Carried::new(before, after), proved: 0.0, watch };
    if let Outcome::Planned(better) = ask.improved(Some(start), effort) {
        *found = better;
        found.bound.total = found.bound.total.max(total.min(found.cost.total()));
    }
}

impl Closed {
    /// Whether a plan costs less, or moves fewer where it costs the same.
    fn is_better(&self, found: &Solution, moved: u64) -> bool {
        let Some((_, _, best)) = &self.best else { return true };
        let (cost, least) = (found.cost.total(), best.cost.total());
        let hair = HAIR * least.max(1.0);
        cost < least - hair || (cost <= least + hair && moved < self.moved)
    }
}

/// What one try may take: its part of the work, and of the time left at least what a try needs.
fn turn(effort: &Effort, watch: &dyn Observer, part: f64, left: usize, of: usize) -> Effort {
    let now = watch.elapsed().as_secs_f64();
    let seconds = effort.seconds.map(|end| {
        let last = end * part;
        (now + ((last - now) / left.max(1) as f64).max(LEAST)).min(last)
    });
    Effort { seconds, work: effort.work.map(|work| work / of.max(1) as u64), ..effort.clone() }
}

/// The networks of a track that have members, the one first whose members cost least more elsewhere, each by wishes and
/// travel and by itself, whether or not there is room.
fn cheapest_first(problem: &Task, plan: &Plan, track: TrackIx) -> Vec<NetworkIx> {
    let members = plan.members(problem);
    let of_track = problem.networks().iter().enumerate().filter(|(_, network)| network.track == track);
    let mut order: Vec<(f64, usize)> = of_track
        .filter(|(n, _)| !members[*n].is_empty())
        .map(|(n, _)| {
            let elsewhere = |&e| {
                let choices = why::enrolment(problem, plan, e).alternatives;
                let open = |one: &&why::Alternative| !one.is_closed();
                let others = choices.iter().filter(open).filter(|one| !one.present).map(|one| one.difference);
                others.fold(f64::INFINITY, f64::min)
            };
            (members[n].iter().map(elsewhere).sum(), n)
        })
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, n)| NetworkIx::new(n)).collect()
}
