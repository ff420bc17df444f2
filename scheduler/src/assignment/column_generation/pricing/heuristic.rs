//! Heuristic pricing: from some candidates a set each is grown, then improved by adding, dropping and swapping members. It
//! finds nearly all columns; only the proof that there are none needs the exact search.

use std::collections::BTreeMap;

use super::super::duals::Duals;
use super::super::instance::{Class, Instance};

impl Instance<'_> {
    /// Candidates of a class to grow sets from: every turn others, until all have had theirs.
    pub fn starts(&self, class: usize, turn: usize) -> impl Iterator<Item = u32> {
        self.starts_among(&self.classes[class].candidates, turn)
    }

    /// The same of some candidates.
    pub fn starts_among<'c>(&self, among: &'c [u32], turn: usize) -> impl Iterator<Item = u32> + use<'c> {
        let stride = among.len().div_ceil(self.parameters.heuristic.starts).max(1);
        among.iter().copied().skip(turn % stride).step_by(stride)
    }
}

/// Sets of some of these candidates with the highest reduced profit found, the best first, at most so many, grown from
/// these starts; each with its reduced profit.
pub fn price(
    instance: &Instance<'_>,
    class: usize,
    duals: &Duals,
    most: usize,
    among: &[u32],
    starts: impl Iterator<Item = u32>,
) -> Vec<(i64, Vec<u32>)> {
    let rules = &instance.classes[class];
    let mut found: BTreeMap<(i64, Vec<u32>), ()> = BTreeMap::new();
    if rules.low > rules.high {
        return Vec::new();
    }
    let mut set = Set::new(instance, class, duals, among);
    for first in starts {
        set.clear(&duals.cover);
        set.join(first as usize);
        set.grow();
        for _ in 0..instance.parameters.heuristic.improvements {
            if !set.improve() {
                break;
            }
        }
        let mut members = set.members.clone();
        members.sort_unstable();
        if instance.fills(class, &members) {
            found.insert((-set.profit, members), ());
        }
    }
    found.into_keys().take(most).map(|(profit, members)| (-profit, members)).collect()
}

/// A set on its way, with what each candidate would add to its reduced profit.
pub struct Set<'g> {
    instance: &'g Instance<'g>,
    rules: &'g Class,
    /// Candidates who may join.
    among: &'g [u32],
    pub members: Vec<u32>,
    inside: Vec<bool>,
    /// The marginal profit of each beside the members: its dual less its own cost, its pair costs and its cuts.
    marginal: Vec<i64>,
    /// Members whom each may not meet.
    clashes: Vec<u32>,
    by_region: Vec<i64>,
    /// Regions that its members come from.
    spans: i64,
    delegates: i64,
    /// Its reduced profit.
    pub profit: i64,
    /// The cuts of each enrolment: the other two, and the dual.
    cuts: Vec<Vec<(u32, u32, i64)>>,
    /// Change of the marginal profit of others through cuts, were a member to leave; 0 between two looks.
    freed: Vec<i64>,
}

