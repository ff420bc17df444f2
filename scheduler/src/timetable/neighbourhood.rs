//! A few hostings of a network at a time, exactly, everything else as it is: for networks whose model is too hard as a
//! whole (a large neighbourhood search; Shaw 1998). How many at a time follows from what the solver manages.

use super::anneal;
use super::board::Board;
use super::exact;
use super::frame::DayIx;
use super::refine::{Proof, come, cost_of, report, slack, take_over};
use super::state::State;
use crate::effort::Budget;
use crate::milp::Options;
use crate::random::Random;

/// Most nodes and simplex iterations for one neighbourhood.
const NODES: u64 = 200;
const ITERATIONS: u64 = 12_000;
/// Most seconds for one, where time is limited.
const SECONDS: f64 = 2.0;

/// After so many neighbourhoods that were solved to the end without finding anything, the next are larger.
const PATIENCE: usize = 4;

/// Steps between two neighbourhoods that lead to other days of the same cost.
const WANDER: u64 = 5_000;

/// Goes on until the budget is used up or the network is proved best; the state keeps what became better.
pub(super) fn search(
    state: &mut State<'_>,
    proof: &Proof,
    network: usize,
    seed: u64,
    budget: &Budget<'_>,
    board: Option<&Board>,
) {
    let all = &state.frame.of_network[network];
    let mut random = Random::new(seed ^ network as u64);
    let (mut size, mut in_vain) = (2.min(all.len()), 0);
    while !budget.enough() && cost_of(state, network) > proof.of(network) + slack(proof.of(network)) {
        take_over(state, board);
        anneal::wander(state, &mut random, WANDER);
        budget.spend(WANDER);
        let units = chosen(all, size, &mut random);
        let Some((better, optimal)) = one(state, &units, random.below(1 << 20) as u64, budget) else { return };
        if better {
            report(state, board, network, proof.of(network), better);
        }
        in_vain = if better { 0 } else { in_vain + 1 };
        if !optimal {
            size = (size - 1).max(2.min(all.len()));
            in_vain = 0;
        } else if in_vain >= PATIENCE * size {
            if size == all.len() {
                return;
            }
            size += 1;
            in_vain = 0;
        }
    }
}

/// Some hostings, ascending.
fn chosen(all: &[u32], size: usize, random: &mut Random) -> Vec<u32> {
    let mut units = all.to_vec();
    for at in 0..size {
        let other = at + random.below(units.len() - at);
        units.swap(at, other);
    }
    units.truncate(size);
    units.sort_unstable();
    units
}

/// Solves some hostings, the others as they are: whether the days became better, and whether nothing better is to be had.
fn one(state: &mut State<'_>, units: &[u32], seed: u64, budget: &Budget<'_>) -> Option<(bool, bool)> {
    let start: Vec<DayIx> = units.iter().flat_map(|&u| days_of(state, u as usize)).collect();
    let before = state.cost();
    state.keep();
    units.iter().for_each(|&u| state.clear(u as usize));
    let options = Options {
        seed,
        nodes: Some(NODES),
        iterations: Some(ITERATIONS),
        seconds: Some(SECONDS),
        heuristics: 0.2,
        ..Options::default()
    };
    let Some(found) = exact::solve(state, units, false, &start, options, budget) else {
        state.undo(0);
        return None;
    };
    come(state, units, &found.days);
    let after = state.cost();
    if after <= before + 1e-9 && state.keeps_frozen() {
        state.keep();
    } else {
        state.undo(0);
    }
    Some((state.cost() < before - 1e-9, found.optimal))
}

/// The days of a hosting's slots.
pub(super) fn days_of(state: &State<'_>, hosting: usize) -> Vec<DayIx> {
    (0..state.frame.hostings[hosting].guests.len()).map(|guest| state.day(hosting, guest)).collect()
}
