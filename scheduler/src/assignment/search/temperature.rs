//! Where a search begins to cool down.

use super::super::state::{Delta, State};
use super::super::track::Track;
use super::{Source, relocate, swap};

/// How much of the full temperature a search of so many steps can cool down from: a short one had better stay close
/// to what it begins with.
pub(super) fn warmth(track: &Track<'_>, steps: f64) -> f64 {
    let each = steps / track.len() as f64;
    (each / FULL_HEAT).powf(0.5).clamp(0.02, 1.0)
}

/// Steps for each enrolment from which on a search may begin at full temperature.
const FULL_HEAT: f64 = 3_000.0;

/// How many moves are drawn to measure the temperature.
pub(super) const DRAWS: usize = 2_000;

/// A temperature at which a good part of bad moves is taken: measured on moves of the state at hand, and where hardly
/// any of them is bad, as when nobody is placed yet, on what a few others in one network cost.
pub(super) fn temperature(state: &State<'_>, source: &mut Source<'_>) -> f64 {
    let mut worse: Vec<f64> = Vec::new();
    for draw in 0..DRAWS {
        let found = if draw % 2 == 0 { swap::propose(state, source) } else { relocate::propose(state, source) };
        if !found {
            continue;
        }
        let Delta { cost, .. } = state.delta(&source.changes);
        if cost > 0.0 && cost < f64::INFINITY {
            worse.push(cost);
        }
    }
    if worse.len() < DRAWS / 100 {
        let mut any = || source.chance.below(state.track.len());
        let company = (0..DRAWS).map(|_| 4.0 * state.track.pair(any(), any())).filter(|&cost| cost > 0.0);
        worse = company.collect();
    }
    worse.sort_unstable_by(f64::total_cmp);
    worse.get(worse.len() / 4).copied().unwrap_or(1.0) * 0.5
}
