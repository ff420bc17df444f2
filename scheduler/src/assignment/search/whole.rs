//! A track of modest size, searched as a whole by two walkers that each cool down by themselves, again and again, and
//! meet in between: a long cooling first, then shorter ones from the best state that either has seen.

use super::super::chance::Chance;
use super::super::state::{Changes, State};
use super::cooling::{COLD, Cooling, cool};
use super::neighbours::Neighbours;
use super::penalty::Penalty;
use super::temperature::{DRAWS, temperature, warmth};
use super::{Best, Goal, Source};
use crate::effort::Budget;
use crate::parallel;

/// How many coolings a long search is made of.
const COOLINGS: u32 = 4;
/// How many search side by side, on one thread where there is one: under a work limit that must not show.
const WALKERS: usize = 2;

/// One of those who search.
struct Walker<'a, 't> {
    state: State<'t>,
    best: Best,
    penalty: Penalty,
    source: Source<'a>,
}

/// Improves `state` until the goal is reached or the budget used up.
pub(super) fn anneal(state: &mut State<'_>, best: &mut Best, goal: Goal, seed: u64, budget: &Budget<'_>) {
    let neighbours = Neighbours::new(state.track);
    let mut source = Source { chance: Chance::new(seed), neighbours: &neighbours, changes: Changes::new() };
    let before = budget.used();
    let full = temperature(state, &mut source);
    let walkers = if budget.work_left().is_some() || budget.threads() > 1 { WALKERS } else { 1 };
    let warmth = warmth(state.track, expected_steps(before, budget) / walkers as f64);
    let (hot, coolings) = (full * warmth, if warmth < 1.0 { 1 } else { COOLINGS });
    let walker = |at: usize| Walker {
        state: state.clone(),
        best: best.clone(),
        penalty: Penalty::new(hot),
        source: Source { chance: Chance::new(seed.wrapping_add(at as u64)), ..source.clone() },
    };
    let mut walkers: Vec<Walker<'_, '_>> = (0..walkers).map(walker).collect();
    let mut cycle = 0;
    while !goal.reached(best) && !budget.enough() {
        let last = cycle + 1 >= coolings;
        let start = if cycle == 0 || cycle.is_multiple_of(3) { hot } else { hot * 0.3 };
        let cooling = Cooling { hot: start, cold: hot * COLD, from: 0.0, to: 1.0, polish: true };
        let share = budget.share(if last { 1.0 } else { 0.5 });
        let steps = share.work_left().map(|work| work.div_ceil(walkers.len() as u64));
        let tasks = walkers.into_iter().map(|walker| (walker, share.on(1)));
        let tasks = tasks.map(|(walker, whole)| (walker, steps.map_or(whole, |steps| share.steps(steps))));
        let tasks: Vec<(Walker<'_, '_>, Budget<'_>)> = tasks.collect();
        let done = parallel::each(budget.threads(), tasks, |(mut walker, budget)| {
            walker.walk(goal, &cooling, &budget);
            (walker, budget)
        });
        walkers = Vec::new();
        for (walker, share) in done {
            budget.join(&share);
            best.take(&walker.best);
            walkers.push(walker);
        }
        for walker in &mut walkers {
            walker.best.take(best);
            walker.best.restore(&mut walker.state);
        }
        cycle += 1;
    }
    best.restore(state);
}

impl Walker<'_, '_> {
    /// One cooling.
    fn walk(&mut self, goal: Goal, cooling: &Cooling, budget: &Budget<'_>) {
        cool(&mut self.state, &mut self.best, goal, cooling, &mut self.penalty, &mut self.source, budget);
    }
}

/// How many steps the budget will last, judged by the time that drawing [`DRAWS`] moves took.
fn expected_steps(before: f64, budget: &Budget<'_>) -> f64 {
    let used = (budget.used() - before).max(1e-12);
    let by_time = if used < 1.0 { DRAWS as f64 * (1.0 - budget.used()) / used } else { 0.0 };
    budget.work_left().map_or(by_time, |work| work as f64)
}
