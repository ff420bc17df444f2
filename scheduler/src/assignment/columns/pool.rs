//! Columns worth having, and what enrolments are worth, about: what searches begin from.

use std::collections::BTreeSet;

use super::ascent::{self, Ascended};
use super::dive::{Begin, Part};
use super::ground::Ground;
use super::master::Column;
use crate::assignment::search::Best;
use crate::effort::Budget;

/// Columns kept for each enrolment.
const KEPT: usize = 24;

/// Good columns of one track. It means nothing elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Pool {
    pub(super) columns: BTreeSet<Column>,
    /// What each enrolment is worth, in units, about; empty: not known yet.
    pub(super) near: Vec<i64>,
}

impl Pool {
    /// Fills an empty pool, by an ascent from the best assignment known.
    pub(super) fn begin(&mut self, ground: &Ground<'_>, best: &Best, budget: &Budget<'_>) {
        let Some(slots) = best.slots().filter(|_| self.near.is_empty()) else { return };
        let upper = (best.cost() / ground.unit) as i64;
        let Ascended { duals, columns } = ascent::ascend(ground, slots, guess(ground, slots), upper, budget);
        self.columns.extend(columns);
        self.near = duals;
        self.take(ground, slots);
    }

    /// Adds the columns of an assignment.
    pub(super) fn take(&mut self, ground: &Ground<'_>, slots: &[u32]) {
        self.columns.extend(ground.networks(slots).map(|(class, members)| Column { class, members }));
    }

    /// What a dive into a part begins from.
    pub(super) fn begin_with(&self, part: Part) -> Begin {
        let columns = self.columns.iter().filter(|column| part.takes(column)).cloned().collect();
        Begin { part, columns, values: None }
    }

    /// The columns that miss least to be the best of their class, at most so many.
    pub(super) fn nearest(&self, ground: &Ground<'_>, most: usize) -> Vec<Column> {
        if self.near.is_empty() {
            return Vec::new();
        }
        let mut best = vec![i64::MIN; ground.classes.len()];
        let worth = |column: &Column| ground.value(column.class, &column.members, &self.near);
        let worths: Vec<i64> = self.columns.iter().map(worth).collect();
        for (column, &worth) in self.columns.iter().zip(&worths) {
            best[column.class] = best[column.class].max(worth);
        }
        let mut misses: Vec<(i64, &Column)> =
            self.columns.iter().zip(worths).map(|(column, worth)| (best[column.class] - worth, column)).collect();
        misses.sort_unstable();
        misses.into_iter().take(most).map(|(_, column)| column.clone()).collect()
    }

    /// Drops the columns that miss most.
    pub(super) fn trim(&mut self, ground: &Ground<'_>) {
        let most = KEPT * self.near.len();
        if self.columns.len() > most {
            self.columns = self.nearest(ground, most).into_iter().collect();
        }
    }
}

/// What each enrolment of an assignment costs, company and all.
pub(super) fn guess(ground: &Ground<'_>, slots: &[u32]) -> Vec<i64> {
    let worth = |e: usize| {
        let Some(&class) = ground.class_of.get(slots[e] as usize) else { return ground.out[e] };
        let company = ground.row(e).iter().zip(slots).filter(|other| *other.1 == slots[e]).map(|other| other.0);
        (ground.classes[class].own[e] + company.sum::<i64>()).min(ground.out[e])
    };
    (0..slots.len()).map(worth).collect()
}
