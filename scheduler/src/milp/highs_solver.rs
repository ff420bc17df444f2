//! One run of HiGHS on the calling thread, watched through its callbacks.

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use highs::{HighsModelStatus, HighsSolutionStatus, RowProblem, Sense, SolvedModel};
use highs_sys::{Highs_setCallback, Highs_startCallback, HighsCallbackDataIn, HighsCallbackDataOut};

use super::{Model, Options};

/// What a run shows while it goes on, and what it is told.
#[derive(Default)]
pub(super) struct Progress {
    stop: AtomicBool,
    cancelled: AtomicBool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    values: Option<Vec<f64>>,
    cost: f64,
    bound: Option<f64>,
    nodes: u64,
}

impl Progress {
    /// Tells the solver to stop because the caller has had enough.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.interrupt();
    }

    /// Tells the solver to stop because its own limit is reached.
    pub fn interrupt(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether the solver was told to stop.
    pub fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether the caller has had enough.
    pub fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Notes a solution, if it is the best so far.
    pub fn found(&self, cost: f64, values: &[f64]) {
        let mut seen = self.lock();
        if seen.values.is_none() || cost < seen.cost {
            seen.cost = cost;
            seen.values = Some(values.to_vec());
        }
    }

    /// The best solution, the best bound and the nodes so far.
    pub fn seen(&self) -> (Option<Vec<f64>>, f64, u64) {
        let seen = self.lock();
        (seen.values.clone(), seen.bound.unwrap_or(f64::NEG_INFINITY), seen.nodes)
    }

    fn proved(&self, bound: f64, nodes: i64) {
        let mut seen = self.lock();
        if bound.is_finite() {
            seen.bound = Some(seen.bound.unwrap_or(bound).max(bound));
        }
        seen.nodes = seen.nodes.max(nodes.max(0) as u64);
    }

    /// A poisoned lock still holds whole values: each is written in one step.
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a run ended.
#[derive(Default)]
pub(super) struct Ended {
    pub optimal: bool,
    pub infeasible: bool,
    pub values: Option<Vec<f64>>,
    pub bound: Option<f64>,
    pub nodes: u64,
    pub duals: Vec<f64>,
}

/// What the callback is handed: it lives on the stack of `run`, longer than the model.
struct Watched<'a> {
    progress: &'a Progress,
    iterations: u64,
}

/// Solves the model; every failure of HiGHS is an end without findings.
pub(super) fn run(model: &Model, options: &Options, progress: &Progress) -> Ended {
    let watched = Watched { progress, iterations: options.iterations.unwrap_or(u64::MAX) };
    prepared(model, options)
        .and_then(|mut highs| {
            watch(&mut highs, &watched);
            highs.try_solve().ok()
        })
        .map(|solved| ended(model, &solved))
        .unwrap_or_default()
}

fn prepared(model: &Model, options: &Options) -> Option<highs::Model> {
    let mut problem = RowProblem::default();
    let columns: Vec<highs::Col> =
        (model.column.iter()).map(|c| problem.add_column_with_integrality(c.cost, c.low..=c.high, c.whole)).collect();
    for row in &model.row {
        let terms: Vec<(highs::Col, f64)> = row.terms.iter().map(|&(c, factor)| (columns[c.at()], factor)).collect();
        problem.add_row(row.low..=row.high, &terms);
    }
    let mut highs = problem.try_optimise(Sense::Minimise).ok()?;
    highs.make_quiet();
    highs.try_set_option("threads", 1).ok()?;
    highs.try_set_option("parallel", "off").ok()?;
    highs.try_set_option("random_seed", (options.seed % (i32::MAX as u64)) as i32).ok()?;
    highs.try_set_option("mip_rel_gap", options.gap).ok()?;
    highs.try_set_option("mip_abs_gap", 1e-6).ok()?;
    highs.try_set_option("mip_heuristic_effort", options.heuristics).ok()?;
    if !options.presolve {
        highs.try_set_option("presolve", "off").ok()?;
    }
    if let Some(nodes) = options.nodes {
        highs.try_set_option("mip_max_nodes", nodes.min(i32::MAX as u64) as i32).ok()?;
    }
    if let Some(seconds) = options.seconds {
        highs.try_set_option("time_limit", seconds.max(0.0)).ok()?;
    }
    if let Some(start) = &options.start {
        highs.try_set_solution(Some(start), None, None, None).ok()?;
    }
    Some(highs)
}

