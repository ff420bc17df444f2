//! Plans in which whoever travels farthest travels less: turn by turn, each led by the kilometres of the one before.

use crate::assignment::Assignment;
use crate::effort::Budget;
use crate::joint::Dates;
use crate::solve::{Best, take_turn};

/// How many turns the effort is divided into.
const TURNS: u32 = 8;
/// What the farthest one costs the first turn, as a part of the whole cost, and how much more each further one: where it
/// outweighs all else at once, a search forgets the others, who then travel far.
const FIRST: f64 = 0.05;
const GROWTH: f64 = 2.5;

/// Looks for better plans, the price of the farthest one included. A search knows sums over pairs alone: its weights lie on
/// those who travelled far in the turn before, as the gradient of a high norm does; what each turn finds is judged by the
/// price itself.
pub(crate) fn for_the_farthest(best: &mut Best<'_>, seed: u64, budget: &Budget<'_>) {
    let problem = best.problem;
    let (Some(steering), Some(first)) = (problem.steering(), best.solution.as_ref()) else { return };
    let first_cost = first.cost.total().max(1.0);
    let km = first.steered.map_or(0.0, |steered| steered.fairly.farthest_km).max(1.0);
    let most = |turn: u32| FIRST * first_cost / km * GROWTH.powi(turn as i32); // few turns
    let mut leading = steering.led_by(problem, &first.plan, most(0));
    for turn in 0..TURNS {
        let Some(from) = best.solution.as_ref().filter(|_| !budget.enough()) else { return };
        let share = budget.share(1.0 / f64::from(TURNS - turn));
        let led = problem.clone().steered(leading.clone());
        // What is proved of a turn is proved of its weights.
        let mut assigned = Assignment::unproved(&led, &from.plan);
        let known = Dates::new(&led);
        let seed = seed.wrapping_add(turn.into());
        let (plan, _) = take_turn(best, &led, &known, &mut assigned, &mut Vec::new(), seed, &share);
        budget.join(&share);
        leading = leading.led_by(problem, &plan, most(turn + 1));
        best.offer(plan, 0.0, 0.0);
    }
}
