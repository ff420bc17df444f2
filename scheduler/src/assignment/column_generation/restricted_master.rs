//! The restricted master: which of the columns at hand to take, as a linear program (Dantzig, Wolfe 1960).
//!
//! Cover rows: every enrolment is in exactly one column, or in no network at its cost. Convexity rows: every class has as
//! many columns as it has networks, or at most as many where they may be empty. Cut rows: [`SubsetRowCut`].

use std::collections::BTreeSet;

use super::duals::Duals;
use super::instance::{Class, Column, Instance, Part};
use super::subset_row_cuts::{SubsetRowCut, separate};
use crate::effort::Budget;
use crate::milp::{Linear, Solved};

/// The least reduced profit that is more than this, and not by a last digit alone.
pub fn above(profit: i64) -> i64 {
    profit.saturating_add((profit.abs() / 1_000_000_000).max(1))
}

/// The columns at hand and their linear program.
pub struct RestrictedMaster<'i> {
    pub instance: &'i Instance<'i>,
    linear: Linear,
    /// The cost of staying out, of each enrolment, in units.
    out: Vec<i64>,
    /// The number of columns that are no networks: they stand first in the program.
    artificial: usize,
    pub columns: Vec<Column>,
    costs: Vec<i64>,
    /// By column, the cuts that it covers.
    covered: Vec<Vec<u32>>,
    known: BTreeSet<Column>,
    pub cuts: Vec<SubsetRowCut>,
    /// The cuts on each enrolment.
    cuts_on: Vec<Vec<u32>>,
}

