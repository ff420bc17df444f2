//! Warm start: what a proof leaves for the next one of the same track, so that nothing is proved twice.

use super::super::duals::DualBound;
use super::super::instance::Column;
use super::super::parameters::LowerBound;
use super::RootNode;

/// Columns worth having, and the best Lagrangian bound. Of one track and one problem: it means nothing elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WarmStart {
    columns: Vec<Column>,
    /// Nothing where nothing was proved.
    best: Option<DualBound>,
    steps: u64,
    /// Rounds of exact pricing that came to their end.
    rounds: usize,
}

/// Tells whether so many rounds are a proof in earnest, and have shown that columns tell nothing of the cost of a good assignment.
pub fn is_stalled(parameters: &LowerBound, rounds: usize, bound: f64, cost: f64) -> bool {
    rounds >= parameters.stalled_rounds && bound < (1.0 - parameters.stalled_gap) * cost
}

impl WarmStart {
    /// Tells whether nothing was proved.
    pub fn is_empty(&self) -> bool {
        self.best.is_none()
    }

    /// The columns and the bound, if there is one.
    pub fn parts(&self) -> Option<(&[Column], &DualBound)> {
        self.best.as_ref().map(|best| (&self.columns[..], best))
    }

    /// Tells whether columns tell nothing of the cost of a good assignment.
    pub fn is_stalled(&self, bound: f64, cost: f64) -> bool {
        is_stalled(&LowerBound::default(), self.rounds, bound, cost)
    }
}

impl RootNode<'_> {
    /// Goes on from where an earlier proof ended.
    pub(super) fn resume(&mut self, warm_start: &WarmStart) {
        let Some(best) = &warm_start.best else { return };
        for column in &warm_start.columns {
            self.master.add(column.clone());
        }
        for (cut, _) in &best.duals.cuts {
            self.master.add_cut(*cut);
        }
        self.best = Some(best.clone());
        (self.steps, self.rounds) = (warm_start.steps, warm_start.rounds);
    }

    /// Leaves what is worth keeping: the bound, and the columns that a better assignment than the one known may use.
    pub fn leave(self) -> WarmStart {
        let gap = self.gap();
        let Some(best) = self.best else { return WarmStart::default() };
        let reduced_cost =
            |at: usize| best.convexity[self.master.columns[at].class] - self.master.reduced_profit(at, &best.duals);
        let useful = (0..self.master.columns.len()).filter(|&at| reduced_cost(at) <= gap);
        let columns = useful.map(|at| self.master.columns[at].clone()).collect();
        WarmStart { columns, best: Some(best), steps: self.steps, rounds: self.rounds }
    }
}
