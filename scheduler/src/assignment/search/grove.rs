//! Nearest points on the sphere: a balanced k-d tree over unit vectors (Bentley: Multidimensional binary search trees
//! used for associative searching, Communications of the ACM 18, 1975). Memory is linear, a question takes about
//! log n; points in one place are no exception.

use crate::problem::spot::Spot;

/// Points, each with its number, so arranged that each range is halved by its middle point.
pub(in super::super) struct Grove {
    points: Vec<(Spot, u32)>,
}

/// The nearest found so far: squares of chords and numbers, ascending.
struct Found {
    wanted: usize,
    nearest: Vec<(f64, u32)>,
}

impl Grove {
    /// Plants points; their numbers are their positions.
    pub(in super::super) fn new(points: impl Iterator<Item = Spot>) -> Grove {
        let mut points: Vec<(Spot, u32)> = points.zip(0..).collect();
        arrange(&mut points, 0);
        Grove { points }
    }

    /// The numbers of the points nearest to a place, but one, nearest first.
    pub(in super::super) fn nearest(&self, place: Spot, but: u32, wanted: usize) -> impl Iterator<Item = u32> + use<> {
        let mut found = Found { wanted, nearest: Vec::with_capacity(wanted + 1) };
        look(&self.points, 0, place, but, &mut found);
        found.nearest.into_iter().map(|(_, number)| number)
    }
}

/// Puts the middle one of a range in the middle, by an axis that changes from level to level.
fn arrange(points: &mut [(Spot, u32)], axis: usize) {
    if points.len() < 2 {
        return;
    }
    let middle = points.len() / 2;
    let order = |a: &(Spot, u32), b: &(Spot, u32)| a.0.0[axis].total_cmp(&b.0.0[axis]).then(a.1.cmp(&b.1));
    points.select_nth_unstable_by(middle, order);
    let (below, above) = points.split_at_mut(middle);
    arrange(below, (axis + 1) % 3);
    arrange(&mut above[1..], (axis + 1) % 3);
}

fn look(points: &[(Spot, u32)], axis: usize, place: Spot, but: u32, found: &mut Found) {
    let middle = points.len() / 2;
    let Some(&(spot, number)) = points.get(middle) else { return };
    if number != but {
        found.add(place.chord2(spot), number);
    }
    let beyond = place.0[axis] - spot.0[axis];
    let (below, above) = (&points[..middle], &points[middle + 1..]);
    let (first, second) = if beyond < 0.0 { (below, above) } else { (above, below) };
    look(first, (axis + 1) % 3, place, but, found);
    if beyond * beyond < found.reach() {
        look(second, (axis + 1) % 3, place, but, found);
    }
}

impl Found {
    /// How far a point may lie to be of interest.
    fn reach(&self) -> f64 {
        if self.nearest.len() < self.wanted { f64::INFINITY } else { self.nearest.last().map_or(0.0, |last| last.0) }
    }

    fn add(&mut self, chord2: f64, number: u32) {
        if chord2 >= self.reach() {
            return;
        }
        let at = self.nearest.partition_point(|&(other, _)| other <= chord2);
        self.nearest.insert(at, (chord2, number));
        self.nearest.truncate(self.wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spots() -> Vec<Spot> {
        (0..300).map(|i| Spot::of((i * 37 % 101) as f64 - 50.0, (i * 53 % 97) as f64 * 3.7 - 180.0)).collect()
    }

    #[test]
    fn the_nearest_are_those_that_a_look_at_all_finds() {
        let spots = spots();
        let grove = Grove::new(spots.iter().copied());
        for (at, &spot) in spots.iter().enumerate() {
            let mut all: Vec<f64> =
                spots.iter().enumerate().filter(|&(i, _)| i != at).map(|(_, &other)| spot.chord2(other)).collect();
            all.sort_by(f64::total_cmp);
            let found: Vec<f64> = grove.nearest(spot, at as u32, 7).map(|i| spot.chord2(spots[i as usize])).collect();
            assert_eq!(found, all[..7]);
        }
    }

    #[test]
    fn thousands_in_one_place_do_not_make_it_slow() {
        let grove = Grove::new((0..50_000).map(|_| Spot::of(1.0, 2.0)));
        let found = (0..50_000).map(|i| grove.nearest(Spot::of(1.0, 2.0), i, 5).count());
        assert!(found.into_iter().all(|count| count == 5));
    }
}