/// Asks HiGHS to call back with its progress, and before each step whether to stop.
#[allow(unsafe_code)]
fn watch(highs: &mut highs::Model, watched: &Watched<'_>) {
    let data = std::ptr::from_ref(watched).cast_mut().cast::<c_void>();
    let pointer = highs.as_mut_ptr();
    let kinds = [
        highs_sys::kHighsCallbackSimplexInterrupt,
        highs_sys::kHighsCallbackIpmInterrupt,
        highs_sys::kHighsCallbackMipInterrupt,
        highs_sys::kHighsCallbackMipImprovingSolution,
        highs_sys::kHighsCallbackMipLogging,
    ];
    // SAFETY: `pointer` is a live model. HiGHS calls back only while it solves, on data that `run` keeps on its
    // stack until the model is dropped; the callback reads it and never writes.
    unsafe {
        Highs_setCallback(pointer, Some(called_back), data);
        for kind in kinds {
            Highs_startCallback(pointer, kind);
        }
    }
}

/// HiGHS reports here. It must not unwind: nothing in it panics.
#[allow(unsafe_code)]
unsafe extern "C" fn called_back(
    kind: c_int,
    _message: *const c_char,
    out: *const HighsCallbackDataOut,
    answer: *mut HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: `data` is the `Watched` handed over in `watch`, alive while HiGHS solves; `out` and `answer` are
    // HiGHS' own, valid during the call, or null, which `as_ref` and `as_mut` turn into `None`.
    let (watched, out, answer) = unsafe { (data.cast::<Watched<'_>>().as_ref(), out.as_ref(), answer.as_mut()) };
    let (Some(watched), Some(out)) = (watched, out) else { return };
    let mip = [
        highs_sys::kHighsCallbackMipInterrupt,
        highs_sys::kHighsCallbackMipImprovingSolution,
        highs_sys::kHighsCallbackMipLogging,
    ];
    if mip.contains(&kind) {
        watched.progress.proved(out.mip_dual_bound, out.mip_node_count);
    }
    if kind == highs_sys::kHighsCallbackMipImprovingSolution && !out.mip_solution.is_null() {
        // SAFETY: HiGHS says that so many numbers lie there, in the order of the model's columns.
        let values = unsafe { std::slice::from_raw_parts(out.mip_solution, out.mip_solution_size.max(0) as usize) };
        watched.progress.found(out.objective_function_value, values);
    }
    // Each kind fills in figures of its own and leaves the others as they happen to be; the log comes by the clock,
    // which may have no part in when a limit of iterations is seen to be reached.
    let spent = match kind {
        highs_sys::kHighsCallbackMipInterrupt | highs_sys::kHighsCallbackMipImprovingSolution => {
            out.mip_total_lp_iterations.max(0) as u64
        }
        highs_sys::kHighsCallbackSimplexInterrupt => out.simplex_iteration_count.max(0) as u64,
        _ => 0,
    };
    if let Some(answer) = answer {
        let stop = watched.progress.stopping() || spent >= watched.iterations;
        answer.user_interrupt = c_int::from(stop);
    }
}

fn ended(model: &Model, solved: &SolvedModel) -> Ended {
    let status = solved.status();
    let whole = model.column.iter().any(|column| column.whole);
    let optimal = status == HighsModelStatus::Optimal;
    let solution = (solved.primal_solution_status() == HighsSolutionStatus::Feasible).then(|| solved.get_solution());
    let proved = if whole {
        solved.double_info_value(c"mip_dual_bound").ok().filter(|bound| bound.is_finite())
    } else {
        optimal.then(|| solved.objective_value())
    };
    Ended {
        optimal,
        infeasible: status == HighsModelStatus::Infeasible,
        values: solution.as_ref().map(|solution| solution.columns().to_vec()),
        bound: proved,
        nodes: nodes(solved),
        duals: solution.filter(|_| optimal && !whole).map(|s| s.dual_rows().to_vec()).unwrap_or_default(),
    }
}

/// Nodes of the tree; the safe wrapper reads only the 32-bit figures.
#[allow(unsafe_code)]
fn nodes(solved: &SolvedModel) -> u64 {
    let mut nodes = 0_i64;
    // SAFETY: the model is alive, the name ends in a zero byte, and the figure of that name has 64 bits.
    unsafe { highs_sys::Highs_getInt64InfoValue(solved.as_ptr(), c"mip_node_count".as_ptr(), &mut nodes) };
    nodes.max(0) as u64
}
