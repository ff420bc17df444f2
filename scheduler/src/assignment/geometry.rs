//! A test of whether pair costs are geometric: those who are cheap with the same one are cheap with each other, as places
//! on a map are. Where they are not, columns prove little and annealing has nothing to follow.

use super::track::Track;

/// The part of the way from what any two cost to what those near the same one cost with it, that they must be at most from
/// each other.
const TELLING: f64 = 0.2;
/// Enrolments whose neighbours are looked at.
const LOOKED_AT: usize = 64;
/// Fewest neighbours looked at: as many as share a network, within this and [`MOST`].
const FEWEST: usize = 3;
/// Most neighbours looked at.
const MOST: usize = 12;

/// Whether the pair costs of a track are geometric. Those of a track with little to look at are.
pub(super) fn is_geometric(track: &Track<'_>) -> bool {
    let n = track.len();
    let count = (n / track.nowhere().max(1)).clamp(FEWEST, MOST);
    if n <= 2 * count {
        return true;
    }
    let (mut any, mut near, mut among) = (Mean::default(), Mean::default(), Mean::default());
    for e in (0..n).step_by(n.div_ceil(LOOKED_AT)) {
        let mut others: Vec<usize> = (0..n).filter(|&f| f != e).collect();
        others.iter().for_each(|&f| any.add(track.pair(e, f)));
        others.sort_by(|&a, &b| track.pair(e, a).total_cmp(&track.pair(e, b)));
        for (at, &a) in others.iter().enumerate().take(count) {
            near.add(track.pair(e, a));
            others[..at].iter().for_each(|&b| among.add(track.pair(a, b)));
        }
    }
    any.value() - among.value() >= TELLING * (any.value() - near.value())
}

/// The mean of what is finite.
#[derive(Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, cost: f64) {
        if cost < f64::INFINITY {
            self.sum += cost;
            self.count += 1;
        }
    }

    fn value(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{plain, problem};
    use super::*;
    use crate::problem::TrackIx;
    use crate::problem::records::DistanceRecord;
    use crate::random::Random;

    /// Thirty towns with these distances.
    fn geometric(km: impl Fn(usize, usize) -> f64) -> bool {
        let mut records = plain(15, &[(5, 5); 6]);
        records.enrolments.iter_mut().for_each(|enrolment| enrolment.delegates = 1);
        let pairs = (0..30).flat_map(|a| (0..a).map(move |b| (a, b)));
        let distance = |(a, b)| DistanceRecord { a: format!("m{a}"), b: format!("m{b}"), km: km(a, b) };
        records.distances = Some(pairs.map(distance).collect());
        is_geometric(&Track::new(&problem(&records), TrackIx(0)))
    }

    #[test]
    fn distances_between_places_are_geometric_and_what_is_drawn_is_not() {
        for seed in 0..20 {
            let mut chance = Random::new(seed);
            let places: Vec<(f64, f64)> = (0..30).map(|_| (chance.positive_unit(), chance.positive_unit())).collect();
            let km = |a: usize, b: usize| (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1) * 100.0;
            assert!(geometric(km), "places, seed {seed}");
            let drawn: Vec<f64> = (0..900).map(|_| 1.0 + 100.0 * chance.positive_unit()).collect();
            assert!(!geometric(|a, b| drawn[30 * a + b]), "drawn, seed {seed}");
        }
    }

    #[test]
    fn where_all_pairs_cost_the_same_columns_lose_nothing() {
        assert!(geometric(|_, _| 0.0) && geometric(|_, _| 100.0));
    }
}
