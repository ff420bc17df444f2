//! A lower bound that needs no search: each enrolment by itself at its cheapest.
//!
//! In a network of at least m members an enrolment travels with at least m − 1 others, so with the m − 1 that
//! cost it least; half of each pair cost is its own. Pair costs are never negative, so the sum over enrolments
//! of the cheapest slot is a bound on every assignment.

use super::track::Track;

/// Up to this many pairs of enrolments, travel is looked at.
const PAIRS: usize = 4_000_000;

/// A proved lower bound on the cost of a track, over all assignments.
pub(super) fn lower_bound(track: &Track<'_>) -> f64 {
    (0..track.len()).map(|e| cheapest(track, e)).sum()
}

/// The least that an enrolment costs in any slot.
fn cheapest(track: &Track<'_>, e: usize) -> f64 {
    if !track.tabled() {
        return track.least_own(e);
    }
    let travel = cheapest_company(track, e);
    let in_slot = |slot: usize| {
        let others = (track.limits[slot].min - 1).max(0) as usize;
        track.own(e, slot) + travel.get(others).or(travel.last()).copied().unwrap_or(0.0)
    };
    let open = (0..track.nowhere()).filter(|&slot| track.open(e, slot));
    open.map(in_slot).fold(track.own(e, track.nowhere()), f64::min)
}

/// Half the pair costs to the 0, 1, 2 … others that cost an enrolment least, as far as any network demands.
fn cheapest_company(track: &Track<'_>, e: usize) -> Vec<f64> {
    let most = track.limits.iter().map(|limits| limits.min).max().unwrap_or(0);
    if most < 2 || track.len().saturating_mul(track.len()) > PAIRS {
        return Vec::new();
    }
    let mut pairs: Vec<f64> =
        (0..track.len()).filter(|&f| track.home[f] != track.home[e]).map(|f| track.pair(e, f)).collect();
    pairs.sort_unstable_by(f64::total_cmp);
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for pair in pairs.into_iter().take(most as usize - 1) {
        sum += pair / 2.0;
        sums.push(sum);
    }
    sums
}
