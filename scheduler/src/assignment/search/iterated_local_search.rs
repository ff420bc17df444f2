//! Iterated local search, where costs have no geometry that columns could follow: a local optimum of moves and swaps is
//! perturbed a little and descended from, again and again; where that has led nowhere for long, it is perturbed hard.
//!
//! Lai, Hao: Iterated maxima search for the maximally diverse grouping problem (European Journal of Operational Research
//! 254, 2016).

use super::super::state::{Delta, State};
use super::{Best, Goal};
use crate::effort::Budget;
use crate::parallel;
use crate::random::Random;

/// Walkers side by side, on one thread where there is one: under a work limit that must not show.
const WALKERS: usize = 2;
/// Swaps of a weak perturbation.
const WEAK: usize = 3;
/// Swaps drawn for each of them, of which the best is made, for each enrolment.
const DRAWN: f64 = 0.3;
/// Swaps of a strong perturbation, for each enrolment.
const STRONG: f64 = 0.3;
/// Weak perturbations in a row that lead to nothing better before a strong one.
const PATIENCE: usize = 200;
/// Swaps looked at in the time of a step.
const A_STEP: usize = 32;

/// Improves the best state until the goal is reached or the budget used up.
pub(in super::super) fn iterated_local_search(
    state: &mut State<'_>,
    best: &mut Best,
    goal: Goal,
    seed: u64,
    budget: &Budget<'_>,
) {
    best.restore(state);
    let count = if budget.work_left().is_some() || budget.threads() > 1 { WALKERS } else { 1 };
    let steps = budget.work_left().map(|work| work.div_ceil(count as u64));
    let walker = |at: usize| {
        let share = steps.map_or_else(|| budget.on(1), |steps| budget.steps(steps));
        (Walker { state: state.clone(), best: best.clone(), chance: Random::new(seed.wrapping_add(at as u64)) }, share)
    };
    let done = parallel::each(budget.threads(), (0..count).map(walker).collect(), |(mut walker, share)| {
        walker.walk(goal, &share);
        (walker.best, share)
    });
    for (found, share) in done {
        best.take(&found);
        budget.join(&share);
    }
    best.restore(state);
}

/// One search, from local optimum to local optimum.
struct Walker<'t> {
    state: State<'t>,
    best: Best,
    chance: Random,
}

impl Walker<'_> {
    fn walk(&mut self, goal: Goal, budget: &Budget<'_>) {
        self.descend(budget);
        while !budget.enough() && !goal.reached(&self.best) {
            let (mut local, mut cost) = (self.state.slots().to_vec(), self.state.cost());
            let mut vain = 0;
            while vain < PATIENCE && !budget.enough() {
                self.perturb(WEAK, (DRAWN * self.state.track.len() as f64).ceil() as usize);
                self.descend(budget);
                vain += 1;
                if self.state.cost() < cost - 1e-9 * cost.abs() {
                    (local, cost, vain) = (self.state.slots().to_vec(), self.state.cost(), 0);
                }
            }
            // Rounding errors of many moves do not add up in a state that is made anew.
            self.state = State::of(self.state.track, &local);
            self.perturb((STRONG * self.state.track.len() as f64).ceil() as usize, 1);
            self.descend(budget);
        }
        self.best.settle(&self.state);
    }

    /// Makes every better swap, and every better move where networks have room, until there is none.
    fn descend(&mut self, budget: &Budget<'_>) {
        let n = self.state.track.len();
        let (mut e, mut calm) = (0, 0); // so many have been looked at since anything got better
        while calm < n && !budget.spend(1 + (n / A_STEP) as u64) {
            calm = if self.better(e) { 0 } else { calm + 1 };
            e = (e + 1) % n;
        }
    }

    /// Makes the better changes of one enrolment; whether there were any.
    fn better(&mut self, e: usize) -> bool {
        let (n, mut found) = (self.state.track.len(), false);
        for to in 0..if self.state.track.rigid { 0 } else { self.state.track.slots() } {
            if to != self.state.slot(e) && self.state.track.open(e, to) {
                found |= self.make_better(&[(e as u32, to as u32)]);
            }
        }
        for f in 0..n {
            if let Some(changes) = self.trade(e, f) {
                found |= self.make_better(&changes);
            }
        }
        found
    }

    fn make_better(&mut self, changes: &[(u32, u32)]) -> bool {
        let delta = self.state.delta(changes);
        let better = delta.cost < -1e-7 && delta.breach.is_none();
        if better {
            self.best.make(&mut self.state, changes, &delta);
        }
        better
    }

    /// Two trade slots, where each may be in the other's.
    fn trade(&self, a: usize, b: usize) -> Option<[(u32, u32); 2]> {
        let (track, from, to) = (self.state.track, self.state.slot(a), self.state.slot(b));
        (from != to && track.open(a, to) && track.open(b, from))
            .then_some([(a as u32, to as u32), (b as u32, from as u32)])
    }

    /// Makes so many swaps, each the best of some that are drawn.
    fn perturb(&mut self, swaps: usize, drawn: usize) {
        for _ in 0..swaps {
            self.swap_best_of(drawn);
        }
    }

    /// Makes the best of so many swaps that are drawn and break no rule.
    fn swap_best_of(&mut self, count: usize) {
        let n = self.state.track.len();
        let mut least: Option<([(u32, u32); 2], Delta)> = None;
        for _ in 0..count {
            let (a, b) = (self.chance.below(n), self.chance.below(n));
            let Some(changes) = self.trade(a, b) else { continue };
            let delta = self.state.delta(&changes);
            let sound = delta.breach.is_none() && delta.cost < f64::INFINITY;
            if sound && least.is_none_or(|(_, known)| delta.cost < known.cost) {
                least = Some((changes, delta));
            }
        }
        if let Some((changes, delta)) = least {
            self.best.make(&mut self.state, &changes, &delta);
        }
    }
}
