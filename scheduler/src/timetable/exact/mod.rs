//! The dates of one network, or of a few, as a mixed-integer model: exact, so that what the solver proves is proved.

mod build;

use super::frame::{AWAY, DayIx, Frame};
use super::state::State;
use crate::effort::Budget;
use crate::milp::{self, Options, Status};
use build::Built;

/// Models larger than this are left to the search.
const MOST_COLUMNS: usize = 25_000;
const MOST_ROWS: usize = 40_000;

/// About how many steps of the search take as long as the solver takes for a column of a model: where work is
/// limited, a model has this price, so that work means time, more or less, whoever does it.
const STEPS_PER_COLUMN: u64 = 50;

/// What a network's model came to.
pub(super) struct Found {
    /// Days of the hostings' slots, one hosting after the other; empty where none was found.
    pub days: Vec<DayIx>,
    /// Proved lower bound on the cost in the model; minus infinity where nothing is proved.
    pub bound: f64,
    /// Whether nothing better is to be had.
    pub optimal: bool,
    /// Proved: there are no such days at all.
    pub impossible: bool,
}

/// The slots of a network: its hostings lie side by side.
pub(super) fn slots(frame: &Frame<'_>, network: usize) -> std::ops::Range<usize> {
    let of_network = &frame.of_network[network];
    match (of_network.first(), of_network.last()) {
        (Some(&first), Some(&last)) => {
            let last = &frame.hostings[last as usize];
            frame.hostings[first as usize].first..last.first + last.guests.len()
        }
        _ => 0..0,
    }
}

/// Solves the dates of some hostings, `others` being a timetable in which they are cleared and whose other visits they must
/// get along with, from `start`, the days of their slots. `held`: those that a lock wants held must be, instead of that
/// costing much. `None` where the model would be too large, or dearer than the work that is left.
pub(super) fn solve(
    others: &State<'_>,
    units: &[u32],
    held: bool,
    start: &[DayIx],
    options: Options,
    budget: &Budget<'_>,
) -> Option<Found> {
    if build::columns(others.frame, units) > MOST_COLUMNS {
        return None;
    }
    let built = Built::new(others, units, held);
    if built.model.columns() > MOST_COLUMNS || built.model.rows() > MOST_ROWS {
        return None;
    }
    let price = STEPS_PER_COLUMN * built.model.columns() as u64;
    if budget.work_left().is_some_and(|left| left < price) {
        return None;
    }
    let hostings = built.hostings;
    let start = build::start(&built.model, &hostings, &built.derived, start);
    let outcome = milp::solve(built.model, &Options { start: Some(start), ..options }, budget);
    budget.spend(price);
    let mut days = Vec::new();
    if !outcome.values.is_empty() {
        for came in hostings.iter().flat_map(|h| &h.comes) {
            let day = came.iter().find(|(_, column)| outcome.values[column.at()] > 0.5).map_or(AWAY, |came| came.0);
            days.push(day);
        }
    }
    let (optimal, impossible) = (outcome.status == Status::Optimal, outcome.status == Status::Infeasible);
    Some(Found { days, bound: outcome.bound, optimal, impossible })
}

/// What these days of the hostings' slots cost in the model; `None` where they are no solution of it.
#[cfg(test)]
pub(super) fn cost(others: &State<'_>, units: &[u32], days: &[DayIx]) -> Option<f64> {
    let built = Built::new(others, units, false);
    let values = build::start(&built.model, &built.hostings, &built.derived, days);
    built.model.feasible(&values).then(|| built.model.cost(&values))
}
