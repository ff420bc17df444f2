//! The only module that knows HiGHS, and the only `unsafe`: a model and options in, an outcome out.
//!
//! HiGHS runs on a thread of its own, which creates, solves and drops the model. The caller waits, asks its
//! [`Budget`] meanwhile, and goes on soon after it is enough: the solver is told to stop, and where it takes
//! longer to obey, its thread is left to end by itself. What it had found and proved until then is kept. A linear program
//! that grows ([`Linear`]) stays on the caller's thread: its solves are short.

mod highs_solver;
mod linear;
mod model;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::effort::Budget;
use highs_solver::{Ended, Progress};
pub use linear::{Linear, Solved};
pub use model::{Col, Model};

/// What the solver is allowed.
#[derive(Clone, Debug)]
pub struct Options {
    /// Most nodes of the tree; none: no limit.
    pub nodes: Option<u64>,
    /// Most simplex iterations, looked at between steps of the solver: a limit that no clock has a part in.
    pub iterations: Option<u64>,
    /// Longest wall time in seconds; ignored where the budget is limited by work, so that no clock decides.
    pub seconds: Option<f64>,
    /// Relative gap at which a solution is good enough.
    pub gap: f64,
    /// Seed of the solver's random choices.
    pub seed: u64,
    /// Part of the effort, 0 to 1, that goes into looking for better solutions; HiGHS' own default is 0.05.
    pub heuristics: f64,
    /// A solution to begin from: a value for every column. One that breaks a row is not used.
    pub start: Option<Vec<f64>>,
    /// Whether the model is simplified first.
    pub presolve: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            nodes: None,
            iterations: None,
            seconds: None,
            gap: 0.0,
            seed: 1,
            heuristics: 0.05,
            start: None,
            presolve: true,
        }
    }
}

/// How a model ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The solution is best, up to the gap asked for.
    Optimal,
    /// A limit was reached; there is a solution.
    Feasible,
    /// Proved, with and without simplifying the model first: there is no solution.
    Infeasible,
    /// A limit was reached, or the solver failed, without a solution.
    Unknown,
    /// The budget was used up, or the caller wished to stop. There may be a solution.
    Cancelled,
}

/// What came of a model.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// The best solution: a value for every column, whole where the column is; empty without one.
    pub values: Vec<f64>,
    /// Its cost; infinite without one.
    pub objective: f64,
    /// Proved lower bound on the cost of every solution, already lowered by the solver's tolerance; minus
    /// infinity where nothing is proved.
    pub bound: f64,
    /// Nodes of the tree that were looked at.
    pub nodes: u64,
    /// Price of every row, for a model without whole columns that was solved to the end; else empty.
    pub duals: Vec<f64>,
}

/// How often the budget is asked while the solver runs.
const POLL: Duration = Duration::from_millis(10);

/// How many more times the solver is waited for once it is told to stop.
const LAST_POLLS: u32 = 6;

/// Solves a model, as far as options and budget allow. Its nodes count as steps of the budget.
pub fn solve(model: Model, options: &Options, budget: &Budget<'_>) -> Outcome {
    if model.columns() == 0 {
        return without_columns(&model);
    }
    let model = Arc::new(model);
    let outcome = run(&model, options, budget);
    if outcome.status == Status::Infeasible && options.presolve {
        // Simplifying has been seen to call a sound model infeasible: it takes two to prove it.
        return run(&model, &Options { presolve: false, ..options.clone() }, budget);
    }
    outcome
}

fn run(model: &Arc<Model>, options: &Options, budget: &Budget<'_>) -> Outcome {
    let mut options = options.clone();
    options.start = options.start.filter(|start| model.feasible(start));
    if let Some(left) = budget.work_left() {
        options.seconds = None;
        options.nodes = Some(options.nodes.unwrap_or(u64::MAX).min(left.max(1)));
    }
    let progress = Arc::new(Progress::default());
    if let Some(start) = &options.start {
        progress.found(model.cost(start), start);
    }
    let receiver = spawn(Arc::clone(model), options.clone(), Arc::clone(&progress));
    let ended = receiver.and_then(|receiver| wait(&receiver, &options, &progress, budget));
    let outcome = concluded(model, &progress, ended);
    budget.spend(outcome.nodes.max(1));
    outcome
}

/// The result arrives on the receiver; without a thread there is none.
fn spawn(model: Arc<Model>, options: Options, progress: Arc<Progress>) -> Option<Receiver<Ended>> {
    let (sender, receiver) = channel();
    let work = move || {
        let ended = highs_solver::run(&model, &options, &progress);
        // Nobody listens any more when the caller has gone on: then the result is not wanted.
        let _ = sender.send(ended);
    };
    std::thread::Builder::new().name("milp".to_owned()).spawn(work).ok().map(|_| receiver)
}

/// Waits for the result; `None` when the solver was told to stop and did not end soon enough.
fn wait(receiver: &Receiver<Ended>, options: &Options, progress: &Progress, budget: &Budget<'_>) -> Option<Ended> {
    let seconds = options.seconds.and_then(|s| Duration::try_from_secs_f64(s.max(0.0)).ok());
    let deadline = seconds.map(|seconds| budget.watch().elapsed().saturating_add(seconds));
    let mut last = LAST_POLLS;
    loop {
        match receiver.recv_timeout(POLL) {
            Ok(ended) => return Some(ended),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if budget.enough() {
            progress.cancel();
        } else if deadline.is_some_and(|deadline| budget.watch().elapsed() >= deadline) {
            progress.interrupt();
        }
        if progress.stopping() {
            if last == 0 {
                return None;
            }
            last -= 1;
        }
    }
}

/// What the solver said, held against what it showed on the way and against the model itself.
fn concluded(model: &Model, progress: &Progress, ended: Option<Ended>) -> Outcome {
    if let Some(Ended { values: Some(values), .. }) = &ended {
        progress.found(model.cost(values), values);
    }
    let (values, mut bound, nodes) = progress.seen();
    let mut values = values.unwrap_or_default();
    model.round(&mut values);
    if !model.feasible(&values) {
        values.clear();
    }
    let objective = if values.is_empty() { f64::INFINITY } else { model.cost(&values) };
    let ended = ended.unwrap_or_default();
    bound = bound.max(ended.bound.unwrap_or(f64::NEG_INFINITY));
    let status = match () {
        () if ended.optimal && !values.is_empty() => Status::Optimal,
        () if ended.infeasible && values.is_empty() => Status::Infeasible,
        () if progress.cancelled() => Status::Cancelled,
        () if !values.is_empty() => Status::Feasible,
        () => Status::Unknown,
    };
    // The solver works to 1e-6: what it proves is true up to that, so the bound gives that much away.
    let bound = if bound.is_finite() { bound - 1e-6 * bound.abs().max(1.0) } else { f64::NEG_INFINITY };
    Outcome {
        status,
        values,
        objective,
        bound: bound.min(objective),
        nodes: nodes.max(ended.nodes),
        duals: ended.duals,
    }
}

/// HiGHS takes a model without columns for an error; its rows hold when they admit zero.
fn without_columns(model: &Model) -> Outcome {
    let sound = model.feasible(&[]);
    let (status, cost) = if sound { (Status::Optimal, 0.0) } else { (Status::Infeasible, f64::INFINITY) };
    Outcome { status, values: Vec::new(), objective: cost, bound: cost, nodes: 0, duals: Vec::new() }
}

#[cfg(test)]
mod tests;
