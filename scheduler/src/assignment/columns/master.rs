//! The restricted master: which of the columns at hand to take, as a linear program.
//!
//! Every enrolment is in exactly one column or in no network at its cost; every class has as many columns as it has
//! networks, or at most as many where they may be empty; and cuts hold, each on three enrolments ([`Three`]).

use std::collections::BTreeSet;

use super::dive::Part;
use super::ground::{Class, Ground};
use super::prices::{Prices, Three, crossed};
use crate::effort::Budget;
use crate::milp::{Linear, Solved};

/// The members of a network of some class.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column {
    pub(super) class: usize,
    /// In ascending order.
    pub(super) members: Vec<u32>,
}

/// What a column must be worth to be worth more than this, and not by a last digit alone.
pub(super) fn above(worth: i64) -> i64 {
    worth.saturating_add((worth.abs() / 1_000_000_000).max(1))
}

/// The columns at hand and their linear program.
pub(super) struct Master<'g> {
    pub(super) ground: &'g Ground<'g>,
    linear: Linear,
    /// What staying out costs each enrolment, in units.
    out: Vec<i64>,
    /// How many columns of the program are no networks: they stand first.
    fixed: usize,
    pub(super) columns: Vec<Column>,
    costs: Vec<i64>,
    /// By column, the cuts that it counts for.
    crosses: Vec<Vec<u32>>,
    known: BTreeSet<Column>,
    pub(super) cuts: Vec<Three>,
    /// The cuts on each enrolment.
    cuts_on: Vec<Vec<u32>>,
}

