//! Simulated annealing over one track.
//!
//! Kirkpatrick, Gelatt, Vecchi: Optimization by simulated annealing (Science 220, 1983). Moves are small
//! ([`relocate`], [`swap`], [`cycle`]) or follow the grain of the problem (pairs that stay together as a
//! [`block`], whole networks that trade places: [`relabel`], networks opened and closed: [`open_close`]). Rules may
//! be broken on the way, at a price that rises while they are ([`penalty`]); only whole states are kept.

mod admit;
mod best;
mod block;
mod cycle;
mod descent;
mod joint;
mod neighbours;
mod open_close;
mod penalty;
mod relabel;
mod relocate;
mod swap;

#[cfg(test)]
mod laws;

pub(super) use best::Best;
pub(super) use joint::improve;

use super::chance::Chance;
use super::state::{Changes, Delta, State};
use crate::effort::Budget;
use descent::descend;
use neighbours::Neighbours;
use penalty::Penalty;

/// How many steps pass between two looks at the temperature.
const STEPS_PER_LOOK: u64 = 128;

/// What proposals are drawn from.
struct Source<'a> {
    chance: Chance,
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

/// Improves `state` until the goal is reached or the budget used up, and keeps the best whole state in `best`.
pub(super) fn anneal(state: &mut State<'_>, best: &mut Best, goal: Goal, seed: u64, budget: &Budget<'_>) {
    let neighbours = Neighbours::new(state.track);
    let mut source = Source { chance: Chance::new(seed), neighbours: &neighbours, changes: Changes::new() };
    let before = budget.used();
    let full = temperature(state, &mut source);
    let warmth = warmth(state, expected_steps(before, budget));
    let (hot, coolings) = (full * warmth, if warmth < 1.0 { 1 } else { COOLINGS });
    let mut penalty = Penalty::new(hot);
    best.offer(state);
    let mut cycle = 0;
    while !goal.reached(best) && !budget.enough() {
        let (from, to) = phase(cycle, coolings);
        if cycle > 0 {
            best.restore(state);
        }
        let start = if cycle == 0 || cycle.is_multiple_of(3) { hot } else { hot * 0.3 };
        let cooling = Cooling { hot: start, cold: hot * COLD, from, to };
        cool(state, best, goal, &cooling, &mut penalty, &mut source, budget);
        cycle += 1;
    }
}

/// Up to this many enrolments × slots, every move is tried at the end of a cooling.
const SWEEPABLE: usize = 200_000;

/// The last temperature as a part of the first.
const COLD: f64 = 0.004;

/// How many coolings a long search is made of.
const COOLINGS: u32 = 4;

/// The part of the budget that a cooling takes: half, then half of the rest …, the last one all that is left.
fn phase(cycle: u32, coolings: u32) -> (f64, f64) {
    let end = |cycle: u32| if cycle >= coolings { 1.0 } else { 1.0 - 0.5f64.powi(cycle as i32) };
    (end(cycle.min(coolings - 1)), end(cycle + 1))
}

/// One cooling: from `hot` to `cold` while the budget's use goes from `from` to `to`.
struct Cooling {
    hot: f64,
    cold: f64,
    from: f64,
    to: f64,
}

impl Cooling {
    /// The temperature at this use of the budget; `None` when it is over.
    fn at(&self, used: f64) -> Option<f64> {
        let passed = (used - self.from) / (self.to - self.from);
        (passed < 1.0).then(|| self.hot * (self.cold / self.hot).powf(passed.max(0.0)))
    }
}

fn cool(
    state: &mut State<'_>,
    best: &mut Best,
    goal: Goal,
    cooling: &Cooling,
    penalty: &mut Penalty,
    source: &mut Source<'_>,
    budget: &Budget<'_>,
) {
    let mut temperature = cooling.hot;
    let mut step = 0u64;
    while !budget.spend(1) {
        if step.is_multiple_of(STEPS_PER_LOOK) {
            match cooling.at(budget.used()) {
                Some(now) => temperature = now,
                None => break,
            }
            penalty.look(state);
            if goal.reached(best) {
                break;
            }
        }
        step += 1;
        try_move(state, best, penalty, temperature, source);
        if step.is_multiple_of(1 << 20) {
            best.settle(state);
            state.recount();
        }
    }
    best.settle(state);
    if state.track.len() * state.track.slots() <= SWEEPABLE {
        descend(state, best, penalty, budget);
    }
}

/// Draws a move and makes it where it is good, or not too bad for the temperature.
fn try_move(state: &mut State<'_>, best: &mut Best, penalty: &Penalty, temperature: f64, source: &mut Source<'_>) {
    let draw = source.chance.below(1024);
    if draw < 2 && relabel::step(state, best, penalty, temperature, &mut source.chance) {
        return;
    }
    if draw < 4 && open_close::step(state, best, penalty, temperature, source) {
        return;
    }
    let found = match draw {
        4..40 if state.track.has_ties => block::propose(state, source),
        40..70 if !state.members(state.track.nowhere()).is_empty() => admit::propose(state, source),
        70..110 => cycle::propose(state, source),
        110..440 => relocate::propose(state, source),
        _ => swap::propose(state, source),
    };
    if !found {
        return;
    }
    let delta = state.delta(&source.changes);
    if accept(delta.cost + penalty.price(&delta.breach), temperature, &mut source.chance) {
        best.make(state, &source.changes, &delta);
    }
}

/// Whether a change of this worth is taken at this temperature (Metropolis).
fn accept(worse: f64, temperature: f64, chance: &mut Chance) -> bool {
    worse <= 0.0 || (worse < 16.0 * temperature && worse < -temperature * chance.unit().ln())
}

/// How many steps the budget will last, judged by the time that drawing [`DRAWS`] moves took.
fn expected_steps(before: f64, budget: &Budget<'_>) -> f64 {
    let used = (budget.used() - before).max(1e-12);
    let by_time = if used < 1.0 { DRAWS as f64 * (1.0 - budget.used()) / used } else { 0.0 };
    budget.work_left().map_or(by_time, |work| work as f64)
}

/// How much of the full temperature a search of so many steps can cool down from: a short one had better stay close
/// to what it begins with.
fn warmth(state: &State<'_>, steps: f64) -> f64 {
    let each = steps / state.track.len() as f64;
    (each / FULL_HEAT).powf(0.5).clamp(0.02, 1.0)
}

/// Steps for each enrolment from which on a search may begin at full temperature.
const FULL_HEAT: f64 = 3_000.0;

/// How many moves are drawn to measure the temperature.
const DRAWS: usize = 2_000;

/// A temperature at which a good part of bad moves is taken: measured on moves of the state at hand, and where hardly
/// any of them is bad, as when nobody is placed yet, on what a few others in one network cost.
fn temperature(state: &State<'_>, source: &mut Source<'_>) -> f64 {
    let mut worse: Vec<f64> = Vec::new();
    for draw in 0..DRAWS {
        let found = if draw % 2 == 0 { swap::propose(state, source) } else { relocate::propose(state, source) };
        if !found {
            continue;
        }
        let Delta { cost, .. } = state.delta(&source.changes);
        if cost > 0.0 && cost < f64::INFINITY {
            worse.push(cost);
        }
    }
    if worse.len() < DRAWS / 100 {
        let mut any = || source.chance.below(state.track.len());
        let company = (0..DRAWS).map(|_| 4.0 * state.track.pair(any(), any())).filter(|&cost| cost > 0.0);
        worse = company.collect();
    }
    worse.sort_unstable_by(f64::total_cmp);
    worse.get(worse.len() / 4).copied().unwrap_or(1.0) * 0.5
}
