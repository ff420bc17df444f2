//! What a proof leaves for the next go at the same track, so that nothing is proved twice.

use super::master::Column;
use super::prices::Prices;
use super::proof::Proof;

/// Columns worth having, and the prices of the best bound. Of one track and one problem: it means nothing elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Kept {
    columns: Vec<Column>,
    /// The best bound, in units; nothing where there is none.
    proved: Option<i64>,
    prices: Prices,
    worth: Vec<i64>,
    steps: u64,
    /// Rounds of exact pricing that came to their end.
    rounds: usize,
}

/// A bound that is so far from the cost, as a part of it, tells nothing of the cost.
const VAIN: f64 = 0.5;
/// So many rounds of exact pricing are a proof in earnest.
const EARNEST: usize = 3;

/// Whether so many rounds are a proof in earnest, and have shown that columns tell nothing of what a good assignment costs.
pub(super) fn in_vain(rounds: usize, bound: f64, cost: f64) -> bool {
    rounds >= EARNEST && bound < (1.0 - VAIN) * cost
}

impl Kept {
    /// Whether nothing was kept.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.proved.is_none()
    }

    /// Columns, prices, what no column of each class is worth more than at them, and what they prove, in units.
    pub(super) fn parts(&self) -> Option<(&[Column], &Prices, &[i64], i64)> {
        self.proved.map(|proved| (&self.columns[..], &self.prices, &self.worth[..], proved))
    }

    /// See [`in_vain`].
    pub(in super::super) fn in_vain(&self, bound: f64, cost: f64) -> bool {
        in_vain(self.rounds, bound, cost)
    }
}

impl Proof<'_> {
    /// Goes on from what was kept.
    pub(super) fn resume(&mut self, kept: &Kept) {
        let Some(proved) = kept.proved else { return };
        for column in &kept.columns {
            self.master.add(column.class, column.members.clone());
        }
        for (three, _) in &kept.prices.cuts {
            self.master.cut(*three);
        }
        (self.proved, self.prices, self.worth) = (proved, kept.prices.clone(), kept.worth.clone());
        (self.steps, self.rounds) = (kept.steps, kept.rounds);
    }

    /// What is worth keeping: the bound, and the columns that a better assignment than the one known may use.
    pub(super) fn keep(self) -> Kept {
        if self.prices.of.is_empty() {
            return Kept::default();
        }
        let gap = ((self.upper / self.ground.unit).ceil() as i64).saturating_sub(self.proved);
        let useful = |&at: &usize| {
            let class = self.master.columns[at].class;
            self.worth[class] - self.master.value(at, &self.prices) <= gap
        };
        let columns = (0..self.master.columns.len()).filter(useful).map(|at| self.master.columns[at].clone());
        Kept {
            columns: columns.collect(),
            proved: Some(self.proved),
            prices: self.prices,
            worth: self.worth,
            steps: self.steps,
            rounds: self.rounds,
        }
    }
}
