//! The last step of a cooling: every relocation and every swap is tried until none is better.

use super::super::state::State;
use super::{Best, penalty::Penalty};
use crate::effort::Budget;

/// Leaves a best state that no relocation and no swap makes better, as far as the budget goes; not of a track where looking at
/// all of them takes long.
pub(in super::super) fn settle(state: &mut State<'_>, best: &mut Best, budget: &Budget<'_>) {
    if best.slots().is_some() && sweepable(state) {
        best.restore(state);
        descend(state, best, &Penalty::forbidding(), budget);
    }
}

/// Up to this many enrolments × slots, every move is tried.
const SWEEPABLE: usize = 200_000;

/// Whether every move may be tried.
pub(super) fn sweepable(state: &State<'_>) -> bool {
    state.track.len() * state.track.slots() <= SWEEPABLE
}

/// Makes every better relocation and swap there is.
pub(super) fn descend(state: &mut State<'_>, best: &mut Best, penalty: &Penalty, budget: &Budget<'_>) {
    while pass(state, best, penalty, budget) {}
    best.settle(state);
}

/// Goes through all enrolments once; whether anything got better.
fn pass(state: &mut State<'_>, best: &mut Best, penalty: &Penalty, budget: &Budget<'_>) -> bool {
    let mut better = false;
    for e in 0..state.track.len() {
        for to in 0..state.track.slots() {
            if budget.spend(1) {
                return false;
            }
            if state.track.open(e, to) {
                better |= improve(state, best, penalty, e as u32, to as u32);
            }
        }
    }
    better
}

/// Moves an enrolment to a slot, alone or against one of its members, where that is better.
fn improve(state: &mut State<'_>, best: &mut Best, penalty: &Penalty, e: u32, to: u32) -> bool {
    let from = state.slot(e as usize) as u32;
    if from == to {
        return false;
    }
    let mut moves = vec![vec![(e, to)]];
    let back = state.members(to as usize).iter().filter(|&&f| state.track.open(f as usize, from as usize));
    moves.extend(back.map(|&f| vec![(e, to), (f, from)]));
    for changes in moves {
        let delta = state.delta(&changes);
        if delta.cost + penalty.price(&delta.breach) < -1e-7 {
            best.make(state, &changes, &delta);
            return true;
        }
    }
    false
}
