//! Quick pricing: from some candidates a set each is grown, then mended by adding, dropping and swapping members. It finds
//! nearly all columns; only the proof that there are none needs the exact search.

use std::collections::BTreeMap;

use super::ground::{Class, Ground};
use super::prices::Prices;

/// Most steps of mending of one set.
const MENDS: usize = 60;

/// From how many candidates sets are grown in one turn.
pub(super) const STARTS: usize = 16;

impl Class {
    /// Candidates to grow sets from: every turn others, until all have had theirs.
    pub(super) fn starts(&self, turn: usize) -> impl Iterator<Item = u32> + '_ {
        starts(&self.candidates, turn)
    }
}

/// Some of these candidates to grow sets from: every turn others, until all have had theirs.
pub(super) fn starts(among: &[u32], turn: usize) -> impl Iterator<Item = u32> + '_ {
    let stride = among.len().div_ceil(STARTS).max(1);
    among.iter().copied().skip(turn % stride).step_by(stride)
}

/// Sets of some of these candidates that are worth most at these prices, the best first, at most so many, grown from
/// these starts.
pub(super) fn price(
    ground: &Ground<'_>,
    class: usize,
    prices: &Prices,
    most: usize,
    among: &[u32],
    starts: impl Iterator<Item = u32>,
) -> Vec<(i64, Vec<u32>)> {
    let rules = &ground.classes[class];
    let mut found: BTreeMap<(i64, Vec<u32>), ()> = BTreeMap::new();
    if rules.low > rules.high {
        return Vec::new();
    }
    let mut set = Set::new(ground, class, prices, among);
    for first in starts {
        set.clear(&prices.of);
        set.join(first as usize);
        set.grow();
        for _ in 0..MENDS {
            if !set.mend() {
                break;
            }
        }
        let mut members = set.members.clone();
        members.sort_unstable();
        if ground.fills(class, &members) {
            found.insert((-set.worth, members), ());
        }
    }
    found.into_keys().take(most).map(|(worth, members)| (-worth, members)).collect()
}

/// A set on its way, with what each candidate would bring to it.
pub(super) struct Set<'g> {
    ground: &'g Ground<'g>,
    rules: &'g Class,
    /// Who may join.
    among: &'g [u32],
    pub(super) members: Vec<u32>,
    inside: Vec<bool>,
    /// What each brings beside the members: its profit less its pair costs to the others.
    brings: Vec<i64>,
    /// How many members each may not meet.
    clashes: Vec<u32>,
    by_region: Vec<i64>,
    /// How many regions its members come from.
    spans: i64,
    delegates: i64,
    pub(super) worth: i64,
    /// The cuts of each enrolment: the other two, and the price.
    cuts: Vec<Vec<(u32, u32, i64)>>,
    /// What a member that leaves changes for others through cuts; nothing between two looks.
    freed: Vec<i64>,
}

