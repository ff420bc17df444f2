//! Simulated annealing over one track.
//!
//! Kirkpatrick, Gelatt, Vecchi: Optimization by simulated annealing (Science 220, 1983). Moves are small
//! ([`relocate`], [`swap`], [`cycle`]) or follow the structure of the problem (pairs that stay together as a
//! [`block`], whole networks that trade places: [`relabel`], networks opened and closed: [`open_close`]). Where costs have
//! no geometry, local optima are perturbed instead ([`mod@iterated_local_search`]). Rules may
//! be broken on the way, at a price that rises while they are ([`penalty`]); only whole states are kept.

mod admit;
mod best;
mod block;
mod cooling;
mod cycle;
mod descent;
pub(super) mod grove;
mod iterated_local_search;
mod joint;
mod neighbours;
mod open_close;
mod partition;
mod parts;
mod penalty;
mod pilot;
mod relabel;
mod relocate;
mod swap;
mod temperature;
mod whole;

#[cfg(test)]
mod laws;

pub(super) use best::Best;
pub(super) use descent::settle;
pub(super) use iterated_local_search::iterated_local_search;
pub(super) use joint::{Reach, estimate, improve};
pub(super) use partition::Part;
pub(super) use parts::local;

use super::state::{Changes, State};
use crate::effort::Budget;
use crate::random::Random;
use cooling::{Cooling, accept, cool};
use neighbours::Neighbours;
use penalty::Penalty;
use temperature::temperature;

/// What proposals are drawn from.
#[derive(Clone)]
struct Source<'a> {
    chance: Random,
    neighbours: &'a Neighbours,
    changes: Changes,
}

/// When a search has what it is for.
#[derive(Clone, Copy)]
pub(super) enum Goal {
    /// As cheap as this bound.
    Cost(f64),
    /// Any whole state.
    Whole,
}

impl Goal {
    fn reached(self, best: &Best) -> bool {
        match self {
            Goal::Cost(bound) => best.reaches(bound),
            Goal::Whole => best.cost() < f64::INFINITY,
        }
    }
}

/// The last temperature of a polish as a part of its first.
const COLD: f64 = 0.02;

/// One cooling from a part of the full temperature: what is good already stays close to what it is.
pub(super) fn polish(state: &mut State<'_>, best: &mut Best, goal: Goal, warmth: f64, seed: u64, budget: &Budget<'_>) {
    let neighbours = Neighbours::new(state.track);
    let mut source = Source { chance: Random::new(seed), neighbours: &neighbours, changes: Changes::new() };
    let hot = temperature(state, &mut source) * warmth;
    let mut penalty = Penalty::new(hot);
    best.offer(state);
    let cooling = Cooling { hot, cold: hot * COLD, from: 0.0, to: 1.0, polish: true };
    cool(state, best, goal, &cooling, &mut penalty, &mut source, budget);
}

/// Tracks with more enrolments than this are searched in parts.
const LARGE: usize = 1_000;

/// Improves `state` until the goal is reached or the budget used up, and keeps the best whole state in `best`.
pub(super) fn anneal(state: &mut State<'_>, best: &mut Best, goal: Goal, seed: u64, budget: &Budget<'_>) {
    best.offer(state);
    if state.track.len() > LARGE && state.track.nowhere() > 2 {
        parts::anneal(state, best, goal, seed, budget);
    } else {
        whole::anneal(state, best, goal, seed, budget);
    }
}
