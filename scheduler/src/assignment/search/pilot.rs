//! Between which temperatures a search is worth its steps: a short cooling through a wide range shows where the state
//! begins to find order.
//!
//! After the rules by which annealing is adapted to what it sees of the cost at each temperature: White, Concepts of
//! scale in simulated annealing (1984); Lam, Delosme (1988).

use super::super::state::State;
use super::cooling::try_move;
use super::penalty::Penalty;
use super::{Best, Source};
use crate::effort::Budget;

/// The range, in parts of the temperature measured on single moves, and how many temperatures are tried.
const HOTTEST: f64 = 8.0;
const COLDEST: f64 = 0.01;
const TRIED: usize = 24;
/// A search begins where this part of what cooling takes away is left, and ends at this part of that temperature.
const DISORDER: f64 = 0.1;
const COLD: f64 = 0.08;
/// Steps between two looks at the prices of broken rules.
const STEPS_PER_LOOK: u64 = 128;

/// Temperatures to begin and to end with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) hot: f64,
    pub(super) cold: f64,
}

/// Cools a state in so many steps; `full` is the temperature measured on single moves.
pub(super) fn pilot(
    state: &mut State<'_>,
    best: &mut Best,
    source: &mut Source<'_>,
    full: f64,
    steps: u64,
    budget: &Budget<'_>,
) -> Range {
    let heat = |at: usize| full * HOTTEST * (COLDEST / HOTTEST).powf(at as f64 / (TRIED - 1) as f64);
    let mut penalty = Penalty::new(full);
    let each = (steps / TRIED as u64).max(1);
    let means: Vec<f64> =
        (0..TRIED).map(|at| mean(state, best, source, heat(at), &mut penalty, each, budget)).collect();
    let hot = heat(start(&means));
    Range { hot, cold: hot * COLD }
}

/// The mean cost, prices of broken rules included, over the second half of some steps at one temperature.
fn mean(
    state: &mut State<'_>,
    best: &mut Best,
    source: &mut Source<'_>,
    temperature: f64,
    penalty: &mut Penalty,
    steps: u64,
    budget: &Budget<'_>,
) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for step in 0..steps {
        if budget.spend(1) {
            break;
        }
        if step.is_multiple_of(STEPS_PER_LOOK) {
            penalty.look(state);
        }
        try_move(state, best, penalty, temperature, source);
        if 2 * step >= steps {
            sum += state.cost() + penalty.price(&state.breach());
            count += 1.0;
        }
    }
    if count > 0.0 { sum / count } else { state.cost() }
}

/// Where to begin, of mean costs at falling temperatures: where most of the order is still to be found.
fn start(means: &[f64]) -> usize {
    let least = means.iter().copied().fold(f64::INFINITY, f64::min);
    let most = means.first().copied().unwrap_or(least);
    let above = |mean: &f64| *mean > least + DISORDER * (most - least);
    means.iter().rposition(above).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_begins_where_a_tenth_of_the_disorder_is_left() {
        assert_eq!(start(&[100.0, 90.0, 60.0, 30.0, 22.0, 12.0, 10.0, 11.0]), 4);
        assert_eq!(start(&[5.0, 5.0]), 0, "nothing to be found at any temperature");
    }
}
