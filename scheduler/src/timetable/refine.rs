//! The networks one after the other, exactly: what the solver proves raises the bound, what it finds is taken over.

use super::bound;
use super::exact::{self, Found};
use super::frame::{DayIx, Frame};
use super::state::State;
use crate::effort::Budget;
use crate::milp::Options;

/// Nodes and simplex iterations for one network where work, not time, is limited: about as long as a search of
/// some hundred thousand steps.
const NODES: u64 = 300;
const ITERATIONS: u64 = 60_000;

/// Fewest steps left, per network, for which the solver is asked at all where work is limited.
const WORTH_ASKING: u64 = 2_000;

/// What is proved of each network's cost.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    of_network: Vec<f64>,
}

impl Proof {
    /// What is plain without a solver.
    pub fn new(frame: &Frame<'_>) -> Proof {
        let hostings = |network: &Vec<u32>| network.iter().map(|&u| bound::of_hosting(frame, u as usize)).sum();
        Proof { of_network: frame.of_network.iter().map(hostings).collect() }
    }

    /// Lower bound on the whole timetable.
    pub fn total(&self) -> f64 {
        self.of_network.iter().sum()
    }
}

/// Solves every network that is not proved best yet, the nearest to its proof first: what it leaves of its share of
/// the budget goes to the harder ones.
pub(super) fn refine(state: &mut State<'_>, proof: &mut Proof, seed: u64, budget: &Budget<'_>) {
    let frame = state.frame;
    let mut open: Vec<(f64, usize)> = (0..frame.of_network.len())
        .map(|network| (cost_of(state, network) - proof.of_network[network], network))
        .filter(|(gap, network)| *gap > slack(proof.of_network[*network]))
        .collect();
    open.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let too_little = |left: u64| left < WORTH_ASKING * open.len() as u64;
    if budget.work_left().is_some_and(too_little) {
        return;
    }
    let alone = State::new(frame);
    for (at, &(_, network)) in open.iter().enumerate() {
        if budget.enough() {
            return;
        }
        let share = budget.share(1.0 / (open.len() - at) as f64);
        one_network(state, &alone, proof, network, seed, &share);
        budget.join(&share);
    }
}

fn one_network(
    state: &mut State<'_>,
    alone: &State<'_>,
    proof: &mut Proof,
    network: usize,
    seed: u64,
    budget: &Budget<'_>,
) {
    let worked = budget.work_left().is_some();
    let options = Options {
        seed,
        heuristics: 0.01,
        nodes: worked.then_some(NODES),
        iterations: worked.then_some(ITERATIONS),
        ..Options::default()
    };
    let slots = exact::slots(state.frame, network);
    let start = state.days()[slots.clone()].to_vec();
    let first = budget.share(0.6);
    let found = exact::solve(alone, network, &start, options.clone(), &first);
    budget.join(&first);
    let Some(found) = found else { return };
    proof.of_network[network] = proof.of_network[network].max(found.bound);
    if install(state, network, &found) || budget.enough() {
        return;
    }
    if cost_of(state, network) > proof.of_network[network] + slack(proof.of_network[network]) && found.optimal {
        // Alone it would do better than among the others: now with theirs as they are.
        let mut others = state.clone();
        for &u in &state.frame.of_network[network] {
            others.clear(u as usize);
        }
        if let Some(found) = exact::solve(&others, network, &start, options, budget) {
            install(state, network, &found);
        }
    }
}

/// Takes a network's days over where they fit in and cost less.
fn install(state: &mut State<'_>, network: usize, found: &Found) -> bool {
    if found.days.is_empty() {
        return false;
    }
    let before = state.cost();
    let slots = exact::slots(state.frame, network);
    let mut days: Vec<DayIx> = state.days().to_vec();
    let old = days.clone();
    days[slots].copy_from_slice(&found.days);
    state.restore(&days);
    if state.cost() < before - 1e-9 {
        return true;
    }
    state.restore(&old);
    false
}

/// What a network's timetable costs; networks share no costs.
fn cost_of(state: &State<'_>, network: usize) -> f64 {
    let mut without = state.clone();
    for &u in &state.frame.of_network[network] {
        without.clear(u as usize);
    }
    let unhosted = state.frame.problem.weights().unhosted * state.frame.of_network[network].len() as f64;
    state.cost() - without.cost() + unhosted
}

/// Differences below this are the solver's tolerance, not a gap.
fn slack(bound: f64) -> f64 {
    2e-6 * bound.abs().max(1.0)
}
