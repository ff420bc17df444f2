//! The restricted master: which of the columns at hand to take, as a linear program.
//!
//! Every enrolment is in exactly one column or in no network at its cost; every class has as many columns as it has
//! networks, or at most as many where they may be empty.

use std::collections::BTreeSet;

use super::ground::Ground;
use crate::effort::Budget;
use crate::milp::{Linear, Solved};

/// The members of a network of some class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column {
    pub(super) class: usize,
    /// In ascending order.
    pub(super) members: Vec<u32>,
}

/// The columns at hand and their linear program.
pub(super) struct Master<'g> {
    ground: &'g Ground<'g>,
    linear: Linear,
    pub(super) columns: Vec<Column>,
    costs: Vec<i64>,
    known: BTreeSet<Column>,
}

impl<'g> Master<'g> {
    /// A master without columns but those of staying out; `None` where the solver fails.
    pub(super) fn new(ground: &'g Ground<'g>) -> Option<Master<'g>> {
        let n = ground.out.len();
        let mut rows = vec![(1.0, 1.0); n];
        rows.extend(ground.classes.iter().map(|class| {
            let count = class.count() as f64;
            (if class.may_be_empty() { 0.0 } else { count }, count)
        }));
        let out: Vec<_> = (0..n).map(|e| (ground.out[e] as f64 * ground.unit, vec![(e, 1.0)])).collect();
        let linear = Linear::new(&rows, &out)?;
        Some(Master { ground, linear, columns: Vec::new(), costs: Vec::new(), known: BTreeSet::new() })
    }

    /// Adds a column; whether it is new.
    pub(super) fn add(&mut self, class: usize, members: Vec<u32>) -> bool {
        let column = Column { class, members };
        if column.members.is_empty() || !self.known.insert(column.clone()) {
            return false;
        }
        let cost = self.ground.cost(class, &column.members);
        let mut terms: Vec<(usize, f64)> = column.members.iter().map(|&e| (e as usize, 1.0)).collect();
        terms.push((self.ground.out.len() + class, 1.0));
        let taken = self.linear.column(cost as f64 * self.ground.unit, &terms);
        if taken {
            self.columns.push(column);
            self.costs.push(cost);
        }
        taken
    }

    /// Solves the linear program over the columns at hand.
    pub(super) fn solve(&mut self, budget: &Budget<'_>) -> Option<Solved> {
        self.linear.solve(budget)
    }

    /// The most that a column at hand is worth in each class at these duals; nothing, where a network may be empty.
    /// The least number where there is no column.
    pub(super) fn worth(&self, duals: &[i64]) -> Vec<i64> {
        let least = |class: &super::ground::Class| if class.may_be_empty() { 0 } else { i64::MIN / 4 };
        let mut worth: Vec<i64> = self.ground.classes.iter().map(least).collect();
        for (column, cost) in self.columns.iter().zip(&self.costs) {
            let value = column.members.iter().map(|&e| duals[e as usize]).sum::<i64>() - cost;
            worth[column.class] = worth[column.class].max(value);
        }
        worth
    }

    /// Duals of the enrolments' rows in units, none above what staying out costs.
    pub(super) fn duals(&self, prices: &[f64]) -> Vec<i64> {
        let least = -(1i64 << 52) as f64;
        let units = |(price, &out): (&f64, &i64)| ((price / self.ground.unit).round().max(least) as i64).min(out);
        prices.iter().zip(&self.ground.out).map(units).collect()
    }
}
