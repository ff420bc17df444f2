//! A track of modest size, searched as a whole by two walkers that each cool down by themselves, again and again, and
//! meet in between: a long cooling first, then shorter ones from the best state that either has seen.

use super::super::state::{Changes, State};
use super::cooling::{Cooling, cool};
use super::neighbours::Neighbours;
use super::penalty::Penalty;
use super::pilot::{Range, pilot};
use super::temperature::{DRAWS, temperature, warmth};
use super::{Best, Goal, Source};
use crate::effort::Budget;
use crate::parallel;
use crate::random::Random;

/// The last temperature of a short search as a part of the first.
const COLD: f64 = 0.04;
/// How many coolings a search is made of at least, and steps for each enrolment from which on another cooling pays more
/// than a longer one.
const COOLINGS: u32 = 4;
const LONGEST: f64 = 40_000.0;
/// With what part of the first temperature each cooling begins, in turn: near the best state, then away from it.
const WARM: [f64; 4] = [1.0, 0.5, 0.75, 0.6];
/// How many search side by side, on one thread where there is one: under a work limit that must not show.
const WALKERS: usize = 2;

/// The part of the steps that goes into finding the temperatures, and the most for each enrolment.
const PILOT: f64 = 0.08;
const MOST_PILOT: f64 = 2_000.0;

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
    let mut source = Source { chance: Random::new(seed), neighbours: &neighbours, changes: Changes::new() };
    let before = budget.used();
    let full = temperature(state, &mut source);
    let count = if budget.work_left().is_some() || budget.threads() > 1 { WALKERS } else { 1 };
    let steps = expected_steps(before, budget) / count as f64;
    let warmth = warmth(state.track, steps);
    let (mut range, mut coolings) = (Range { hot: full * warmth, cold: full * warmth * COLD }, 1);
    if warmth >= 1.0 {
        let before = (budget.used(), budget.spent());
        let most = MOST_PILOT * state.track.len() as f64;
        range = pilot(&mut state.clone(), best, &mut source, full, (steps * PILOT).min(most) as u64, budget);
        let rate = (budget.spent() - before.1) as f64 / (budget.used() - before.0).max(1e-12);
        let steps = budget.work_left().map_or(rate * (1.0 - budget.used()), |work| work as f64 / count as f64);
        coolings = ((steps / (LONGEST * state.track.len() as f64)).min(1e6) as u32).max(COOLINGS);
    }
    let walker = |at: usize| Walker {
        state: state.clone(),
        best: best.clone(),
        penalty: Penalty::new(range.hot),
        source: Source { chance: Random::new(seed.wrapping_add(at as u64)), ..source.clone() },
    };
    let mut walkers: Vec<Walker<'_, '_>> = (0..count).map(walker).collect();
    for cycle in 0.. {
        if goal.reached(best) || budget.enough() {
            break;
        }
        let left = coolings.saturating_sub(cycle).max(1);
        let part = if left > 1 && coolings == COOLINGS { 0.5 } else { 1.0 / f64::from(left) };
        let hot = range.hot * WARM[cycle as usize % WARM.len()];
        let cooling = Cooling { hot, cold: range.cold, from: 0.0, to: 1.0, polish: true };
        walkers = all_walk(walkers, goal, &cooling, &budget.share(part), budget);
        for walker in &walkers {
            best.take(&walker.best);
        }
        for walker in &mut walkers {
            walker.best.take(best);
            walker.best.restore(&mut walker.state);
        }
    }
    best.restore(state);
}

/// Each walker cools down once, all in one share of the budget.
fn all_walk<'a, 't>(
    walkers: Vec<Walker<'a, 't>>,
    goal: Goal,
    cooling: &Cooling,
    share: &Budget<'_>,
    budget: &Budget<'_>,
) -> Vec<Walker<'a, 't>> {
    let steps = share.work_left().map(|work| work.div_ceil(walkers.len() as u64));
    let own = |walker| (walker, steps.map_or_else(|| share.on(1), |steps| share.steps(steps)));
    let tasks: Vec<(Walker<'_, '_>, Budget<'_>)> = walkers.into_iter().map(own).collect();
    let done = parallel::each(budget.threads(), tasks, |(mut walker, budget)| {
        walker.walk(goal, cooling, &budget);
        (walker, budget)
    });
    let join = |(walker, spent): (Walker<'a, 't>, Budget<'_>)| {
        budget.join(&spent);
        walker
    };
    done.into_iter().map(join).collect()
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
