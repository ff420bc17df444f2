//! One network fewer, whichever costs least: each network of a track is closed in turn, the one first whose members would
//! find other places most cheaply, as far as the effort goes.

use super::local;
use super::wished::Wished;
use crate::effort::{Effort, Watch};
use crate::explain::Clash;
use crate::explain::difference::Side;
use crate::explain::obstacle::Obstacle;
use crate::explain::why::{self, Stop};
use crate::plan::Plan;
use crate::problem::{NetworkIx, Problem, TrackIx};
use crate::solution::Solution;
use crate::solve::{Outcome, Start, solve_from};

/// Seconds that each try may take at least, where time is limited: less than that, and nobody finds a place.
const LEAST: f64 = 1.0;
/// The part of the effort that goes into tries where everything is optimised again once the network is chosen.
const TRIES: f64 = 0.5;

/// What came of closing networks.
#[derive(Clone, Debug)]
pub struct Closed {
    /// The network that it costs least to close, as far as was found, with the problem and the plan then.
    pub best: Option<(NetworkIx, Problem, Solution)>,
    /// How many networks were tried, of how many.
    pub tried: (usize, usize),
    /// How many of these are proved impossible to close, with the last reason.
    pub impossible: (usize, Option<Clash>),
}

/// Closes one network of the track that the plan uses, beside the other wishes. `everything`: the rest is optimised again
/// once the network is chosen.
pub fn fewer(
    before: Side<'_>,
    wished: &Wished,
    track: TrackIx,
    everything: bool,
    effort: &Effort,
    watch: &dyn Watch,
) -> Closed {
    let mut order = cheapest_first(before.problem, before.plan, track);
    order.retain(|&n| !wished.is_closed(&before.problem.network(n).id));
    let mut closed = Closed { best: None, tried: (0, order.len()), impossible: (0, None) };
    let part = if everything { TRIES } else { 1.0 };
    for (at, &network) in order.iter().enumerate() {
        let effort = turn(effort, watch, part, order.len() - at, order.len());
        if watch.stopped() || (at > 0 && effort.seconds.is_some_and(|end| watch.elapsed().as_secs_f64() >= end)) {
            break;
        }
        closed.tried.0 += 1;
        let Ok(after) = wished.without(&before.problem.network(network).id).tried() else {
            closed.impossible.0 += 1;
            continue;
        };
        match local(before, &after, 0.0, &effort, watch) {
            Outcome::Planned(found) if closed.is_better(&found) => closed.best = Some((network, after, found)),
            Outcome::Infeasible(clash) => closed.impossible = (closed.impossible.0 + 1, Some(clash)),
            Outcome::Planned(_) | Outcome::NotFound | Outcome::Broken(_) => {}
        }
    }
    if everything && let Some((_, after, found)) = &mut closed.best {
        let start = Start { plan: found.plan.clone(), bound: found.bound };
        if let Outcome::Planned(better) = solve_from(after, Some(start), effort, watch) {
            *found = better;
        }
    }
    closed
}

impl Closed {
    fn is_better(&self, found: &Solution) -> bool {
        self.best.as_ref().is_none_or(|(_, _, best)| found.cost.total() < best.cost.total())
    }
}

/// What one try may take: its part of the work, and of the time left at least what a try needs.
fn turn(effort: &Effort, watch: &dyn Watch, part: f64, left: usize, of: usize) -> Effort {
    let now = watch.elapsed().as_secs_f64();
    let seconds = effort.seconds.map(|end| {
        let last = end * part;
        (now + ((last - now) / left.max(1) as f64).max(LEAST)).min(last)
    });
    Effort { seconds, work: effort.work.map(|work| work / of.max(1) as u64), ..effort.clone() }
}

/// The networks of a track that have members, the one first whose members cost least more elsewhere, each by wishes and
/// travel and by itself, whether or not there is room.
fn cheapest_first(problem: &Problem, plan: &Plan, track: TrackIx) -> Vec<NetworkIx> {
    let members = plan.members(problem);
    let of_track = problem.networks().iter().enumerate().filter(|(_, network)| network.track == track);
    let mut order: Vec<(f64, usize)> = of_track
        .filter(|(n, _)| !members[*n].is_empty())
        .map(|(n, _)| {
            let elsewhere = |&e| {
                let choices = why::enrolment(problem, plan, e).alternatives;
                let open = |one: &&why::Alternative| one.stop != Some(Stop::Network(Obstacle::Closed));
                let others = choices.iter().filter(open).filter(|one| !one.present).map(|one| one.difference);
                others.fold(f64::INFINITY, f64::min)
            };
            (members[n].iter().map(elsewhere).sum(), n)
        })
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, n)| NetworkIx::new(n)).collect()
}
