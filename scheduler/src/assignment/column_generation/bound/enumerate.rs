//! Enumeration of the columns in the gap: all that a better assignment can be made of.
//!
//! The reduced costs of an assignment's columns add up to no more than its cost less the bound, so none of a better one is
//! above the gap.
//!
//! Baldacci, Christofides, Mingozzi: An exact algorithm for the vehicle routing problem based on the set partitioning
//! formulation with additional cuts (Mathematical Programming 115, 2008).

use super::super::duals::DualBound;
use super::super::instance::{Column, Instance};
use super::super::pricing::{Aim, CostSplits, price_all};
use crate::effort::Budget;

/// A gap, in units: the bound below, and the cost to beat.
pub struct Gap<'a> {
    pub bound: &'a DualBound,
    pub upper: i64,
}

/// The enumerated columns, of which every better assignment is made.
pub struct Enumeration<'i> {
    pub instance: &'i Instance<'i>,
    pub columns: Vec<Column>,
    /// Their costs, in units.
    pub costs: Vec<i64>,
}

/// Enumerates the columns in a gap; `None` where there are too many, or the budget was used up before all were found.
pub fn enumerate<'i>(
    instance: &'i Instance<'i>,
    gap: &Gap<'_>,
    splits: &mut CostSplits,
    budget: &Budget<'_>,
) -> Option<Enumeration<'i>> {
    let parameters = &instance.parameters.enumeration;
    let width = gap.upper - gap.bound.value;
    let thresholds: Vec<i64> = gap.bound.convexity.iter().map(|convexity| convexity.saturating_sub(width)).collect();
    let aim = (Aim::All(parameters.columns), parameters.steps);
    let priced = price_all(instance, &gap.bound.duals, &thresholds, aim, splits, budget);
    let complete = priced.iter().all(|priced| priced.complete);
    if !complete || priced.iter().map(|priced| priced.found.len()).sum::<usize>() > parameters.columns {
        return None;
    }
    let mut enumeration = Enumeration { instance, columns: Vec::new(), costs: Vec::new() };
    for (class, priced) in priced.into_iter().enumerate() {
        for (_, members) in priced.found {
            enumeration.costs.push(instance.cost(class, &members));
            enumeration.columns.push(Column { class, members });
        }
    }
    Some(enumeration)
}
