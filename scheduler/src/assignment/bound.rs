//! A lower bound that needs no search: each enrolment by itself at its cheapest.
//!
//! In a network of t members an enrolment travels with t − 1 others, so at least with the t − 1 that cost it least; half
//! of each pair cost is its own. Pair costs are never negative. And there are only so many networks: a price on each,
//! shared by its members, keeps them from being small. For any price, the sum over enrolments of the cheapest slot and
//! size, less the price of all networks, is a bound on every assignment (Lagrange); the best price is searched for.

use super::search::grove::Grove;
use super::track::Track;

/// Up to this many pairs of enrolments, all are looked at; beyond, those of so many near municipalities.
const PAIRS: usize = 4_000_000;
const HOMES: usize = 24;
/// Most others that are counted: beyond, they count as nothing.
const MOST_OTHERS: usize = 32;
/// Steps of the search for the best price.
const STEPS: usize = 40;

/// A proved lower bound on the cost of a track, over all assignments.
pub(super) fn lower_bound(track: &Track<'_>) -> f64 {
    Bound::new(track, track.len().saturating_mul(track.len()) > PAIRS).best()
}

/// What each enrolment costs at least, in networks of which sizes.
struct Bound {
    /// How many networks there are.
    networks: f64,
    /// Fewest and most members, of networks with the same.
    sizes: Vec<(usize, usize)>,
    each: Vec<One>,
}

/// One enrolment.
struct One {
    /// What it costs in no network.
    out: f64,
    /// What it costs by itself in networks of each size, at least.
    own: Vec<f64>,
    /// Half the pair costs to the 0, 1, 2 … others that cost it least; infinite beyond the last.
    company: Vec<f64>,
}

impl Bound {
    fn new(track: &Track<'_>, by_place: bool) -> Bound {
        let mut sizes: Vec<(usize, usize)> =
            track.limits.iter().map(|l| (l.min.max(1) as usize, l.max as usize)).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let widest = (sizes.iter().map(|size| size.0).min(), sizes.iter().map(|size| size.1).max());
        if let (false, (Some(low), Some(high))) = (track.tabled(), widest) {
            sizes = vec![(low, high)];
        }
        let most = widest.1.unwrap_or(1).saturating_sub(1).min(MOST_OTHERS);
        let mut company = if by_place { near(track, most) } else { all(track, most) };
        let one = |e: usize| One {
            out: track.own(e, track.nowhere()),
            own: own(track, e, &sizes),
            company: std::mem::take(&mut company[e]),
        };
        let each = (0..track.len()).map(one).collect();
        Bound { networks: track.nowhere() as f64, sizes, each }
    }

    /// The best bound that any price shows.
    fn best(&self) -> f64 {
        let per_network = self.each.iter().filter_map(|one| one.company.last()).sum::<f64>() / self.networks.max(1.0);
        let (mut low, mut high) = (0.0, 8.0 * per_network);
        let mut best = self.at(0.0);
        for _ in 0..STEPS {
            // The bound is a concave function of the price.
            let (one, two) = (low + (high - low) * 0.4, low + (high - low) * 0.6);
            let (at_one, at_two) = (self.at(one), self.at(two));
            best = best.max(at_one).max(at_two);
            if at_one < at_two { low = one } else { high = two }
        }
        best * (1.0 - 1e-12) // sums of many differ in their last digits
    }

    /// The bound at a price of a network.
    fn at(&self, price: f64) -> f64 {
        let least = |one: &One| {
            let size = |own: f64, (low, high): (usize, usize)| {
                let last = one.company.len().saturating_sub(1).max(low - 1);
                let others = (low - 1..high.min(MOST_OTHERS.max(low) + 1)).take_while(move |&others| others <= last);
                let cost = move |others: usize| own + one.with(others) + price / (others + 1) as f64;
                let most = if high > MOST_OTHERS + 1 {
                    own + one.with(MOST_OTHERS) + price / high as f64
                } else {
                    f64::INFINITY
                };
                others.map(cost).fold(most, f64::min)
            };
            one.own.iter().zip(&self.sizes).map(|(&own, &sizes)| size(own, sizes)).fold(one.out, f64::min)
        };
        self.each.iter().map(least).sum::<f64>() - price * self.networks
    }
}

impl One {
    /// Half the pair costs to so many others, at least.
    fn with(&self, others: usize) -> f64 {
        self.company.get(others).or(self.company.last()).copied().unwrap_or(0.0)
    }
}

