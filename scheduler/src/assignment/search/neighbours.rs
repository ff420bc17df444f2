//! Who is near whom, and what each wishes: where good moves are found.

use super::super::track::Track;
use super::grove::Grove;
use crate::random::Random;

/// How many near ones are kept for each.
const NEAR: usize = 12;
/// How many near municipalities are looked at for them, and how many enrolments of each.
const HOMES: usize = 32;
const OF_A_HOME: usize = 4;

/// For each enrolment the nearest others and its wishes.
pub(super) struct Neighbours {
    near: Vec<Vec<u32>>,
    wishes: Vec<Vec<u32>>,
}

impl Neighbours {
    /// Of a track.
    pub(super) fn new(track: &Track<'_>) -> Neighbours {
        let wishes = (0..track.len()).map(|e| track.wishes(e).map(|slot| slot as u32).collect()).collect();
        let near = if track.pair_row(0).is_some() { by_cost(track) } else { by_place(track) };
        Neighbours { near, wishes }
    }

    /// Of a part of the track: those of the same part.
    pub(super) fn of_part(&self, part: &Track<'_>, enrolments: &[u32]) -> Neighbours {
        let here = |f: &u32| enrolments.binary_search(f).ok().map(|f| f as u32);
        let near = enrolments.iter().map(|&e| self.near[e as usize].iter().filter_map(here).collect());
        let wishes = (0..part.len()).map(|e| part.wishes(e).map(|slot| slot as u32).collect());
        Neighbours { near: near.collect(), wishes: wishes.collect() }
    }

    /// A near one.
    pub(super) fn one(&self, e: usize, chance: &mut Random) -> Option<usize> {
        chance.one_of(&self.near[e]).map(|f| f as usize)
    }

    /// The nearest ones, nearest first.
    pub(super) fn all(&self, e: usize) -> &[u32] {
        &self.near[e]
    }

    /// A wish.
    pub(super) fn wish(&self, e: usize, chance: &mut Random) -> Option<usize> {
        chance.one_of(&self.wishes[e]).map(|slot| slot as usize)
    }

    /// All its wishes, best first.
    pub(super) fn wishes(&self, e: usize) -> &[u32] {
        &self.wishes[e]
    }
}

/// The cheapest of these together with one, cheapest first.
fn cheapest(track: &Track<'_>, e: usize, others: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut others: Vec<(f64, u32)> = others.map(|f| (track.pair(e, f), f as u32)).collect();
    let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if others.len() > NEAR {
        others.select_nth_unstable_by(NEAR, order);
        others.truncate(NEAR);
    }
    others.sort_unstable_by(order);
    others.into_iter().map(|(_, f)| f).collect()
}

/// Those who cost least together with each, out of all.
fn by_cost(track: &Track<'_>) -> Vec<Vec<u32>> {
    (0..track.len()).map(|e| cheapest(track, e, (0..track.len()).filter(|&f| f != e))).collect()
}

/// Those who cost least together with each, out of those from near municipalities, and from those whose distance is
/// given: it may be a short one.
fn by_place(track: &Track<'_>) -> Vec<Vec<u32>> {
    let homes = 0..track.homes() as u32;
    let grove = Grove::new(homes.clone().map(|home| track.spot(home)));
    let mut around: Vec<Vec<u32>> = homes.map(|home| grove.nearest(track.spot(home), home, HOMES).collect()).collect();
    for (a, b) in track.given_distances() {
        around[a as usize].push(b);
        around[b as usize].push(a);
    }
    for near in &mut around {
        near.sort_unstable();
        near.dedup();
    }
    let some_of = |home: u32, e: usize| {
        let all = track.of_home(home);
        (0..all.len().min(OF_A_HOME)).map(move |at| all[(e + at) % all.len()] as usize)
    };
    let others = |e: usize| around[track.home[e] as usize].iter().flat_map(move |&home| some_of(home, e));
    (0..track.len()).map(|e| cheapest(track, e, others(e))).collect()
}
