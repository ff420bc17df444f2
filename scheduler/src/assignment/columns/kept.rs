//! What a proof leaves for the next go at the same track, so that nothing is proved twice.

use super::Proof;
use super::master::Column;

/// Columns worth having, and the duals of the best bound. Of one track and one problem: it means nothing elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Kept {
    columns: Vec<Column>,
    /// The best bound, in units; the least number where there is none.
    proved: i64,
    duals: Vec<i64>,
    worth: Vec<i64>,
    /// Whether exact pricing took too long.
    stuck: bool,
}

impl Proof<'_> {
    /// Goes on from what was kept.
    pub(super) fn resume(&mut self, kept: &Kept) {
        if kept.duals.is_empty() {
            return;
        }
        for column in &kept.columns {
            self.master.add(column.class, column.members.clone());
        }
        (self.proved, self.stuck) = (kept.proved, kept.stuck);
        (self.duals, self.worth) = (kept.duals.clone(), kept.worth.clone());
    }

    /// What is worth keeping: the bound, and the columns that a better assignment than the one known may use.
    pub(super) fn keep(self) -> Kept {
        let proved = !self.duals.is_empty();
        let gap = (self.upper / self.ground.unit).ceil() as i64 - self.proved.max(0);
        let useful = |column: &Column| {
            proved && self.worth[column.class] - self.value(column.class, &column.members, &self.duals) <= gap
        };
        let columns = self.master.columns.iter().filter(|&column| useful(column)).cloned().collect();
        Kept { columns, proved: self.proved, duals: self.duals, worth: self.worth, stuck: self.stuck }
    }
}
