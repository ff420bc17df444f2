//! The pool: columns worth having and cover duals about right, that searches begin from.

use std::collections::BTreeSet;

use super::super::instance::{Column, Instance, Part};
use super::diving::Begin;
use super::dual_ascent::{Ascended, ascend, least_reduced_cost, shares_of_cost};
use crate::assignment::search::Best;
use crate::effort::Budget;

/// Good columns of one track. It means nothing elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pool {
    pub columns: BTreeSet<Column>,
    /// Cover duals, in units, about right; empty: not known yet.
    pub cover: Vec<i64>,
}

impl Pool {
    /// Fills an empty pool, by an ascent from the best assignment known.
    pub fn fill(&mut self, instance: &Instance<'_>, best: &Best, budget: &Budget<'_>) {
        let Some(slots) = best.slots().filter(|_| self.cover.is_empty()) else { return };
        let upper = (best.cost() / instance.unit) as i64;
        let Ascended { cover, columns } = ascend(instance, slots, shares_of_cost(instance, slots), upper, budget);
        self.columns.extend(columns);
        self.cover = cover;
        self.add_assignment(instance, slots);
    }

    /// Adds the columns of an assignment: the slot of each enrolment.
    pub fn add_assignment(&mut self, instance: &Instance<'_>, slots: &[u32]) {
        self.columns.extend(instance.columns_of(slots));
    }

    /// The begin of a dive into a part.
    pub fn begin_with(&self, part: Part) -> Begin {
        let columns = self.columns.iter().filter(|column| part.takes(column)).cloned().collect();
        Begin { part, columns, primal: None }
    }

    /// The columns with the least reduced costs, at most so many.
    pub fn best(&self, instance: &Instance<'_>, most: usize) -> Vec<Column> {
        if self.cover.is_empty() {
            return Vec::new();
        }
        least_reduced_cost(instance, &self.columns, &self.cover, most)
    }

    /// Drops the columns with the highest reduced costs.
    pub fn trim(&mut self, instance: &Instance<'_>) {
        let most = instance.parameters.primal.pool * self.cover.len();
        if self.columns.len() > most {
            self.columns = self.best(instance, most).into_iter().collect();
        }
    }
}