/// What an enrolment costs by itself in networks of each size; infinite where it may be in none.
fn own(track: &Track<'_>, e: usize, sizes: &[(usize, usize)]) -> Vec<f64> {
    if !track.tabled() {
        return vec![track.least_own(e); sizes.len()];
    }
    let mut own = vec![f64::INFINITY; sizes.len()];
    for (slot, limits) in track.limits.iter().enumerate() {
        let here = sizes.iter().position(|&size| size == (limits.min.max(1) as usize, limits.max as usize));
        if let Some(least) = here.map(|at| &mut own[at]) {
            *least = least.min(track.own(e, slot));
        }
    }
    own
}

/// Sums of halves of the smallest so many costs, from none to all of them.
fn sums(mut costs: Vec<f64>, most: usize) -> Vec<f64> {
    costs.sort_unstable_by(f64::total_cmp);
    let mut sum = 0.0;
    let halves = costs.into_iter().take(most).map(|cost| {
        sum += cost / 2.0;
        sum
    });
    std::iter::once(0.0).chain(halves.collect::<Vec<_>>()).collect()
}

/// The cheapest company of each enrolment, out of all.
fn all(track: &Track<'_>, most: usize) -> Vec<Vec<f64>> {
    let others = |e: usize| (0..track.len()).filter(move |&f| track.home[f] != track.home[e]);
    (0..track.len()).map(|e| sums(others(e).map(|f| track.pair(e, f)).collect(), most)).collect()
}

/// The same at least: out of those near, those whose distance is given, and as many as one likes just beyond.
fn near(track: &Track<'_>, most: usize) -> Vec<Vec<f64>> {
    let homes = 0..track.homes() as u32;
    let grove = Grove::new(homes.clone().map(|home| track.spot(home)));
    let mut given = vec![Vec::new(); track.homes()];
    for (a, b) in track.given_distances() {
        given[a as usize].push(b);
        given[b as usize].push(a);
    }
    let beyond = track.least_beyond();
    let company = |e: usize| {
        let home = track.home[e];
        let mut around: Vec<u32> = grove.nearest(track.spot(home), home, HOMES).collect();
        let last = around.last().copied().filter(|last| !given[home as usize].contains(last));
        // Distances are rounded to 0.1 km.
        let edge = last.map_or(0.0, |last| (track.km(e, track.of_home(last)[0] as usize) - 0.1).max(0.0));
        around.extend(&given[home as usize]);
        around.sort_unstable();
        around.dedup();
        let others = around.iter().flat_map(|&home| track.of_home(home)).map(|&f| track.pair(e, f as usize));
        sums(others.chain(std::iter::repeat_n(beyond(e, edge), most)).collect(), most)
    };
    (0..track.len()).map(company).collect()
}

#[cfg(test)]
mod tests {
    use super::super::construct::construct;
    use super::super::exhaust::exhaust;
    use super::super::samples::{mixed, plain, problem};
    use super::super::search::Best;
    use super::*;
    use crate::effort::Budget;
    use crate::problem::TrackIx;
    use crate::random::Random;

    #[test]
    fn no_bound_is_above_the_best_assignment() {
        let mut shown = 0;
        for seed in 0..300 {
            let problem = problem(&mixed(seed, 3, 3));
            let track = Track::new(&problem, TrackIx(0));
            let mut best = Best::none();
            assert!(exhaust(&track, &mut best, &Budget::of_work(1 << 40)), "too large to look at");
            let (whole, part) = (Bound::new(&track, false).best(), Bound::new(&track, true).best());
            assert!(whole <= best.cost() + 1e-6, "seed {seed}: {whole}, yet an assignment for {}", best.cost());
            assert!(part <= whole + 1e-6, "seed {seed}: the near ones say {part}, all say {whole}");
            shown += usize::from(part > 0.0);
        }
        assert!(shown > 100, "{shown}: shows too little");
    }

    #[test]
    fn few_networks_mean_large_ones() {
        let problem = problem(&plain(20, &[(2, 10); 4]));
        let track = Track::new(&problem, TrackIx(0));
        let bound = Bound::new(&track, false);
        assert!(bound.best() > 2.0 * bound.at(0.0), "{} is not far above {}", bound.best(), bound.at(0.0));
        let cost = construct(&track, &mut Random::new(1)).cost();
        assert!(bound.best() <= cost, "{} is above {cost}", bound.best());
    }
}
