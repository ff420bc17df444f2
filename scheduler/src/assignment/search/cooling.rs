//! One cooling of simulated annealing.

use super::super::state::State;
use super::descent::{descend, sweepable};
use super::penalty::Penalty;
use super::{Best, Goal, Source, admit, block, cycle, open_close, relabel, relocate, swap};
use crate::effort::Budget;
use crate::random::Random;

/// How many steps pass between two looks at the temperature.
const STEPS_PER_LOOK: u64 = 128;

/// One cooling: from `hot` to `cold` while the budget's use goes from `from` to `to`.
pub(super) struct Cooling {
    pub(super) hot: f64,
    pub(super) cold: f64,
    pub(super) from: f64,
    pub(super) to: f64,
    /// Whether every move is tried at the end.
    pub(super) polish: bool,
}

impl Cooling {
    /// The temperature at this use of the budget; `None` when it is over.
    fn at(&self, used: f64) -> Option<f64> {
        let passed = (used - self.from) / (self.to - self.from);
        (passed < 1.0).then(|| self.hot * (self.cold / self.hot).powf(passed.max(0.0)))
    }
}

/// Cools a state down; the best whole state on the way is kept in `best`.
pub(super) fn cool(
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
    if cooling.polish && sweepable(state) {
        descend(state, best, penalty, budget);
    }
}

/// How many of 1,024 draws trade two networks' members.
const RELABEL: usize = 32;

/// Draws a move and makes it where it is good, or not too bad for the temperature.
pub(super) fn try_move(
    state: &mut State<'_>,
    best: &mut Best,
    penalty: &Penalty,
    temperature: f64,
    source: &mut Source<'_>,
) {
    let draw = source.chance.below(1024);
    if draw >= 1024 - RELABEL && relabel::step(state, best, penalty, temperature, source) {
        return;
    }
    if draw < 2 && open_close::step(state, best, penalty, temperature, source) {
        return;
    }
    let found = match draw {
        2..40 if state.track.has_ties => block::propose(state, source),
        40..70 if !state.members(state.track.nowhere()).is_empty() => admit::propose(state, source),
        70..110 => cycle::propose(state, source),
        110..440 if !(state.track.rigid && state.breach().is_none()) => relocate::propose(state, source),
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
pub(super) fn accept(worse: f64, temperature: f64, chance: &mut Random) -> bool {
    worse <= 0.0 || (worse < 16.0 * temperature && worse < -temperature * chance.positive_unit().ln())
}