impl<'i> RestrictedMaster<'i> {
    /// A master without columns but those of staying out; `None` where the solver fails.
    pub fn new(instance: &'i Instance<'i>) -> Option<RestrictedMaster<'i>> {
        RestrictedMaster::with(instance, instance.out.clone(), &Part::whole(instance), false)
    }

    /// A master for a part of the track. Networks may go without members, at a cost that is paid only where there is no
    /// other way.
    pub fn of_part(instance: &'i Instance<'i>, part: &Part) -> Option<RestrictedMaster<'i>> {
        RestrictedMaster::with(instance, instance.out.clone(), part, true)
    }

    /// A master in which staying out costs at least this for those who must not. Networks may go without members, as in
    /// [`RestrictedMaster::of_part`].
    pub fn with_required(instance: &'i Instance<'i>, required: &[u32], dear: i64) -> Option<RestrictedMaster<'i>> {
        let mut out = instance.out.clone();
        required.iter().for_each(|&e| out[e as usize] = out[e as usize].max(dear));
        RestrictedMaster::with(instance, out, &Part::whole(instance), true)
    }

    fn with(instance: &'i Instance<'i>, out: Vec<i64>, part: &Part, lenient: bool) -> Option<RestrictedMaster<'i>> {
        let n = instance.out.len();
        let mut rows: Vec<(f64, f64)> =
            part.free.iter().map(|&free| if free { (1.0, 1.0) } else { (0.0, 0.0) }).collect();
        rows.extend(instance.classes.iter().zip(&part.left).map(|(class, &count)| {
            let count = count as f64;
            (if class.may_be_empty() { 0.0 } else { count }, count)
        }));
        let mut artificial: Vec<_> = (0..n).map(|e| (out[e] as f64 * instance.unit, vec![(e, 1.0)])).collect();
        if lenient {
            let dearest = instance.out.iter().max().copied().unwrap_or(0) as f64 * instance.unit;
            let lacking = |(at, class): (usize, &Class)| (dearest * (class.low + 1) as f64, vec![(n + at, 1.0)]);
            artificial.extend(instance.classes.iter().enumerate().map(lacking));
        }
        Some(RestrictedMaster {
            instance,
            linear: Linear::new(&rows, &artificial)?,
            out,
            artificial: artificial.len(),
            columns: Vec::new(),
            costs: Vec::new(),
            covered: Vec::new(),
            known: BTreeSet::new(),
            cuts: Vec::new(),
            cuts_on: vec![Vec::new(); n],
        })
    }

    /// Adds a column; whether it is new.
    pub fn add(&mut self, column: Column) -> bool {
        let cost = self.instance.cost(column.class, &column.members);
        self.add_at(column, cost)
    }

    /// The same at a cost of its own, in units.
    pub fn add_at(&mut self, column: Column, cost: i64) -> bool {
        if column.members.is_empty() || self.known.contains(&column) {
            return false;
        }
        let covered = self.covered_by(&column.members);
        let (n, classes) = (self.instance.out.len(), self.instance.classes.len());
        let mut terms: Vec<(usize, f64)> = column.members.iter().map(|&e| (e as usize, 1.0)).collect();
        terms.push((n + column.class, 1.0));
        terms.extend(covered.iter().map(|&cut| (n + classes + cut as usize, 1.0)));
        let added = self.linear.column(cost as f64 * self.instance.unit, &terms);
        if added {
            self.known.insert(column.clone());
            self.columns.push(column);
            self.costs.push(cost);
            self.covered.push(covered);
        }
        added
    }

    /// The cuts that a column of these members covers, in ascending order.
    fn covered_by(&self, members: &[u32]) -> Vec<u32> {
        let mut cuts: Vec<u32> = members.iter().flat_map(|&e| self.cuts_on[e as usize].iter().copied()).collect();
        cuts.sort_unstable();
        let mut twice: Vec<u32> = cuts.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        twice.dedup();
        twice
    }

    /// Adds a cut; whether it is new.
    pub fn add_cut(&mut self, cut: SubsetRowCut) -> bool {
        if self.cuts.contains(&cut) {
            return false;
        }
        let counts = |&at: &usize| cut.covers(&self.columns[at].members);
        let counting: Vec<usize> = (0..self.columns.len()).filter(counts).collect();
        let terms: Vec<(usize, f64)> = counting.iter().map(|&at| (at, 1.0)).collect();
        let added = self.linear.row(f64::NEG_INFINITY, 1.0, &terms);
        if added {
            let number = self.cuts.len() as u32;
            counting.into_iter().for_each(|at| self.covered[at].push(number));
            cut.0.iter().for_each(|&e| self.cuts_on[e as usize].push(number));
            self.cuts.push(cut);
        }
        added
    }

    /// Adds the cuts that a solution violates, at most so many; whether there are any.
    pub fn separate(&mut self, solved: &Solved, most: usize) -> bool {
        let parameters = &self.instance.parameters.cuts;
        let violated = separate(&self.columns, self.primal(solved), &self.cuts, most, parameters);
        violated.into_iter().filter(|cut| self.add_cut(*cut)).count() > 0
    }

    /// Solves the linear program over the columns at hand.
    pub fn solve(&mut self, budget: &Budget<'_>) -> Option<Solved> {
        self.linear.solve(budget)
    }

    /// The value of each column at hand in a solution.
    pub fn primal<'s>(&self, solved: &'s Solved) -> &'s [f64] {
        &solved.values[self.artificial..]
    }

    /// Tells whether a solution leaves somebody out, or a network without members that should have some.
    pub fn is_short(&self, solved: &Solved) -> bool {
        solved.values[..self.artificial].iter().any(|&value| value > 1e-6)
    }

    /// Tells whether a solution takes a part of anything, or lacks members of a network that should have some.
    pub fn is_fractional(&self, solved: &Solved) -> bool {
        let in_part = |value: &f64| *value > 1e-6 && *value < 1.0 - 1e-6;
        let lacking = &solved.values[self.instance.out.len()..self.artificial];
        solved.values.iter().any(in_part) || lacking.iter().any(|&value| value > 1e-6)
    }

    /// Tells whether a column is at hand.
    pub fn has(&self, column: &Column) -> bool {
        self.known.contains(column)
    }

    /// By class, the reduced profit above which a column makes a solution cheaper: its convexity dual, in units.
    pub fn thresholds(&self, solved: &Solved) -> Vec<i64> {
        let (n, classes) = (self.instance.out.len(), self.instance.classes.len());
        let convexity = |dual: &f64| (-dual / self.instance.unit).round() as i64;
        solved.duals[n..n + classes].iter().map(convexity).map(above).collect()
    }

    /// The convexity duals that go with these duals, as far as columns at hand tell: the most reduced profit of each class;
    /// at least 0 where a network may be empty, and the least number where there is no column.
    pub fn convexity(&self, duals: &Duals) -> Vec<i64> {
        let least = |class: &Class| if class.may_be_empty() { 0 } else { i64::MIN / 4 };
        let mut convexity: Vec<i64> = self.instance.classes.iter().map(least).collect();
        for at in 0..self.columns.len() {
            let class = self.columns[at].class;
            convexity[class] = convexity[class].max(self.reduced_profit(at, duals));
        }
        convexity
    }

    /// The reduced profit of a column at hand at these duals, whose cuts are those of this master.
    pub fn reduced_profit(&self, at: usize, duals: &Duals) -> i64 {
        let charged = |&cut: &u32| duals.cuts.get(cut as usize).map_or(0, |cut| cut.1);
        let covered = self.columns[at].members.iter().map(|&e| duals.cover[e as usize]).sum::<i64>();
        covered - self.costs[at] - self.covered[at].iter().map(charged).sum::<i64>()
    }

    /// The duals of a solution, in units; of no enrolment more than staying out costs.
    pub fn duals(&self, solved: &Solved) -> Duals {
        let (n, classes) = (self.instance.out.len(), self.instance.classes.len());
        let least = -(1i64 << 52) as f64;
        let to_units = |dual: &f64| (dual / self.instance.unit).round().max(least) as i64;
        let cover = solved.duals[..n].iter().zip(&self.out).map(|(dual, &out)| to_units(dual).min(out)).collect();
        let of_cut = |dual: &f64| (-to_units(dual)).max(0) / 3 * 3;
        let cuts = self.cuts.iter().copied().zip(solved.duals[n + classes..].iter().map(of_cut)).collect();
        Duals { cover, cuts }
    }
}
