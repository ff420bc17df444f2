//! Closing the gap: all columns that a better assignment can be made of are listed, and the best choice among them
//! is found ([`listed`]).
//!
//! At the duals of the bound every column costs a little more than its share of the bound: its reduced cost. Those
//! of an assignment add up to its cost less the bound, so none of a better one is above the gap.

use super::exact::Aim;
use super::ground::Ground;
use super::listed::{self, List, Settled};
use super::master::Column;
use super::prices::Prices;
use super::pricing;
use super::splits::Splits;
use crate::effort::Budget;

/// Where the gap stands, in units: what is proved, at which prices and worths, and the cost to beat.
pub(super) struct Gap<'a> {
    pub(super) proved: i64,
    pub(super) prices: &'a Prices,
    pub(super) worth: &'a [i64],
    pub(super) upper: i64,
}

/// Most columns that are listed.
const MOST_COLUMNS: usize = 200_000;
/// Most steps of the search for them, for the sets of one size with one first member.
const MOST_STEPS: u64 = 1_000_000;

/// Lists and chooses; `None` where there are too many columns, or the budget was used up before all were listed.
pub(super) fn close(ground: &Ground<'_>, gap: &Gap<'_>, splits: &mut Splits, budget: &Budget<'_>) -> Option<Settled> {
    let wide = gap.upper - gap.proved;
    let thresholds: Vec<i64> = gap.worth.iter().map(|worth| worth.saturating_sub(wide)).collect();
    let priced = pricing::all(ground, gap.prices, &thresholds, (Aim::All(MOST_COLUMNS), MOST_STEPS), splits, budget);
    let whole = priced.iter().all(|priced| priced.complete);
    if !whole || priced.iter().map(|priced| priced.found.len()).sum::<usize>() > MOST_COLUMNS {
        return None;
    }
    let mut list = List { ground, columns: Vec::new(), costs: Vec::new() };
    for (class, priced) in priced.into_iter().enumerate() {
        for (_, members) in priced.found {
            list.costs.push(ground.cost(class, &members));
            list.columns.push(Column { class, members });
        }
    }
    Some(listed::settle(&list, gap, budget))
}
