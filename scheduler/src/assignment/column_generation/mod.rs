//! Column generation: better assignments, and proved lower bounds on all of them.
//!
//! An assignment is a choice of columns, one for every network: its members. The master problem (set partitioning) chooses
//! among all columns; there are far too many, so it is solved over few of them (Dantzig, Wolfe 1960):
//!
//! 1. **Restricted master** ([`restricted_master`]): a linear program over the columns at hand.
//! 2. **Duals** ([`duals`]), smoothed (Wentges 1997), from a subgradient ascent ([`primal::dual_ascent`]) or from where an
//!    earlier turn ended ([`bound::warm_start`]).
//! 3. **Pricing** ([`pricing`]): columns of positive reduced profit, heuristically, then exactly.
//! 4. **Lagrangian bound** ([`duals::DualBound`]): exact pricing at any duals proves one, so stopping at any time proves
//!    something.
//! 5. **Cuts** ([`subset_row_cuts`]; Jepsen et al. 2008), and from 1 again.
//! 6. **Enumeration** ([`bound::enumerate`]; Baldacci et al. 2008) of all columns whose reduced cost is within the gap.
//! 7. **Branch and cut** ([`bound::branch_and_cut`]; Ryan, Foster 1981) over those, mostly to the end.
//!
//! **Primal heuristics** ([`primal`]; Joncour et al. 2010) take turns with it: better assignments make the gap smaller.
//! With the cost of dates in the columns the same loop bounds both halves of the cost ([`bound::with_timetable`]).
//!
//! Dantzig, Wolfe: Decomposition principle for linear programs (Operations Research 8, 1960); Desaulniers, Desrosiers, Solomon
//! (editors): Column generation (Springer, 2005); Lübbecke, Desrosiers: Selected topics in column generation (Operations
//! Research 53, 2005); Wentges: Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming (International
//! Transactions in Operational Research 4, 1997); Pessoa, Sadykov, Uchoa, Vanderbeck: Automation and combination of
//! linear-programming based stabilization techniques in column generation (INFORMS Journal on Computing 30, 2018). The other
//! papers are named where their steps are.

mod bound;
mod duals;
mod instance;
mod parameters;
mod pricing;
mod primal;
mod restricted_master;
mod subset_row_cuts;

#[cfg(test)]
mod laws;

use super::search::Best;
use super::track::Track;
use crate::effort::Budget;
use crate::milp::Solved;
pub(super) use bound::warm_start::WarmStart;
pub use bound::with_timetable::TimetableBounds;
use bound::with_timetable::WithTimetable;
use bound::{Exact, RootNode, Status};
use duals::Duals;
use instance::Instance;
use parameters::Parameters;
pub(super) use primal::pool::Pool;

/// Larger tracks are not begun, nor those with larger networks: pricing would prove nothing in good time.
const MOST_ENROLMENTS: usize = 450;

/// Tells whether column generation is worth beginning.
pub(super) fn pays(track: &Track<'_>) -> bool {
    let largest = track.limits.iter().map(|limits| limits.max.min(track.len() as i64)).max().unwrap_or(0);
    track.nowhere() > 0
        && (1..=MOST_ENROLMENTS).contains(&track.len())
        && largest <= pricing::MOST_MEMBERS as i64
        && track.tabled()
}

/// Looks for better assignments by primal heuristics, until the budget is used up or the lower bound is reached. `pool`: the
/// columns to begin from, and those found.
pub(super) fn improve(
    track: &Track<'_>,
    best: &mut Best,
    pool: &mut Pool,
    lower_bound: f64,
    seed: u64,
    budget: &Budget<'_>,
) {
    primal::improve(&Instance::new(track, Parameters::default()), best, pool, lower_bound, seed, budget);
}

/// A proved lower bound on the cost of a track, minus infinity where nothing is proved, and whether the proof went as
/// far as it goes. `best` is the best assignment known, and may get better. `warm_start`: what an earlier proof of the same
/// track left, and what this one leaves.
pub(super) fn prove(
    track: &Track<'_>,
    best: &mut Best,
    warm_start: &mut WarmStart,
    budget: &Budget<'_>,
) -> (f64, bool) {
    let instance = Instance::new(track, Parameters::default());
    let grain = instance::grain(track);
    let Some(mut root) = RootNode::new(&instance, best, warm_start) else { return (f64::NEG_INFINITY, true) };
    let is_enough = |bound: f64, best: &Best| best.reaches(up_to_grain(bound, grain));
    let done = close_gap(&mut root, best, is_enough, budget);
    let bound = up_to_grain(root.bound(), grain).min(best.cost());
    *warm_start = root.leave();
    (bound, done)
}

