//! Plans in which whoever travels farthest travels less: turn by turn, each led by the kilometres of the one before.
//!
//! Which plans are looked at does not depend on what a kilometre costs: the price chooses among them. So whoever travels
//! farthest never travels farther because that costs more.

use super::incumbent::Incumbent;
use super::joint::Dates;
use super::turn::take_turn;
use crate::assignment::Assignment;
use crate::cost;
use crate::effort::{Budget, Effort};
use crate::plan::Plan;
use crate::rules;
use crate::solution::Quiet;

/// The part of the effort that goes into a turn that nothing leads.
const PLAIN: f64 = 0.3;
/// How many turns are led after that, half of them harder and harder, the others less and less again, which makes plans
/// cheaper that are already even.
const TURNS: i32 = 10;
/// What the farthest one costs the first and the last of these, as a part of the whole cost, and how much more or less from
/// one to the next: where it outweighs all else at once, a search forgets the others, who then travel far; in the end it
/// must, or else nobody pays for a wish or a place with another's kilometres.
const FIRST: f64 = 0.06;
const GROWTH: f64 = 6.0;

/// Looks for better plans, the price of the farthest one included. A search knows sums over pairs alone: its weights lie on
/// those who travelled far in the turn before, as the gradient of a high norm does; what each turn finds is judged by the
/// price itself.
pub(crate) fn for_the_farthest(best: &mut Incumbent<'_>, seed: u64, budget: &Budget<'_>) {
    let problem = best.problem;
    let (Some(steering), Some(first)) = (problem.steering(), best.solution.as_ref()) else { return };
    let even = |plan: &Plan| steering.judge(problem, plan).fairly.farthest_km;
    let cost = |plan: &Plan| cost::cost(problem, plan).total();
    let mut found = vec![(first.plan.clone(), first.cost.total(), even(&first.plan))];
    let unit = FIRST * found[0].1.max(1.0) / found[0].2.max(1.0);
    let price = |turn: i32| unit * GROWTH.powi((turn - 1).min(TURNS - turn));
    let mut leading = steering.clone();
    for turn in 0..=TURNS {
        if budget.enough() {
            return;
        }
        let share = budget.share(if turn == 0 { PLAIN } else { 1.0 / f64::from(TURNS - turn + 1) });
        let led = problem.steered(leading.clone());
        let worth = |(_, cost, km): &(Plan, f64, f64)| cost + if turn == 0 { 0.0 } else { price(turn) * km };
        let Some((start, ..)) = found.iter().min_by(|a, b| worth(a).total_cmp(&worth(b))).cloned() else { return };
        // What is proved of a turn is proved of its weights.
        let mut assigned = Assignment::unproved(&led, &start);
        let known = Dates::new(&led);
        let quiet = Quiet(budget.watch()); // it is no better plan, only another
        let mut from = Incumbent::new(&led, &Effort::default(), &quiet);
        from.offer_proved(start, 0.0, 0.0);
        let seed = seed.wrapping_add(turn as u64); // from 0
        let (plan, _) = take_turn(&from, &led, &known, &mut assigned, &mut Vec::new(), seed, &share);
        budget.join(&share);
        leading = leading.led_by(problem, &plan, price(turn + 1));
        if rules::violations(problem, &plan).is_empty() {
            found.push((plan.clone(), cost(&plan), even(&plan)));
        }
        best.offer(plan, 0.0, 0.0);
    }
}