impl<'g> Set<'g> {
    pub fn new(instance: &'g Instance<'g>, class: usize, duals: &Duals, among: &'g [u32]) -> Set<'g> {
        let n = instance.out.len();
        let mut cuts = vec![Vec::new(); n];
        for (cut, dual) in duals.active_cuts() {
            for (u, v, w) in cut.with_others() {
                cuts[u as usize].push((v, w, dual));
            }
        }
        let mut set = Set {
            instance,
            rules: &instance.classes[class],
            among,
            members: Vec::new(),
            inside: vec![false; n],
            marginal: vec![0; n],
            clashes: vec![0; n],
            by_region: vec![0; instance.track.regions],
            spans: 0,
            delegates: 0,
            profit: 0,
            cuts,
            freed: vec![0; n],
        };
        set.clear(&duals.cover);
        set
    }

    /// Starts anew at these cover duals; the cuts stay.
    pub fn clear(&mut self, cover: &[i64]) {
        self.members.clear();
        self.inside.fill(false);
        self.clashes.fill(0);
        self.by_region.fill(0);
        (self.delegates, self.profit, self.spans) = (0, 0, 0);
        let profits = cover.iter().zip(&self.rules.own).map(|(dual, own)| dual - own);
        self.marginal.iter_mut().zip(profits).for_each(|(marginal, profit)| *marginal = profit);
    }

    /// The same set at cover duals that are so much higher.
    pub fn revalue(&mut self, shift: &[i64]) {
        self.marginal.iter_mut().zip(shift).for_each(|(marginal, shift)| *marginal += shift);
        self.profit += self.members.iter().map(|&e| shift[e as usize]).sum::<i64>();
    }

    pub fn join(&mut self, e: usize) {
        self.profit += self.marginal[e];
        self.inside[e] = true;
        self.members.push(e as u32);
        self.shift(e, 1);
        self.charge(e, 1);
    }

    fn leave(&mut self, at: usize) {
        let e = self.members.swap_remove(at) as usize;
        self.profit -= self.marginal[e];
        self.inside[e] = false;
        self.shift(e, -1);
        self.charge(e, -1);
    }

    /// Charges the cuts of one that has joined, or takes that back: whoever makes two of the three pays.
    fn charge(&mut self, e: usize, sign: i64) {
        for &(a, b, dual) in &self.cuts[e] {
            let [in_a, in_b] = [a, b].map(|u| self.inside[u as usize]);
            self.marginal[a as usize] -= if in_b { -sign * dual } else { sign * dual };
            self.marginal[b as usize] -= if in_a { -sign * dual } else { sign * dual };
        }
    }

    /// Notes what others would add more through cuts, were a member not there; or takes that back.
    fn free(&mut self, f: usize, sign: i64) {
        for &(a, b, dual) in &self.cuts[f] {
            let [in_a, in_b] = [a, b].map(|u| self.inside[u as usize]);
            self.freed[a as usize] += if in_b { -sign * dual } else { sign * dual };
            self.freed[b as usize] += if in_a { -sign * dual } else { sign * dual };
        }
    }

    fn shift(&mut self, e: usize, sign: i64) {
        let n = self.inside.len();
        let costs = self.instance.row(e);
        self.marginal.iter_mut().zip(costs).for_each(|(marginal, cost)| *marginal -= sign * cost);
        let clash = &self.rules.clash[e * n..(e + 1) * n];
        for (count, &clash) in self.clashes.iter_mut().zip(clash) {
            *count = count.wrapping_add_signed(i32::from(clash) * sign as i32);
        }
        let here = &mut self.by_region[self.instance.track.region[e] as usize];
        self.spans += i64::from(*here + sign > 0) - i64::from(*here > 0);
        *here += sign;
        self.delegates += sign * self.instance.track.delegates[e];
    }

    /// Tells whether one may join once another has left: no limit is passed, and what it must have at least is there or can
    /// still come.
    fn takes(&self, e: usize, without: Option<usize>) -> bool {
        let (n, track, limits) = (self.inside.len(), self.instance.track, &self.rules.limits);
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
        let kept = |&f: &u32| without != Some(f as usize);
        let others: Vec<u32> = match limits.mix.is_empty() {
            true => Vec::new(),
            false => self.members.iter().copied().filter(kept).collect(),
        };
        region < limits.per_region
            && self.rules.mixes(track, &others, e as u32)
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
        i64::from(self.by_region[self.instance.track.region[f] as usize] == 1)
    }

    /// Tells whether it has what it must have at least, without a member or with all of them.
    fn full(&self, without: Option<usize>) -> bool {
        let limits = &self.rules.limits;
        self.members.len() - usize::from(without.is_some()) >= self.rules.low
            && self.spans - without.map_or(0, |f| self.alone(f)) >= limits.min_regions
            && self.delegates - without.map_or(0, |f| self.instance.track.delegates[f]) >= limits.min_delegates
            && limits.mix.iter().all(|mix| {
                let has =
                    |&&f: &&u32| without != Some(f as usize) && self.instance.track.has_value(f as usize, mix.value);
                self.members.iter().filter(has).count() >= mix.min as usize
            })
    }

    /// Adds the best one after another, while that pays or the set has too little.
    pub fn grow(&mut self) {
        while self.members.len() < self.rules.high {
            let open = self.among.iter().map(|&e| e as usize);
            let fits = open.filter(|&e| !self.inside[e] && self.takes(e, None));
            match fits.max_by_key(|&e| self.marginal[e]) {
                Some(e) if self.marginal[e] > 0 || !self.full(None) => self.join(e),
                _ => return,
            }
        }
    }

    /// Makes the best of all additions, drops and swaps; false where none is better.
    pub fn improve(&mut self) -> bool {
        let mut best: (i64, Option<usize>, Option<usize>) = (0, None, None);
        for at in 0..self.members.len() {
            let f = self.members[at] as usize;
            let costs = self.instance.row(f);
            self.free(f, 1);
            if -self.marginal[f] > best.0 && self.full(Some(f)) {
                best = (-self.marginal[f], Some(at), None);
            }
            for &e in self.among {
                let e = e as usize;
                let gain = self.marginal[e] + costs[e] + self.freed[e] - self.marginal[f];
                if gain > best.0 && !self.inside[e] && self.takes(e, Some(f)) {
                    best = (gain, Some(at), Some(e));
                }
            }
            self.free(f, -1);
        }
        if self.members.len() < self.rules.high {
            for &e in self.among {
                let e = e as usize;
                if self.marginal[e] > best.0 && !self.inside[e] && self.takes(e, None) {
                    best = (self.marginal[e], None, Some(e));
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