/// Columns, cuts, enumeration, branch and cut: until nothing is left to prove or to try. Whether that is so, and not just
/// the budget used up. `is_enough` tells whether a bound is as good as the best assignment.
fn close_gap(
    root: &mut RootNode<'_>,
    best: &mut Best,
    is_enough: impl Fn(f64, &Best) -> bool,
    budget: &Budget<'_>,
) -> bool {
    loop {
        let (status, solved) = generate_columns(root, budget);
        if status == Status::OutOfBudget {
            return false;
        }
        if is_enough(root.bound(), best) {
            return true;
        }
        // Enumeration within the gap, branch and cut (Baldacci, Christofides, Mingozzi 2008).
        if root.is_enumerable() {
            root.enumerate_and_branch(best, budget);
            if root.is_closed() || is_enough(root.bound(), best) || budget.enough() {
                return !budget.enough();
            }
        }
        // Subset-row cuts (Jepsen, Petersen, Spoorendonk, Pisinger 2008).
        let has_cuts = status == Status::Enumerable || solved.is_some_and(|solved| root.separate(&solved));
        if status == Status::TooSlow || !has_cuts {
            if root.is_smaller_gap() {
                root.enumerate_and_branch(best, budget); // nothing else is left to try
            }
            return !budget.enough();
        }
    }
}

/// Solves the restricted master and prices columns in turn, until no column makes the master cheaper or it is time for
/// something else. The solution of the master, where columns came to their end.
fn generate_columns(root: &mut RootNode<'_>, budget: &Budget<'_>) -> (Status, Option<Solved>) {
    let parameters = &root.instance.parameters;
    let mut smooth = root.first_duals(budget);
    for _ in 0..parameters.bound.rounds {
        if budget.enough() {
            return (Status::OutOfBudget, None);
        }
        // Restricted master and its duals (Dantzig, Wolfe 1960), smoothed (Wentges 1997).
        let Some(master) = root.solve_master(budget) else { return (Status::OutOfBudget, None) };
        smooth = Duals::smoothed(&smooth, &master.duals, parameters.smoothing);
        // Heuristic pricing, then exact pricing near the duals of the best bound (Pessoa et al. 2018).
        if root.price_heuristically(&smooth, &master, budget) || root.price_smoothed(&master, budget) {
            continue;
        }
        // The Lagrangian bound meets the master (Lübbecke, Desrosiers 2005), or tells that it will not.
        if root.meets(&master) {
            return (Status::Converged, Some(master.solved));
        }
        if root.is_stalled() {
            return (Status::TooSlow, None);
        }
        if !root.has_time_for_a_round(budget) {
            return (Status::OutOfBudget, None);
        }
        // Exact pricing at the duals of the master.
        match root.price_exactly(&master, budget) {
            _ if budget.enough() => return (Status::OutOfBudget, None),
            _ if root.is_enumerable() => return (Status::Enumerable, None),
            Exact { added: true, .. } => {}
            Exact { complete: true, .. } => return (Status::Converged, Some(master.solved)),
            Exact { .. } if !root.price_longer() => return (Status::TooSlow, None),
            Exact { .. } => {}
        }
    }
    (Status::TooSlow, None)
}

/// A proved lower bound on the cost of a track with what its networks' dates cost, from what a proof has left; minus infinity
/// where it has left nothing. `plan`: the slots of a good plan, which costs `upper`.
pub(super) fn prove_with_timetable(
    track: &Track<'_>,
    warm_start: &WarmStart,
    (plan, upper): (&[u32], f64),
    bounds: &dyn TimetableBounds,
    budget: &Budget<'_>,
) -> f64 {
    let instance = Instance::new(track, Parameters::default());
    let proof = WithTimetable::new(&instance, warm_start, plan, upper, bounds, budget);
    let Some(mut proof) = proof else { return f64::NEG_INFINITY };
    proof.run(budget);
    proof.bound()
}

/// The least possible cost that is no less than a bound: costs are multiples of the grain.
fn up_to_grain(bound: f64, grain: Option<f64>) -> f64 {
    match grain {
        Some(grain) if bound > 0.0 && bound / grain < 1e9 => {
            let whole = (bound / grain - 1e-4).ceil() * grain;
            // Sums of decimals miss their multiple by a few last digits.
            whole - 1e-12 * whole.abs()
        }
        _ => bound,
    }
}
