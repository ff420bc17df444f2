//! The networks one after the other, exactly: what the solver proves raises the bound, what it finds is taken over.

use super::board::{Board, Report};
use super::bound;
use super::exact;
use super::frame::{AWAY, DayIx, Frame};
use super::groups;
use super::neighbourhood;
use super::state::State;
use crate::effort::Budget;
use crate::milp::Options;

/// The part of a network's share in which it is looked at as a whole; then come some of its hostings at a time.
const WHOLE: f64 = 0.35;

/// Nodes for one network where work, not time, is limited.
const NODES: u64 = 300;

/// About how many steps of the search take as long as one simplex iteration: what work limits is time, too.
const STEPS_PER_ITERATION: u64 = 30;

/// What is proved of each network's cost.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    of_network: Vec<f64>,
}

impl Proof {
    /// What is plain without a solver.
    pub fn new(frame: &Frame<'_>) -> Proof {
        Proof { of_network: (0..frame.of_network.len()).map(|network| bound::of_network(frame, network)).collect() }
    }

    /// Whether nothing below this cost is to be had.
    pub fn holds(&self, cost: f64) -> bool {
        let total = self.total();
        cost <= total + slack(total)
    }

    /// What is proved of a network's cost.
    pub fn of(&self, network: usize) -> f64 {
        self.of_network[network]
    }

    /// Takes note of what is proved of a network's cost.
    pub fn raise(&mut self, network: usize, bound: f64) {
        self.of_network[network] = self.of_network[network].max(bound);
    }

    /// Lower bound on the whole timetable.
    pub fn total(&self) -> f64 {
        self.of_network.iter().sum()
    }
}

/// Solves every network that is not proved best yet, the nearest to its proof first: what it leaves of its share of
/// the budget goes to the harder ones.
/// With a board, the newest days shown there are begun from, and what comes of each network is reported there.
pub(super) fn refine(state: &mut State<'_>, proof: &mut Proof, seed: u64, budget: &Budget<'_>, board: Option<&Board>) {
    let frame = state.frame;
    let mut open: Vec<(f64, usize)> = (0..frame.of_network.len())
        .map(|network| (cost_of(state, network) - proof.of_network[network], network))
        .filter(|(gap, network)| *gap > slack(proof.of_network[*network]))
        .filter(|(_, network)| !groups::suits(frame, *network) && !frame.in_turn(*network))
        .collect();
    open.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let alone = State::new(frame);
    for (at, &(_, network)) in open.iter().enumerate() {
        if budget.enough() {
            return;
        }
        take_over(state, board);
        let share = budget.share(1.0 / (open.len() - at) as f64);
        let whole = share.share(WHOLE);
        let better = one_network(state, &alone, proof, network, seed, &whole);
        share.join(&whole);
        report(state, board, network, proof.of_network[network], better);
        neighbourhood::search(state, proof, network, seed, &share, board);
        budget.join(&share);
    }
}

/// Goes on from the best that the search shows, where it is no worse than what is here.
pub(super) fn take_over(state: &mut State<'_>, board: Option<&Board>) {
    let Some(days) = board.and_then(Board::shown) else { return };
    let (before, cost) = (state.days().to_vec(), state.cost());
    state.restore(&days);
    if state.cost() > cost {
        state.restore(&before);
    }
}

/// Tells the search what is proved of a network's cost, and its days where they became better.
pub(super) fn report(state: &State<'_>, board: Option<&Board>, network: usize, bound: f64, better: bool) {
    let Some(board) = board else { return };
    let days = if better { state.days()[exact::slots(state.frame, network)].to_vec() } else { Vec::new() };
    board.report(Report { network, bound, days });
}

/// Solves one network; `true` where its days became better.
fn one_network(
    state: &mut State<'_>,
    alone: &State<'_>,
    proof: &mut Proof,
    network: usize,
    seed: u64,
    budget: &Budget<'_>,
) -> bool {
    let worked = budget.work_left();
    let options = Options {
        seed,
        nodes: worked.map(|_| NODES),
        iterations: worked.map(|left| left / STEPS_PER_ITERATION),
        ..Options::default()
    };
    let units = &state.frame.of_network[network];
    let slots = exact::slots(state.frame, network);
    let start = state.days()[slots].to_vec();
    let Some(found) = exact::solve(alone, units, false, &start, options.clone(), budget) else { return false };
    proof.raise(network, found.bound);
    if install(state, network, &found.days) {
        return true;
    }
    if !found.optimal || cost_of(state, network) <= found.bound + slack(found.bound) {
        return false;
    }
    // Alone it would do better than among the others: now with theirs as they are.
    let mut others = state.clone();
    clear(&mut others, network);
    let among = exact::solve(&others, units, false, &start, options, budget);
    among.is_some_and(|found| install(state, network, &found.days))
}

/// Takes a network's days over where they fit in and cost less.
pub(super) fn install(state: &mut State<'_>, network: usize, days: &[DayIx]) -> bool {
    if days.is_empty() {
        return false;
    }
    let before = state.cost();
    state.keep();
    clear(state, network);
    come(state, &state.frame.of_network[network], days);
    let better = state.cost() < before - 1e-9;
    if better {
        state.keep();
    } else {
        state.undo(0);
    }
    better
}

/// Lets the guests of some hostings, cleared before, come on these days of their slots, as far as the rules allow.
pub(super) fn come(state: &mut State<'_>, hostings: &[u32], days: &[DayIx]) {
    let mut days = days.iter();
    for &u in hostings {
        for guest in 0..state.frame.hostings[u as usize].guests.len() {
            if let Some(&day) = days.next().filter(|&&day| day != AWAY) {
                state.join(u as usize, guest, day);
            }
        }
    }
}

/// What a network's timetable costs; networks share no costs.
pub(super) fn cost_of(state: &mut State<'_>, network: usize) -> f64 {
    let before = state.cost_of_all();
    state.keep();
    clear(state, network);
    let without = state.cost_of_all();
    state.undo(0);
    before - without + state.frame.none_held(network)
}

pub(super) fn clear(state: &mut State<'_>, network: usize) {
    for &u in &state.frame.of_network[network] {
        state.clear(u as usize);
    }
}

/// Differences below this are the solver's tolerance, not a gap.
pub(super) fn slack(bound: f64) -> f64 {
    2e-6 * bound.abs().max(1.0)
}
