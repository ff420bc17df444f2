//! Simulated annealing over the moves (Kirkpatrick, Gelatt, Vecchi 1983), cooling as the budget is used up and
//! warming up again from the best a few times.

use super::frame::DayIx;
use super::moves::MOVES;
use super::random::Random;
use super::state::State;
use crate::effort::{Budget, News};

/// Steps between two looks at the temperature.
const STEPS_PER_LOOK: u64 = 256;

/// The parts of the budget at which a cooling ends, and how warm each begins.
const COOLINGS: [(f64, f64); 3] = [(0.6, 1.0), (0.8, 0.3), (1.0, 0.2)];

/// Temperatures between which a search cools.
#[derive(Clone, Copy, Debug)]
struct Heat {
    warm: f64,
    cold: f64,
}

impl Heat {
    /// Warm enough to try what costs some absence, cold enough that the smallest cost counts.
    fn of(state: &State<'_>) -> Heat {
        let weights = state.frame.problem.weights();
        let pace = state.frame.pace.iter().filter_map(|rule| rule.cost);
        let units = [weights.unhosted, weights.absence, weights.extra_visit, weights.undesired];
        let costs: Vec<f64> = units.into_iter().chain(pace).filter(|&cost| cost > 0.0).collect();
        let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
        let warm = (weights.absence.max(weights.extra_visit) * 0.15).max(least);
        Heat { warm, cold: (least / 5.0).max(warm / 5_000.0).min(warm) }
    }

    fn at(&self, used: f64) -> f64 {
        let mut begin = 0.0;
        for (end, warmth) in COOLINGS {
            if used <= end {
                let part = (used - begin) / (end - begin);
                let warm = (self.warm * warmth).max(self.cold);
                return warm * (self.cold / warm).powf(part);
            }
            begin = end;
        }
        self.cold
    }
}

/// Improves the state until the budget is used up or `bound` is reached; leaves it at the best found.
pub(super) fn anneal(state: &mut State<'_>, random: &mut Random, budget: &Budget<'_>, bound: f64) {
    if state.frame.hostings.is_empty() {
        return;
    }
    let heat = Heat::of(state);
    let shares: u32 = MOVES.iter().map(|(_, share)| share).sum();
    let mut best: Vec<DayIx> = state.days().to_vec();
    let mut best_cost = state.cost();
    let mut cost = best_cost;
    let mut best_is_here = false;
    let (mut temperature, mut cooling) = (heat.at(budget.used()), 0);
    let mut step = 0_u64;
    while !budget.spend(1) && best_cost > bound + 1e-9 {
        step += 1;
        if step.is_multiple_of(STEPS_PER_LOOK) {
            let used = budget.used();
            temperature = heat.at(used);
            let now = COOLINGS.iter().filter(|(end, _)| used > *end).count();
            if now != cooling {
                cooling = now;
                if !best_is_here {
                    state.restore(&best);
                    cost = state.cost();
                }
                budget.watch().tell(News::Figures { cost: best_cost, bound });
            }
        }
        let chosen = random.below(shares as usize) as u32;
        let mut sum = 0;
        let attempt = MOVES.iter().find(|(_, share)| {
            sum += share;
            chosen < sum
        });
        let done = attempt.is_some_and(|(attempt, _)| attempt(state, random));
        let after = state.cost();
        if !done || (after > cost && random.unit() >= ((cost - after) / temperature).exp()) {
            state.undo(0);
            continue;
        }
        if after > cost && best_is_here {
            state.days_before(&mut best);
            best_is_here = false;
        }
        state.keep();
        cost = after;
        if cost < best_cost - 1e-9 {
            best_cost = cost;
            best_is_here = true;
        }
    }
    if !best_is_here {
        state.restore(&best);
    }
}