impl<'g> Set<'g> {
    pub(super) fn new(ground: &'g Ground<'g>, class: usize, prices: &Prices, among: &'g [u32]) -> Set<'g> {
        let n = ground.out.len();
        let mut cuts = vec![Vec::new(); n];
        for ([a, b, c], price) in prices.charged() {
            for (u, v, w) in [(a, b, c), (b, a, c), (c, a, b)] {
                cuts[u as usize].push((v, w, price));
            }
        }
        let mut set = Set {
            ground,
            rules: &ground.classes[class],
            among,
            members: Vec::new(),
            inside: vec![false; n],
            brings: vec![0; n],
            clashes: vec![0; n],
            by_region: vec![0; ground.track.regions],
            spans: 0,
            delegates: 0,
            worth: 0,
            cuts,
            freed: vec![0; n],
        };
        set.clear(&prices.of);
        set
    }

    pub(super) fn clear(&mut self, duals: &[i64]) {
        self.members.clear();
        self.inside.fill(false);
        self.clashes.fill(0);
        self.by_region.fill(0);
        (self.delegates, self.worth, self.spans) = (0, 0, 0);
        let profits = duals.iter().zip(&self.rules.own).map(|(dual, own)| dual - own);
        self.brings.iter_mut().zip(profits).for_each(|(brings, profit)| *brings = profit);
    }

    /// The same set, where enrolments are worth so much more.
    pub(super) fn revalue(&mut self, shift: &[i64]) {
        self.brings.iter_mut().zip(shift).for_each(|(brings, shift)| *brings += shift);
        self.worth += self.members.iter().map(|&e| shift[e as usize]).sum::<i64>();
    }

    pub(super) fn join(&mut self, e: usize) {
        self.worth += self.brings[e];
        self.inside[e] = true;
        self.members.push(e as u32);
        self.shift(e, 1);
        self.charge(e, 1);
    }

    fn leave(&mut self, at: usize) {
        let e = self.members.swap_remove(at) as usize;
        self.worth -= self.brings[e];
        self.inside[e] = false;
        self.shift(e, -1);
        self.charge(e, -1);
    }

    /// What the cuts of one that has joined or left change for the others: whoever makes two of the three pays.
    fn charge(&mut self, e: usize, sign: i64) {
        for &(a, b, price) in &self.cuts[e] {
            let [in_a, in_b] = [a, b].map(|u| self.inside[u as usize]);
            self.brings[a as usize] -= if in_b { -sign * price } else { sign * price };
            self.brings[b as usize] -= if in_a { -sign * price } else { sign * price };
        }
    }

    /// Notes what others would bring more through cuts, were a member not there; or takes that back.
    fn free(&mut self, f: usize, sign: i64) {
        for &(a, b, price) in &self.cuts[f] {
            let [in_a, in_b] = [a, b].map(|u| self.inside[u as usize]);
            self.freed[a as usize] += if in_b { -sign * price } else { sign * price };
            self.freed[b as usize] += if in_a { -sign * price } else { sign * price };
        }
    }

    fn shift(&mut self, e: usize, sign: i64) {
        let n = self.inside.len();
        let costs = self.ground.row(e);
        self.brings.iter_mut().zip(costs).for_each(|(brings, cost)| *brings -= sign * cost);
        let clash = &self.rules.clash[e * n..(e + 1) * n];
        for (count, &clash) in self.clashes.iter_mut().zip(clash) {
            *count = count.wrapping_add_signed(i32::from(clash) * sign as i32);
        }
        let here = &mut self.by_region[self.ground.track.region[e] as usize];
        self.spans += i64::from(*here + sign > 0) - i64::from(*here > 0);
        *here += sign;
        self.delegates += sign * self.ground.track.delegates[e];
    }

    /// Whether one may join once another has left: no limit is passed, and what it must have at least is there or can
    /// still come.
    fn takes(&self, e: usize, without: Option<usize>) -> bool {
        let (n, track, limits) = (self.inside.len(), self.ground.track, &self.rules.limits);
        let clashes = self.clashes[e] - without.map_or(0, |f| u32::from(self.rules.clash[f * n + e]));
        if clashes > 0 {
            return false;
        }
        let here = track.region[e] as usize;
        let same = without.is_some_and(|f| track.region[f] == track.region[e]);
        let region = self.by_region[here] - i64::from(same);
        let delegates = self.delegates - without.map_or(0, |f| track.delegates[f]) + track.delegates[e];
        let spans = self.spans - without.map_or(0, |f| self.alone(f)) + i64::from(region == 0);
        let room = self.rules.high - self.members.len() - usize::from(without.is_none());
        region < limits.per_region
            && delegates <= limits.max_delegates
            && match without {
                Some(_) => {
                    spans >= limits.min_regions.min(self.spans) && delegates >= limits.min_delegates.min(self.delegates)
                }
                None => limits.min_regions - spans <= room as i64,
            }
    }

    /// 1 for a member that no other shares its region with.
    fn alone(&self, f: usize) -> i64 {
        i64::from(self.by_region[self.ground.track.region[f] as usize] == 1)
    }

    /// Whether it has what it must have at least, without a member or with all of them.
    fn full(&self, without: Option<usize>) -> bool {
        let limits = &self.rules.limits;
        self.members.len() - usize::from(without.is_some()) >= self.rules.low
            && self.spans - without.map_or(0, |f| self.alone(f)) >= limits.min_regions
            && self.delegates - without.map_or(0, |f| self.ground.track.delegates[f]) >= limits.min_delegates
    }

    /// Adds the best one after another, while that pays or the set has too little.
    pub(super) fn grow(&mut self) {
        while self.members.len() < self.rules.high {
            let open = self.among.iter().map(|&e| e as usize);
            let fits = open.filter(|&e| !self.inside[e] && self.takes(e, None));
            match fits.max_by_key(|&e| self.brings[e]) {
                Some(e) if self.brings[e] > 0 || !self.full(None) => self.join(e),
                _ => return,
            }
        }
    }

    /// Makes the best of all additions, drops and swaps; false where none is better.
    pub(super) fn mend(&mut self) -> bool {
        let mut best: (i64, Option<usize>, Option<usize>) = (0, None, None);
        for at in 0..self.members.len() {
            let f = self.members[at] as usize;
            let costs = self.ground.row(f);
            self.free(f, 1);
            if -self.brings[f] > best.0 && self.full(Some(f)) {
                best = (-self.brings[f], Some(at), None);
            }
            for &e in self.among {
                let e = e as usize;
                let gain = self.brings[e] + costs[e] + self.freed[e] - self.brings[f];
                if gain > best.0 && !self.inside[e] && self.takes(e, Some(f)) {
                    best = (gain, Some(at), Some(e));
                }
            }
            self.free(f, -1);
        }
        if self.members.len() < self.rules.high {
            for &e in self.among {
                let e = e as usize;
                if self.brings[e] > best.0 && !self.inside[e] && self.takes(e, None) {
                    best = (self.brings[e], None, Some(e));
                }
            }
        }
        let (gain, gone, come) = best;
        if let Some(at) = gone {
            self.leave(at);
        }
        if let Some(e) = come {
            self.join(e);
        }
        gain > 0
    }
}
