//! Diving: from the best fractional choice of columns to a whole one, fixing the largest columns and solving the rest again,
//! with new columns for those who are left.
//!
//! A dive into the whole track makes an assignment of its own. A dive into a part of the best one known, a handful of
//! networks that the linear program would rather mix, often makes that part cheaper.
//!
//! Joncour, Michel, Sadykov, Sverdlov, Vanderbeck: Column generation based primal heuristics (Electronic Notes in
//! Discrete Mathematics 36, 2010); Danna, Rothberg, Le Pape: Exploring relaxation induced neighborhoods to improve MIP
//! solutions (Mathematical Programming 102, 2005).

use super::super::instance::{Column, Instance, Part};
use super::super::parameters::Diving;
use super::super::pricing::heuristic;
use super::super::restricted_master::RestrictedMaster;
use crate::effort::Budget;
use crate::random::Random;

/// The begin of a dive.
#[derive(Clone)]
pub struct Begin {
    pub part: Part,
    pub columns: Vec<Column>,
    /// The value of each column in the linear program, where that is known already.
    pub primal: Option<Vec<f64>>,
}

impl Begin {
    /// The columns that the linear program is known to take, in part or whole.
    pub fn wanted(&self) -> impl Iterator<Item = &Column> {
        let primal = self.primal.iter().flatten();
        self.columns.iter().zip(primal).filter(|&(_, &value)| value > 1e-6).map(|(column, _)| column)
    }
}

/// The result of a dive.
pub struct Dived {
    /// The columns that were fixed.
    pub fixed: Vec<Column>,
    /// The columns that were found on the way.
    pub found: Vec<Column>,
}

/// One dive.
pub struct Dive<'a, 'i> {
    pub instance: &'i Instance<'i>,
    pub budget: &'a Budget<'a>,
    pub chance: &'a mut Random,
    /// The say of chance in which column is large, from 0 (none) to 1.
    pub spread: f64,
}

impl<'a> Dive<'a, '_> {
    /// Dives, and gives back the chance it was lent; `None` where the budget was used up or the solver failed.
    pub fn run(mut self, begin: Begin) -> Option<(Dived, &'a mut Random)> {
        let Diving { whole, large, along, .. } = self.instance.parameters.diving;
        let Begin { mut part, mut columns, primal: mut known } = begin;
        let mut dived = Dived { fixed: Vec::new(), found: Vec::new() };
        loop {
            let (all, primal) = match known.take() {
                Some(primal) => (columns, primal),
                None => {
                    columns.retain(|column| part.takes(column));
                    self.solve(&part, columns, &mut dived.found)?
                }
            };
            let before = dived.fixed.len();
            let open: i64 = part.left.iter().sum();
            for at in self.in_order(&primal) {
                let count = (dived.fixed.len() - before) as i64;
                if count > 0 && primal[at] < whole && (primal[at] < large || count * along >= open) {
                    break;
                }
                if part.takes(&all[at]) {
                    part.take(&all[at]);
                    dived.fixed.push(all[at].clone());
                }
            }
            if dived.fixed.len() == before || part.left.iter().all(|&left| left == 0) {
                return Some((dived, self.chance));
            }
            columns = all;
        }
    }

    /// The columns with a value, the largest first.
    fn in_order(&mut self, primal: &[f64]) -> Vec<usize> {
        let whole = self.instance.parameters.diving.whole;
        let some = (0..primal.len()).filter(|&at| primal[at] > 1e-6);
        let mut order: Vec<(f64, usize)> = some
            .map(|at| {
                (
                    if primal[at] > whole {
                        1.0
                    } else {
                        primal[at] * (1.0 - self.spread * self.chance.positive_unit())
                    },
                    at,
                )
            })
            .collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.into_iter().map(|(_, at)| at).collect()
    }

    /// Solves a part over these columns and new ones; all of them, and their values.
    fn solve(&mut self, part: &Part, columns: Vec<Column>, found: &mut Vec<Column>) -> Option<(Vec<Column>, Vec<f64>)> {
        let parameters = &self.instance.parameters.diving;
        let mut master = RestrictedMaster::of_part(self.instance, part)?;
        columns.into_iter().for_each(|column| {
            master.add(column);
        });
        let candidates = |class: usize| -> Vec<u32> {
            let all = self.instance.classes[class].candidates.iter().copied();
            if part.left[class] == 0 { Vec::new() } else { all.filter(|&e| part.free[e as usize]).collect() }
        };
        let candidates: Vec<Vec<u32>> = (0..part.left.len()).map(candidates).collect();
        for round in 0.. {
            let solved = master.solve(self.budget)?;
            let rounds = if master.is_short(&solved) { parameters.rounds_short } else { parameters.rounds };
            if round == rounds {
                return Some((master.columns.clone(), master.primal(&solved).to_vec()));
            }
            let duals = master.duals(&solved);
            let thresholds = master.thresholds(&solved);
            let mut added = false;
            for (class, among) in candidates.iter().enumerate() {
                if self.budget.spend(among.len() as u64 * 10) {
                    return None;
                }
                let starts = self.instance.starts_among(among, self.chance.below(64));
                let priced = heuristic::price(self.instance, class, &duals, parameters.columns, among, starts);
                for (_, members) in priced.into_iter().filter(|&(profit, _)| profit > thresholds[class]) {
                    let column = Column { class, members };
                    if master.add(column.clone()) {
                        found.push(column);
                        added = true;
                    }
                }
            }
            if !added {
                return Some((master.columns.clone(), master.primal(&solved).to_vec()));
            }
        }
        None
    }
}