impl<'g> Master<'g> {
    /// A master without columns but those of staying out; `None` where the solver fails.
    pub(super) fn new(ground: &'g Ground<'g>) -> Option<Master<'g>> {
        Master::with(ground, ground.out.clone(), &Part::whole(ground), false)
    }

    /// A master for a part of the track. Networks may go without members, at a price that is paid only where there is no
    /// other way.
    pub(super) fn of_part(ground: &'g Ground<'g>, part: &Part) -> Option<Master<'g>> {
        Master::with(ground, ground.out.clone(), part, true)
    }

    /// A master in which staying out is as dear as this to those who must not. Networks may go without members, as in
    /// [`Master::of_part`].
    pub(super) fn with_dear(ground: &'g Ground<'g>, must: &[u32], dear: i64) -> Option<Master<'g>> {
        let mut out = ground.out.clone();
        must.iter().for_each(|&e| out[e as usize] = out[e as usize].max(dear));
        Master::with(ground, out, &Part::whole(ground), true)
    }

    fn with(ground: &'g Ground<'g>, out: Vec<i64>, part: &Part, lenient: bool) -> Option<Master<'g>> {
        let n = ground.out.len();
        let mut rows: Vec<(f64, f64)> =
            part.free.iter().map(|&free| if free { (1.0, 1.0) } else { (0.0, 0.0) }).collect();
        rows.extend(ground.classes.iter().zip(&part.left).map(|(class, &count)| {
            let count = count as f64;
            (if class.may_be_empty() { 0.0 } else { count }, count)
        }));
        let mut fixed: Vec<_> = (0..n).map(|e| (out[e] as f64 * ground.unit, vec![(e, 1.0)])).collect();
        if lenient {
            let dearest = ground.out.iter().max().copied().unwrap_or(0) as f64 * ground.unit;
            let lacking = |(at, class): (usize, &Class)| (dearest * (class.low + 1) as f64, vec![(n + at, 1.0)]);
            fixed.extend(ground.classes.iter().enumerate().map(lacking));
        }
        Some(Master {
            ground,
            linear: Linear::new(&rows, &fixed)?,
            out,
            fixed: fixed.len(),
            columns: Vec::new(),
            costs: Vec::new(),
            crosses: Vec::new(),
            known: BTreeSet::new(),
            cuts: Vec::new(),
            cuts_on: vec![Vec::new(); n],
        })
    }

    /// Adds a column; whether it is new.
    pub(super) fn add(&mut self, class: usize, members: Vec<u32>) -> bool {
        let cost = self.ground.cost(class, &members);
        self.add_at(class, members, cost)
    }

    /// The same at a cost of its own, in units.
    pub(super) fn add_at(&mut self, class: usize, members: Vec<u32>, cost: i64) -> bool {
        let column = Column { class, members };
        if column.members.is_empty() || self.known.contains(&column) {
            return false;
        }
        let crosses = self.crosses(&column.members);
        let (n, classes) = (self.ground.out.len(), self.ground.classes.len());
        let mut terms: Vec<(usize, f64)> = column.members.iter().map(|&e| (e as usize, 1.0)).collect();
        terms.push((n + class, 1.0));
        terms.extend(crosses.iter().map(|&cut| (n + classes + cut as usize, 1.0)));
        let taken = self.linear.column(cost as f64 * self.ground.unit, &terms);
        if taken {
            self.known.insert(column.clone());
            self.columns.push(column);
            self.costs.push(cost);
            self.crosses.push(crosses);
        }
        taken
    }

    /// The cuts that a column of these members counts for, in ascending order.
    fn crosses(&self, members: &[u32]) -> Vec<u32> {
        let mut cuts: Vec<u32> = members.iter().flat_map(|&e| self.cuts_on[e as usize].iter().copied()).collect();
        cuts.sort_unstable();
        let mut twice: Vec<u32> = cuts.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        twice.dedup();
        twice
    }

    /// Adds a cut; whether it is new.
    pub(super) fn cut(&mut self, three: Three) -> bool {
        if self.cuts.contains(&three) {
            return false;
        }
        let counts = |&at: &usize| crossed(&three, &self.columns[at].members);
        let counting: Vec<usize> = (0..self.columns.len()).filter(counts).collect();
        let terms: Vec<(usize, f64)> = counting.iter().map(|&at| (at, 1.0)).collect();
        let taken = self.linear.row(f64::NEG_INFINITY, 1.0, &terms);
        if taken {
            let cut = self.cuts.len() as u32;
            counting.into_iter().for_each(|at| self.crosses[at].push(cut));
            three.iter().for_each(|&e| self.cuts_on[e as usize].push(cut));
            self.cuts.push(three);
        }
        taken
    }

    /// Solves the linear program over the columns at hand.
    pub(super) fn solve(&mut self, budget: &Budget<'_>) -> Option<Solved> {
        self.linear.solve(budget)
    }

    /// How much of each column at hand a solution takes.
    pub(super) fn taken<'s>(&self, solved: &'s Solved) -> &'s [f64] {
        &solved.values[self.fixed..]
    }

    /// Whether a solution leaves somebody out, or a network without members that should have some.
    pub(super) fn is_short(&self, solved: &Solved) -> bool {
        solved.values[..self.fixed].iter().any(|&value| value > 1e-6)
    }

    /// Whether a solution takes a part of anything, or lacks members of a network that should have some.
    pub(super) fn is_torn(&self, solved: &Solved) -> bool {
        let torn = |value: &f64| *value > 1e-6 && *value < 1.0 - 1e-6;
        let lacking = &solved.values[self.ground.out.len()..self.fixed];
        solved.values.iter().any(torn) || lacking.iter().any(|&value| value > 1e-6)
    }

    /// Whether a column is at hand.
    pub(super) fn has(&self, column: &Column) -> bool {
        self.known.contains(column)
    }

    /// By class, what a column must be worth, in units, to make a solution cheaper.
    pub(super) fn hurdles(&self, solved: &Solved) -> Vec<i64> {
        let (n, classes) = (self.ground.out.len(), self.ground.classes.len());
        let hurdle = |dual: &f64| (-dual / self.ground.unit).round() as i64;
        let hurdles = solved.duals[n..n + classes].iter().map(hurdle);
        hurdles.map(above).collect()
    }

    /// The most that a column at hand is worth in each class at these prices; nothing, where a network may be empty.
    /// The least number where there is no column.
    pub(super) fn worth(&self, prices: &Prices) -> Vec<i64> {
        let least = |class: &Class| if class.may_be_empty() { 0 } else { i64::MIN / 4 };
        let mut worth: Vec<i64> = self.ground.classes.iter().map(least).collect();
        for at in 0..self.columns.len() {
            let class = self.columns[at].class;
            worth[class] = worth[class].max(self.value(at, prices));
        }
        worth
    }

    /// What a column at hand is worth at these prices, for the cuts of this master.
    pub(super) fn value(&self, at: usize, prices: &Prices) -> i64 {
        let charged = |&cut: &u32| prices.cuts.get(cut as usize).map_or(0, |cut| cut.1);
        let brings = self.columns[at].members.iter().map(|&e| prices.of[e as usize]).sum::<i64>();
        brings - self.costs[at] - self.crosses[at].iter().map(charged).sum::<i64>()
    }

    /// What a solution says that enrolments and cuts are worth, in units; no enrolment more than staying out costs.
    pub(super) fn prices(&self, solved: &Solved) -> Prices {
        let (n, classes) = (self.ground.out.len(), self.ground.classes.len());
        let least = -(1i64 << 52) as f64;
        let to_units = |dual: &f64| (dual / self.ground.unit).round().max(least) as i64;
        let of = solved.duals[..n].iter().zip(&self.out).map(|(dual, &out)| to_units(dual).min(out)).collect();
        let price = |dual: &f64| (-to_units(dual)).max(0) / 3 * 3;
        let cuts = self.cuts.iter().copied().zip(solved.duals[n + classes..].iter().map(price)).collect();
        Prices { of, cuts }
    }
}
