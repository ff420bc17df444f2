//! A linear program that grows: columns are added and it is solved again from where it stood.
//!
//! It lives on the thread that made it, and asks the budget while it is solved.

use std::ffi::{c_char, c_int, c_void};

use highs::{ColProblem, HighsModelStatus, Sense, SolvedModel};
use highs_sys::{Highs_setCallback, Highs_startCallback, HighsCallbackDataIn, HighsCallbackDataOut};

use crate::effort::Budget;

/// A linear program over columns that are at least 0, to be minimised.
pub struct Linear {
    /// None after a failure of HiGHS: then nothing can be solved any more.
    highs: Option<highs::Model>,
    rows: Vec<highs::Row>,
    /// The columns that were added, in that order.
    added: Vec<highs::Col>,
    /// Whether it was solved before, and has but got columns since.
    solved: bool,
}

/// How HiGHS calls the two simplex methods.
const DUAL: i32 = 1;
const PRIMAL: i32 = 4;

/// The best solution of a linear program.
#[derive(Clone, Debug)]
pub struct Solved {
    /// Its cost.
    pub objective: f64,
    /// A value for every column.
    pub values: Vec<f64>,
    /// The price of every row: what the cost grows by when its limit grows by one.
    pub duals: Vec<f64>,
}

impl Linear {
    /// A program of these rows, each from its lower to its upper limit, and these columns: cost, and factor by row.
    /// `None` where HiGHS refuses it, as it does without columns.
    pub fn new(rows: &[(f64, f64)], columns: &[(f64, Vec<(usize, f64)>)]) -> Option<Linear> {
        let mut problem = ColProblem::default();
        let rows: Vec<highs::Row> = rows.iter().map(|&(low, high)| problem.add_row(low..=high)).collect();
        for (cost, terms) in columns {
            let terms: Vec<(highs::Row, f64)> = terms.iter().map(|&(row, factor)| (rows[row], factor)).collect();
            problem.add_column(*cost, 0.0.., terms);
        }
        let mut highs = problem.try_optimise(Sense::Minimise).ok()?;
        highs.make_quiet();
        highs.try_set_option("threads", 1).ok()?;
        highs.try_set_option("parallel", "off").ok()?;
        highs.try_set_option("solver", "simplex").ok()?;
        highs.try_set_option("presolve", "off").ok()?;
        Some(Linear { highs: Some(highs), rows, added: Vec::new(), solved: false })
    }

    /// Adds a column: cost, and factor by row. Whether HiGHS took it.
    pub fn column(&mut self, cost: f64, terms: &[(usize, f64)]) -> bool {
        let terms: Vec<(highs::Row, f64)> = terms.iter().map(|&(row, factor)| (self.rows[row], factor)).collect();
        let column = self.highs.as_mut().and_then(|highs| highs.try_add_column(cost, 0.0.., terms).ok());
        self.added.extend(column);
        column.is_some()
    }

    /// Adds a row from its lower to its upper limit: factor by column, in the order in which they were added.
    /// Whether HiGHS took it.
    pub fn row(&mut self, low: f64, high: f64, terms: &[(usize, f64)]) -> bool {
        let terms: Vec<(highs::Col, f64)> = terms.iter().map(|&(at, factor)| (self.added[at], factor)).collect();
        let row = self.highs.as_mut().and_then(|highs| highs.try_add_row(low..=high, terms).ok());
        self.rows.extend(row);
        self.solved = false;
        row.is_some()
    }

    /// Solves it. Simplex iterations count as steps of the budget. `None` where it has no best solution, where the
    /// budget was used up on the way, or where HiGHS failed.
    pub fn solve(&mut self, budget: &Budget<'_>) -> Option<Solved> {
        let mut highs = self.highs.take()?;
        watch(&mut highs, budget);
        // New columns leave the last solution possible, so the primal simplex method goes on from it; new rows leave the
        // prices possible.
        let strategy = if std::mem::replace(&mut self.solved, true) { PRIMAL } else { DUAL };
        highs.try_set_option("simplex_strategy", strategy).ok()?;
        let mut solved = highs.try_solve().ok()?;
        unwatch(&mut solved);
        budget.spend(solved.simplex_iteration_count().max(1) as u64);
        let found = (solved.status() == HighsModelStatus::Optimal).then(|| {
            let solution = solved.get_solution();
            Solved {
                objective: solved.objective_value(),
                values: solution.columns().to_vec(),
                duals: solution.dual_rows().to_vec(),
            }
        });
        self.highs = Some(solved.into());
        found
    }
}

/// Asks HiGHS to ask the budget before each step of the simplex method.
#[allow(unsafe_code)]
fn watch(highs: &mut highs::Model, budget: &Budget<'_>) {
    let data = std::ptr::from_ref(budget).cast_mut().cast::<c_void>();
    // SAFETY: the model is alive. HiGHS calls back only while it solves, on this thread (it has no others), on a budget
    // that the caller of `solve` holds; `unwatch` lets go of it.
    unsafe {
        Highs_setCallback(highs.as_mut_ptr(), Some(asked), data);
        Highs_startCallback(highs.as_mut_ptr(), highs_sys::kHighsCallbackSimplexInterrupt);
    }
}

/// Lets go of the budget.
#[allow(unsafe_code)]
fn unwatch(solved: &mut SolvedModel) {
    // SAFETY: the model is alive, and null is how HiGHS is told to call nobody back.
    unsafe { Highs_setCallback(solved.as_mut_ptr(), None, std::ptr::null_mut()) };
}

/// HiGHS asks here. It must not unwind: nothing in it panics.
#[allow(unsafe_code)]
unsafe extern "C" fn asked(
    _kind: c_int,
    _message: *const c_char,
    _out: *const HighsCallbackDataOut,
    answer: *mut HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: `data` is the budget handed over in `watch`, alive while HiGHS solves; `answer` is HiGHS' own, valid
    // during the call, or null, which `as_mut` turns into `None`.
    let (budget, answer) = unsafe { (data.cast::<Budget<'_>>().as_ref(), answer.as_mut()) };
    if let (Some(budget), Some(answer)) = (budget, answer) {
        answer.user_interrupt = c_int::from(budget.enough());
    }
}
