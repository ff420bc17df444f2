//! Simulated annealing over the moves (Kirkpatrick, Gelatt, Vecchi 1983), cooling as the budget is used up and
//! warming up again from the best a few times.

use super::board::Board;
use super::frame::DayIx;
use super::moves::{MOVES, Move};
use super::refine::{Proof, install};
use super::state::State;
use crate::effort::{Budget, News};
use crate::random::Random;

/// Steps between two looks at the temperature.
const STEPS_PER_LOOK: u64 = 256;
/// The same where there are few.
const STEPS_PER_TOUCH: u64 = 32;

/// The parts of the budget at which a cooling ends, and how warm each begins.
const COOLINGS: [(f64, f64); 3] = [(0.6, 1.0), (0.8, 0.3), (1.0, 0.2)];

/// Temperatures between which a search cools.
#[derive(Clone, Copy, Debug)]
struct Heat {
    warm: f64,
    cold: f64,
}

impl Heat {
    /// Warm enough to try what costs an extra visit or some absence, though no warmer than the smaller costs bear;
    /// cold enough that the smallest of them counts.
    fn of(state: &State<'_>) -> Heat {
        let weights = state.frame.problem.weights();
        let pace = state.frame.pace.iter().filter_map(|rule| rule.cost);
        let units = [weights.unhosted, weights.absence, weights.extra_visit, weights.undesired];
        let costs: Vec<f64> = units.into_iter().chain(pace).filter(|&cost| cost > 0.0).collect();
        let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
        let most = weights.absence.max(weights.extra_visit);
        let least = if least.is_finite() { least } else { 1.0 }; // nothing costs anything: any heat will do
        let warm = (most * 0.15).min((most * least).sqrt() * 1.5).max(least);
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

/// Improves the state until the budget is used up or it is proved best; leaves it at the best found. With a board,
/// what the solver reports there is taken over, and the best is shown there.
pub(super) fn anneal(
    state: &mut State<'_>,
    random: &mut Random,
    budget: &Budget<'_>,
    proof: &mut Proof,
    board: Option<&Board>,
) {
    if state.frame.hostings.is_empty() {
        return;
    }
    let heat = Heat::of(state);
    let mut run = Run { best: state.days().to_vec(), best_cost: state.cost(), cost: state.cost(), here: true };
    let (mut temperature, mut cooling) = (heat.at(budget.used()), 0);
    let mut step = 0_u64;
    while !budget.spend(1) && !proof.holds(run.best_cost) {
        step += 1;
        if step.is_multiple_of(STEPS_PER_LOOK) {
            let used = budget.used();
            temperature = heat.at(used);
            let now = COOLINGS.iter().filter(|(end, _)| used > *end).count();
            if now != cooling {
                cooling = now;
                run.go_to_best(state);
            }
            if let Some(board) = board {
                run.exchange(state, proof, board);
            }
            if step.is_multiple_of(STEPS_PER_LOOK * 1_000) || now != cooling {
                budget.watch().tell(News::Figures { cost: run.best_cost, bound: proof.total() });
            }
        }
        run.step(state, random, temperature);
    }
    run.go_to_best(state);
}

/// Improves a state that is good already: one cooling that begins so much less warm than [`anneal`], and ends at the
/// best found.
pub(super) fn touch_up(state: &mut State<'_>, random: &mut Random, proof: &Proof, warmth: f64, steps: u64) {
    if state.frame.hostings.is_empty() {
        return;
    }
    let heat = Heat::of(state);
    let warm = (heat.warm * warmth).max(heat.cold);
    let mut run = Run { best: state.days().to_vec(), best_cost: state.cost(), cost: state.cost(), here: true };
    let mut temperature = warm;
    for step in 0..steps {
        if proof.holds(run.best_cost) {
            break;
        }
        if step.is_multiple_of(STEPS_PER_TOUCH) {
            temperature = warm * (heat.cold / warm).powf(step as f64 / steps as f64);
        }
        run.step(state, random, temperature);
    }
    run.go_to_best(state);
}

/// Steps of chance that cost nothing: another state as good as this one, or better.
pub(super) fn wander(state: &mut State<'_>, random: &mut Random, steps: u64) {
    let mut cost = state.cost();
    for _ in 0..steps {
        let done = chosen(random)(state, random);
        let after = state.cost();
        if done && state.keeps_frozen() && after <= cost + 1e-9 {
            state.keep();
            cost = cost.min(after);
        } else {
            state.undo(0);
        }
    }
}

/// A search under way.
struct Run {
    /// The best days, except where `here`.
    best: Vec<DayIx>,
    best_cost: f64,
    /// Cost of the state.
    cost: f64,
    /// Whether the state is the best.
    here: bool,
}

impl Run {
    fn step(&mut self, state: &mut State<'_>, random: &mut Random, temperature: f64) {
        let done = chosen(random)(state, random);
        let after = state.cost();
        let worse = after > self.cost;
        if !done || !state.keeps_frozen() || (worse && random.unit() >= ((self.cost - after) / temperature).exp()) {
            state.undo(0);
            return;
        }
        if worse && self.here {
            state.days_before(&mut self.best);
            self.here = false;
        }
        state.keep();
        self.cost = after;
        if after < self.best_cost - 1e-9 {
            self.best_cost = after;
            self.here = true;
        }
    }

    fn go_to_best(&mut self, state: &mut State<'_>) {
        if !self.here {
            state.restore(&self.best);
            self.cost = state.cost();
            self.here = true;
        }
    }

    /// Hands the best over to the solver, and takes over what it reports.
    fn exchange(&mut self, state: &mut State<'_>, proof: &mut Proof, board: &Board) {
        for report in board.reports() {
            proof.raise(report.network, report.bound);
            if report.days.is_empty() {
                continue; // nothing to take over: the search goes on from where it is
            }
            self.go_to_best(state);
            if install(state, report.network, &report.days) {
                self.cost = state.cost();
                self.best_cost = self.cost;
            }
        }
        if self.here {
            board.show(state.days());
        }
    }
}

/// A move, each as likely as its share.
fn chosen(random: &mut Random) -> Move {
    let shares: u32 = MOVES.iter().map(|(_, share)| share).sum();
    let mut drawn = random.below(shares as usize) as u32;
    for (attempt, share) in MOVES {
        if drawn < share {
            return attempt;
        }
        drawn -= share;
    }
    MOVES[0].0 // not reached: the shares add up
}
