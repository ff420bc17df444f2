//! Dives: from the best fractional choice of columns to a whole one, taking the largest columns and solving the rest
//! again, with new columns for those who are left.
//!
//! A dive into the whole track makes an assignment of its own. A dive into a part of the best one known, a handful of
//! networks that the linear program would rather mix, often makes that part cheaper.
//!
//! Joncour, Michel, Sadykov, Sverdlov, Vanderbeck: Column generation based primal heuristics (Electronic Notes in
//! Discrete Mathematics 36, 2010); Danna, Rothberg, Le Pape: Exploring relaxation induced neighborhoods to improve MIP
//! solutions (Mathematical Programming 102, 2005).

use super::greedy;
use super::ground::Ground;
use super::master::{Column, Master};
use crate::assignment::chance::Chance;
use crate::effort::Budget;

/// A column of this value is as good as taken.
const WHOLE: f64 = 0.99;
/// Others are taken along with the largest down to this value, up to a part of the networks.
const LARGE: f64 = 0.6;
const PART: i64 = 10;
/// Rounds of pricing after each step, and while somebody is left out or a network lacks members.
const ROUNDS: usize = 3;
const ROUNDS_SHORT: usize = 10;
/// Columns of one class that a round adds.
const COLUMNS: usize = 8;

/// A part of a track: who is free and how many networks of each class are.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) free: Vec<bool>,
    pub(super) left: Vec<i64>,
}

impl Part {
    /// The whole track.
    pub(super) fn whole(ground: &Ground<'_>) -> Part {
        let left = ground.classes.iter().map(|class| class.count()).collect();
        Part { free: vec![true; ground.out.len()], left }
    }

    /// Whether a column can be taken.
    pub(super) fn takes(&self, column: &Column) -> bool {
        self.left[column.class] > 0 && column.members.iter().all(|&e| self.free[e as usize])
    }

    fn take(&mut self, column: &Column) {
        self.left[column.class] -= 1;
        column.members.iter().for_each(|&e| self.free[e as usize] = false);
    }
}

/// What a dive begins from.
#[derive(Clone)]
pub(super) struct Begin {
    pub(super) part: Part,
    pub(super) columns: Vec<Column>,
    /// How much of each column the linear program takes, where that is known already.
    pub(super) values: Option<Vec<f64>>,
}

impl Begin {
    /// The columns that the linear program is known to take, in part or whole.
    pub(super) fn wanted(&self) -> impl Iterator<Item = &Column> {
        let values = self.values.iter().flatten();
        self.columns.iter().zip(values).filter(|&(_, &value)| value > 1e-6).map(|(column, _)| column)
    }
}

/// What a dive came to.
pub(super) struct Dived {
    /// The columns that were taken.
    pub(super) taken: Vec<Column>,
    /// The columns that were found on the way.
    pub(super) found: Vec<Column>,
}

/// One dive into a part, from these columns.
pub(super) struct Dive<'a, 'g> {
    pub(super) ground: &'g Ground<'g>,
    pub(super) budget: &'a Budget<'a>,
    pub(super) chance: &'a mut Chance,
    /// How much chance has a say in which column is large: 0 is none.
    pub(super) spread: f64,
}

impl<'a> Dive<'a, '_> {
    /// Dives, and gives back the chance it was lent; `None` where the budget was used up or the solver failed.
    pub(super) fn go(mut self, begin: Begin) -> Option<(Dived, &'a mut Chance)> {
        let Begin { mut part, mut columns, values: mut known } = begin;
        let mut dived = Dived { taken: Vec::new(), found: Vec::new() };
        loop {
            let (all, values) = match known.take() {
                Some(values) => (columns, values),
                None => {
                    columns.retain(|column| part.takes(column));
                    self.solve(&part, columns, &mut dived.found)?
                }
            };
            let before = dived.taken.len();
            let open: i64 = part.left.iter().sum();
            for at in self.in_order(&values) {
                let some = (dived.taken.len() - before) as i64;
                if some > 0 && values[at] < WHOLE && (values[at] < LARGE || some * PART >= open) {
                    break;
                }
                if part.takes(&all[at]) {
                    part.take(&all[at]);
                    dived.taken.push(all[at].clone());
                }
            }
            if dived.taken.len() == before || part.left.iter().all(|&left| left == 0) {
                return Some((dived, self.chance));
            }
            columns = all;
        }
    }

    /// The columns with a value, the largest first.
    fn in_order(&mut self, values: &[f64]) -> Vec<usize> {
        let some = (0..values.len()).filter(|&at| values[at] > 1e-6);
        let mut order: Vec<(f64, usize)> = some
            .map(|at| {
                (if values[at] > WHOLE { 1.0 } else { values[at] * (1.0 - self.spread * self.chance.unit()) }, at)
            })
            .collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.into_iter().map(|(_, at)| at).collect()
    }

    /// Solves a part over these columns and new ones; all of them, and their values.
    fn solve(&mut self, part: &Part, columns: Vec<Column>, found: &mut Vec<Column>) -> Option<(Vec<Column>, Vec<f64>)> {
        let mut master = Master::of_part(self.ground, part)?;
        columns.into_iter().for_each(|column| {
            master.add(column.class, column.members);
        });
        let candidates = |class: usize| -> Vec<u32> {
            let all = self.ground.classes[class].candidates.iter().copied();
            if part.left[class] == 0 { Vec::new() } else { all.filter(|&e| part.free[e as usize]).collect() }
        };
        let candidates: Vec<Vec<u32>> = (0..part.left.len()).map(candidates).collect();
        for round in 0.. {
            let solved = master.solve(self.budget)?;
            let rounds = if master.is_short(&solved) { ROUNDS_SHORT } else { ROUNDS };
            if round == rounds {
                return Some((master.columns.clone(), master.taken(&solved).to_vec()));
            }
            let prices = master.prices(&solved);
            let hurdles = master.hurdles(&solved);
            let mut added = false;
            for (class, among) in candidates.iter().enumerate() {
                if self.budget.spend(among.len() as u64 * 10) {
                    return None;
                }
                let starts = greedy::starts(among, self.chance.below(64));
                let priced = greedy::price(self.ground, class, &prices, COLUMNS, among, starts);
                for (_, members) in priced.into_iter().filter(|&(worth, _)| worth > hurdles[class]) {
                    if master.add(class, members.clone()) {
                        found.push(Column { class, members });
                        added = true;
                    }
                }
            }
            if !added {
                return Some((master.columns.clone(), master.taken(&solved).to_vec()));
            }
        }
        None
    }
}
