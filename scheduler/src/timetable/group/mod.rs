//! The dates of one network whose hosts can receive everybody at once, exactly. A choice is a hosting's days and who
//! comes when; rules that hostings share become prices ([`dual`]), bettered by column generation ([`master`]);
//! what may still be best at these prices is built family by family ([`closing`]).

mod closing;
pub(super) mod dual;
mod families;
mod floors;
mod hosts;
mod master;
mod member;
pub(super) mod sets;
pub(super) mod view;

use super::calendar::DayIx;
use crate::effort::Budget;
use dual::Ascent;
use view::View;

/// What a network came to.
pub(super) struct Found {
    /// Days of the network's slots, better than those begun with; empty where none were found.
    pub days: Vec<DayIx>,
    /// Proved lower bound on the network's cost.
    pub bound: f64,
    /// Whether nothing better than these days, or those begun with, is to be had.
    pub done: bool,
    /// What another try may begin with.
    pub proved: Option<Ascent>,
}

/// Looks before column generation.
const LOOKS: usize = 120;

/// The slack that is tried first, as a part of the bound; by how much of itself it grows beside that.
const SLACK: f64 = 0.004;
const GROWTH: f64 = 0.35;

/// About how many steps of the search take as long as a node of the families.
const STEPS_PER_NODE: u64 = 4;

/// Proves and betters days of the network's slots that cost `cost`.
/// `known`: what an earlier try proved; `most`: families that are built on the way at most.
pub(super) fn solve(
    view: &View<'_>,
    cost: f64,
    known: Option<Ascent>,
    most: u64,
    budget: &Budget<'_>,
) -> Option<Found> {
    let grain = Grain::of(view);
    let weights = view.calendar.problem.weights();
    let reach = 0.5 * weights.extra_visit * view.units.len() as f64;
    let fresh = known.is_none();
    let mut proved = match known {
        Some(known) => known,
        None => dual::ascend(view, LOOKS, reach, Some(budget))?,
    };
    if fresh && proved.bound <= grain.below(cost) {
        proved = master::polish(view, proved, grain.below(cost), budget);
    }
    let bound = proved.bound;
    let mut found = Found { days: Vec::new(), bound: grain.up(bound), done: false, proved: None };
    let mut best = cost;
    // First what costs no more than the bound rounded up, then more and more.
    let mut slack = grain.up(bound) - bound + 1e-3 * grain.0.max(1e-3 * bound);
    let more = grain.0.max(SLACK * bound).max(1e-3);
    let mut floors = std::mem::take(&mut proved.floors);
    // Slacks that an earlier try has looked at need no second look.
    slack = slack.max(proved.next);
    while found.bound < best - grain.tolerance(best) && !budget.enough() {
        slack = slack.min(best - bound);
        let Some(closed) = closing::close(view, &proved, slack, &mut floors, most, budget) else { break };
        budget.spend(closed.nodes * STEPS_PER_NODE);
        if closed.cost < best - 1e-9 {
            best = closed.cost;
            found.days = closed.days;
        }
        if !closed.whole {
            break;
        }
        // Whatever was not looked at costs more than the slack above the bound.
        found.bound = found.bound.max(grain.up(closed.least.min(bound + closed.covered)));
        if closed.covered >= best - bound {
            break; // all that could be better was looked at
        }
        slack = closed.covered * (1.0 + GROWTH) + more;
    }
    (proved.floors, proved.next) = (floors, slack);
    found.done = found.bound >= best - grain.tolerance(best);
    found.proved = Some(proved);
    Some(found)
}

/// What all costs of a network are multiples of, where they are: a bound between two of them is raised to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grain(f64);

/// Costs are counted in this part of a unit.
const FINE: f64 = 1_000.0;

impl Grain {
    fn of(view: &View<'_>) -> Grain {
        let weights = view.calendar.problem.weights();
        let pace = view.calendar.pace.iter().filter_map(|rule| rule.cost);
        let costs = [weights.absence, weights.extra_visit, weights.undesired];
        let mut grain = 0_u64;
        for cost in costs.into_iter().chain(view.unheld.iter().copied()).chain(pace).chain([view.price]) {
            let fine = cost * FINE;
            if fine > 1e12 || (fine - fine.round()).abs() > 1e-9 * fine.max(1.0) {
                return Grain(0.0);
            }
            grain = common(grain, fine.round() as u64);
        }
        Grain(grain as f64 / FINE)
    }

    /// The least cost that a bound admits: rounding errors aside, the bound is none too high.
    fn up(self, bound: f64) -> f64 {
        if self.0 <= 0.0 || !bound.is_finite() {
            return bound;
        }
        let error = 1e-6 * bound.abs().max(1.0) / self.0;
        if error > 0.1 { bound } else { (bound / self.0 - 2.0 * error).ceil() * self.0 }
    }

    /// A bound above this proves a cost.
    fn below(self, cost: f64) -> f64 {
        if self.0 > 0.0 { cost - self.0 * 0.999 } else { cost - self.tolerance(cost) }
    }

    fn tolerance(self, cost: f64) -> f64 {
        2e-6 * cost.abs().max(1.0)
    }
}

fn common(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common(b, a % b) }
}

#[cfg(test)]
mod tests;
