//! Dual values of the master, and what they prove.
//!
//! In whole units, so that what is proved is proved exactly. A column S of class k has the **reduced profit**
//! p(S) = Σ u_i − Σ σ_c − c(S): the duals u of its members, less the duals σ of the cuts that it covers, less its cost.
//! Its reduced cost is v_k − p(S), with the convexity dual v_k of its class.

use super::instance::{Column, Instance};
use super::subset_row_cuts::SubsetRowCut;

/// Duals of the rows that columns share. Any will do for a bound: those of the master make it a good one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Duals {
    /// u: of each enrolment's cover row.
    pub cover: Vec<i64>,
    /// σ: of each cut, at least 0, and a multiple of 3.
    pub cuts: Vec<(SubsetRowCut, i64)>,
}

impl Duals {
    /// Duals without cuts.
    pub fn of_cover(cover: Vec<i64>) -> Duals {
        Duals { cover, cuts: Vec::new() }
    }

    /// The cuts that cost anything.
    pub fn active_cuts(&self) -> impl Iterator<Item = (SubsetRowCut, i64)> + '_ {
        self.cuts.iter().copied().filter(|cut| cut.1 > 0)
    }

    /// The reduced profit of a column of this class and these members, in ascending order.
    pub fn reduced_profit(&self, instance: &Instance<'_>, class: usize, members: &[u32]) -> i64 {
        let charged = self.active_cuts().filter(|(cut, _)| cut.covers(members)).map(|cut| cut.1);
        instance.profit(class, members, &self.cover) - charged.sum::<i64>()
    }

    /// The constant of the Lagrangian: Σ u − Σ σ, before what the best columns take.
    pub fn constant(&self) -> i64 {
        self.cover.iter().sum::<i64>() - self.cuts.iter().map(|cut| cut.1).sum::<i64>()
    }

    /// Duals between old and new ones, so much of the old (Wentges 1997). A cut that is new has no old dual.
    pub fn smoothed(old: &Duals, new: &Duals, weight: f64) -> Duals {
        let between = |old: i64, new: i64| (old as f64 * weight + new as f64 * (1.0 - weight)) as i64;
        let cover = old.cover.iter().zip(&new.cover).map(|(&old, &new)| between(old, new)).collect();
        let smooth = |(at, &(cut, new)): (usize, &(SubsetRowCut, i64))| {
            let old = old.cuts.get(at).map_or(0, |old| old.1);
            (cut, between(old, new) / 3 * 3)
        };
        Duals { cover, cuts: new.cuts.iter().enumerate().map(smooth).collect() }
    }
}

/// A feasible solution of the dual of the full master, which is a lower bound on every assignment (Lagrange):
/// Σ u − Σ σ − Σ m_k v_k, for m_k networks of class k.
#[derive(Clone, Debug, PartialEq)]
pub struct DualBound {
    pub duals: Duals,
    /// v: no column of class k has a reduced profit above `convexity[k]`.
    pub convexity: Vec<i64>,
    /// The bound, in units.
    pub value: i64,
}

impl DualBound {
    /// The bound that these duals prove.
    pub fn new(instance: &Instance<'_>, duals: &Duals, convexity: Vec<i64>) -> DualBound {
        let take = |bound: i64, (class, &best): (usize, &i64)| {
            bound.saturating_sub(instance.classes[class].count().saturating_mul(best))
        };
        let value = convexity.iter().enumerate().fold(duals.constant(), take);
        DualBound { duals: duals.clone(), convexity, value }
    }

    /// The reduced cost of a column, at least 0. Those of an assignment's columns add up to no more than its cost less the
    /// bound.
    pub fn reduced_cost(&self, instance: &Instance<'_>, column: &Column) -> i64 {
        self.convexity[column.class] - self.duals.reduced_profit(instance, column.class, &column.members)
    }
}
