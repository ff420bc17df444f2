//! Closing the gap: all columns that a better assignment can be made of are listed, and the best choice among them
//! is found by branch and cut.
//!
//! At the duals of the bound every column costs a little more than its share of the bound: its reduced cost. Those
//! of an assignment add up to its cost less the bound, so none of a better one is above the gap.

use super::exact::Aim;
use super::ground::Ground;
use super::prices::{Prices, crossed};
use super::pricing;
use super::splits::Splits;
use crate::effort::Budget;
use crate::milp::{self, Col, Model, Options, Status};

/// Where the gap stands, in units: what is proved, at which prices and worths, and the cost to beat.
pub(super) struct Gap<'a> {
    pub(super) proved: i64,
    pub(super) prices: &'a Prices,
    pub(super) worth: &'a [i64],
    pub(super) upper: i64,
}

/// What came of it.
pub(super) struct Closed {
    /// A lower bound on every assignment that is cheaper than the one to beat, in units; at least what was proved.
    pub(super) bound: i64,
    /// A cheaper assignment, if one was found: members of each network, by slot.
    pub(super) better: Option<Vec<Vec<u32>>>,
}

/// Most columns that are listed: a model of more is not solved in good time.
const MOST_COLUMNS: usize = 6_000;
/// Most steps of the search for them, for the sets of one size with one first member.
const MOST_STEPS: u64 = 1_000_000;
/// Most nodes of the solver's tree.
const MOST_NODES: u64 = 100_000;

/// Lists and chooses; `None` where there are too many columns, or the budget was used up before anything was proved.
pub(super) fn close(
    ground: &Ground<'_>,
    gap: &Gap<'_>,
    splits: &mut Splits,
    seed: u64,
    budget: &Budget<'_>,
) -> Option<Closed> {
    let listed = list(ground, gap, splits, budget)?;
    let (model, columns) = choice(ground, gap, &listed);
    let options = Options { nodes: Some(MOST_NODES), seed, ..Options::default() };
    let outcome = milp::solve(model, &options, budget);
    let to_units = |cost: f64| (cost / ground.unit).floor() as i64;
    let wide = gap.upper - gap.proved;
    // Nothing in the list is cheaper than what it costs at least; nothing outside it than the one to beat.
    let extra = match outcome.status {
        Status::Infeasible => wide,
        _ if outcome.bound > 0.0 => to_units(outcome.bound).min(wide),
        _ => 0,
    };
    let better = (!outcome.values.is_empty()).then(|| assignment(ground, &columns, &outcome.values));
    Some(Closed { bound: gap.proved + extra, better })
}

/// The columns of a class, each with its reduced cost.
type Listed = Vec<(i64, Vec<u32>)>;

/// By class, the columns whose reduced cost is below the gap, with that cost; `None` where they are too many.
fn list(ground: &Ground<'_>, gap: &Gap<'_>, splits: &mut Splits, budget: &Budget<'_>) -> Option<Vec<Listed>> {
    let wide = gap.upper - gap.proved;
    let thresholds: Vec<i64> = gap.worth.iter().map(|worth| worth.saturating_sub(wide)).collect();
    let aim = Aim::All(MOST_COLUMNS);
    let priced = pricing::all(ground, gap.prices, &thresholds, (aim, MOST_STEPS), splits, budget);
    let whole = priced.iter().all(|priced| priced.complete);
    if !whole || priced.iter().map(|priced| priced.found.len()).sum::<usize>() > MOST_COLUMNS {
        return None;
    }
    let reduced = |(worth, set): &(i64, Vec<u32>), class: usize| (gap.worth[class] - worth, set.clone());
    let listed =
        |(class, priced): (usize, &pricing::Priced)| priced.found.iter().map(|set| reduced(set, class)).collect();
    Some(priced.iter().enumerate().map(listed).collect())
}

/// A column of the model: class and members.
type Chosen = (Col, usize, Vec<u32>);

/// The model: its cost is what an assignment costs above the bound.
fn choice(ground: &Ground<'_>, gap: &Gap<'_>, listed: &[Listed]) -> (Model, Vec<Chosen>) {
    let mut model = Model::default();
    let mut columns: Vec<Chosen> = Vec::new();
    let cost = |units: i64| units as f64 * ground.unit;
    let mut of: Vec<Vec<(Col, f64)>> =
        (0..ground.out.len()).map(|e| vec![(model.binary(cost(ground.out[e] - gap.prices.of[e])), 1.0)]).collect();
    // A cut that no column counts for has cost the bound its price.
    let mut cuts: Vec<Vec<(Col, f64)>> =
        gap.prices.cuts.iter().map(|cut| vec![(model.continuous(cost(cut.1), 0.0, 1.0), 1.0)]).collect();
    for (class, listed) in listed.iter().enumerate() {
        let count = ground.classes[class].count() as f64;
        let mut of_class = Vec::new();
        if ground.classes[class].may_be_empty() {
            of_class.push((model.whole(cost(gap.worth[class]), 0.0, count), 1.0));
        }
        for (reduced, members) in listed {
            let column = model.binary(cost(*reduced));
            of_class.push((column, 1.0));
            members.iter().for_each(|&e| of[e as usize].push((column, 1.0)));
            for (cut, (three, _)) in cuts.iter_mut().zip(&gap.prices.cuts) {
                if crossed(three, members) {
                    cut.push((column, 1.0));
                }
            }
            columns.push((column, class, members.clone()));
        }
        model.row(count, count, of_class);
    }
    of.into_iter().chain(cuts).for_each(|terms| model.row(1.0, 1.0, terms));
    (model, columns)
}

/// The members of each network in a choice of columns.
fn assignment(ground: &Ground<'_>, columns: &[Chosen], values: &[f64]) -> Vec<Vec<u32>> {
    let mut networks = vec![Vec::new(); ground.class_of.len()];
    let mut next = vec![0; ground.classes.len()];
    for (column, class, members) in columns {
        if values[column.at()] > 0.5
            && let Some(&slot) = ground.classes[*class].slots.get(next[*class])
        {
            networks[slot].clone_from(members);
            next[*class] += 1;
        }
    }
    networks
}
