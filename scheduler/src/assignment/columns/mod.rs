//! The proof: a lower bound by column generation.
//!
//! An assignment is a choice of columns: for every network its members. The master ([`master`]) chooses among
//! the columns at hand, as a linear program; its duals say what each enrolment is worth; pricing ([`greedy`], then
//! [`exact`]) looks for columns that would make it cheaper. For any duals, the sum of the duals less what the best
//! column of each network is worth is a bound on every assignment (Lagrange), so stopping at any time proves
//! something.
//!
//! Dantzig, Wolfe: Decomposition principle for linear programs (Operations Research 8, 1960); Johnson, Mehrotra,
//! Nemhauser: Min-cut clustering (Mathematical Programming 62, 1993); Lübbecke, Desrosiers: Selected topics in
//! column generation (Operations Research 53, 2005).

mod ascent;
mod closing;
mod cuts;
mod dated;
mod dive;
mod exact;
mod fork;
mod greedy;
mod ground;
mod improve;
mod kept;
mod listed;
mod master;
mod mixing;
mod pool;
mod prices;
mod pricing;
mod proof;
mod queue;
mod space;
mod splits;

#[cfg(test)]
mod laws;

use super::search::Best;
use super::track::Track;
use crate::effort::Budget;
use dated::Dated;
pub use dated::TimetableBounds;
use ground::Ground;
pub(super) use improve::improve;
pub(super) use kept::Kept;
pub(super) use pool::Pool;
use proof::Proof;

/// Larger tracks are not begun, nor those with larger networks: pricing would prove nothing in good time.
const MOST_ENROLMENTS: usize = 450;
const MOST_MEMBERS: usize = space::MOST_MEMBERS;

/// Whether a proof by columns is worth beginning.
pub(super) fn pays(track: &Track<'_>) -> bool {
    let largest = track.limits.iter().map(|limits| limits.max.min(track.len() as i64)).max().unwrap_or(0);
    track.nowhere() > 0
        && (1..=MOST_ENROLMENTS).contains(&track.len())
        && largest <= MOST_MEMBERS as i64
        && track.tabled()
}

/// A proved lower bound on the cost of a track, minus infinity where nothing is proved, and whether the proof went as
/// far as it goes. `best` is the best assignment known, and may get better. `kept` is what an earlier go at the same
/// track left: the proof goes on from there, and leaves what it knows in its place.
pub(super) fn prove(track: &Track<'_>, best: &mut Best, kept: &mut Kept, budget: &Budget<'_>) -> (f64, bool) {
    let ground = Ground::new(track);
    let grain = ground::grain(track);
    let Some(mut proof) = Proof::new(&ground, best, kept) else { return (f64::NEG_INFINITY, true) };
    let enough = |bound: f64, best: &Best| best.reaches(up_to_grain(bound, grain));
    let done = proof.run(best, enough, budget);
    let bound = up_to_grain(proof.bound(), grain).min(best.cost());
    *kept = proof.keep();
    (bound, done)
}

/// A proved lower bound on what a track costs with what its networks cost beyond, from what a proof has kept; minus infinity
/// where it has kept nothing. `plan`: the slots of a good plan, which costs `upper`.
pub(super) fn prove_with(
    track: &Track<'_>,
    kept: &Kept,
    (plan, upper): (&[u32], f64),
    bounds: &dyn TimetableBounds,
    budget: &Budget<'_>,
) -> f64 {
    let ground = Ground::new(track);
    let Some(mut dated) = Dated::new(&ground, kept, plan, upper, bounds, budget) else { return f64::NEG_INFINITY };
    dated.run(budget);
    dated.bound()
}

/// Costs are multiples of the grain, so a bound between two of them is as good as the upper one.
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
