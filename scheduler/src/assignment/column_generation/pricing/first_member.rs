//! First members of the sets of one size, one after another, the weakest first.

use super::candidates::{Candidates, IMPOSSIBLE};
use super::region_limits::{RegionLimits, Top};

/// Candidates whose sets have not been searched yet.
pub struct FirstMembers<'s> {
    candidates: &'s Candidates,
    size: usize,
    regional: &'s RegionLimits,
    /// Only these become first members; `None`: all.
    wanted: Option<Vec<bool>>,
    alive: Vec<bool>,
    /// For each candidate the others it may meet, the smallest share first.
    lists: Vec<u16>,
    /// The number of those others.
    lengths: Vec<usize>,
    /// The place of each in the lists of the others.
    place: Vec<u16>,
    /// The first place in its list that a candidate does not count on.
    counted: Vec<u16>,
    /// The most that each candidate can add to a set of those that are left.
    potentials: Vec<i64>,
    /// The potentials of the best so many but the last two.
    two_less: i64,
}

impl<'s> FirstMembers<'s> {
    /// All candidates of a candidates.
    pub fn new(
        candidates: &'s Candidates,
        size: usize,
        wanted: Option<Vec<bool>>,
        regional: &'s RegionLimits,
    ) -> FirstMembers<'s> {
        let n = candidates.len();
        let (mut lists, mut place) = (vec![0; n * n], vec![0; n * n]);
        let mut lengths = Vec::with_capacity(n);
        let mut order: Vec<(i64, u16)> = Vec::with_capacity(n);
        for a in 0..n {
            let shares = candidates.shares(a);
            order.clear();
            order.extend((0..n as u16).filter(|&b| !candidates.clash(a, b as usize)).map(|b| (shares[b as usize], b)));
            order.sort_unstable();
            for (at, &(_, b)) in order.iter().enumerate() {
                lists[a * n + at] = b;
                place[a * n + b as usize] = at as u16;
            }
            lengths.push(order.len());
        }
        let (alive, counted, potentials) = (vec![true; n], vec![0; n], vec![IMPOSSIBLE; n]);
        let mut first_members = FirstMembers {
            candidates,
            size,
            regional,
            wanted,
            alive,
            lists,
            lengths,
            place,
            counted,
            potentials,
            two_less: 0,
        };
        (0..n).for_each(|a| first_members.count(a));
        first_members
    }

    /// Works out the potential of a candidate anew.
    fn count(&mut self, a: usize) {
        let n = self.candidates.len();
        let (list, shares, region) =
            (&self.lists[a * n..a * n + self.lengths[a]], self.candidates.shares(a), &self.candidates.region);
        let alive = list.iter().enumerate().filter(|(_, b)| self.alive[**b as usize]);
        let company = alive.map(|(at, &b)| (at, shares[b as usize], region[b as usize]));
        let counted = self.regional.company(region[a], self.size - 1, company);
        let (potential, end) =
            counted.map_or((IMPOSSIBLE, list.len()), |(sum, end)| (self.candidates.profits[a] - sum, end));
        (self.potentials[a], self.counted[a]) = (potential, end as u16);
    }

    fn remove(&mut self, gone: usize) {
        let n = self.candidates.len();
        self.alive[gone] = false;
        self.potentials[gone] = IMPOSSIBLE;
        for a in 0..n {
            if self.alive[a] && !self.candidates.clash(a, gone) && self.place[a * n + gone] < self.counted[a] {
                self.count(a);
            }
        }
    }

    /// Takes the weakest candidate out, as first member of sets with those that are left; and an upper bound on its sets and
    /// all that are left. `None` where no set is above the threshold.
    pub fn next(&mut self, threshold: i64) -> Option<(usize, i64)> {
        loop {
            let mut best: Vec<u16> = (0..self.candidates.len() as u16).collect();
            let top = Top::of(&mut best, &self.potentials, &self.candidates.region, self.size, 0, self.regional)?;
            if top.bound <= threshold {
                return None;
            }
            let stays = |&u: &usize| top.may_join(self.potentials[u], self.candidates.region[u], threshold);
            let gone: Vec<usize> = (0..self.candidates.len()).filter(|u| self.alive[*u] && !stays(u)).collect();
            if gone.is_empty() {
                let wanted = |&u: &usize| self.alive[u] && self.wanted.as_ref().is_none_or(|wanted| wanted[u]);
                let weak = (0..self.candidates.len()).filter(wanted).min_by_key(|&u| self.potentials[u])?;
                self.two_less = self.best_but_two(&best);
                return Some((weak, top.bound));
            }
            gone.into_iter().for_each(|u| self.remove(u));
        }
    }

    /// The potentials of these members but the last two.
    fn best_but_two(&self, members: &[u16]) -> i64 {
        let mut best: Vec<i64> = members.iter().map(|&u| self.potentials[u as usize]).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.iter().take(best.len().saturating_sub(2)).sum()
    }

    /// Those who may join this one, just taken, in a set above the threshold, in ascending order; it is out from here on.
    pub fn with(&mut self, first: usize, threshold: i64) -> Vec<usize> {
        let (n, mine) = (self.candidates.len(), self.potentials[first]);
        // In a set with another it does not count on, it counts on one less of the others.
        let last = |a: usize| match self.counted[a] {
            0 => 0,
            at => self.candidates.shares(a)[self.lists[a * n + at as usize - 1] as usize],
        };
        let beyond = |a: usize, b: usize| (self.candidates.shares(a)[b] - last(a)).max(0);
        let fits = |&u: &usize| {
            u != first && self.alive[u] && !self.candidates.clash(first, u) && {
                let both = mine + self.potentials[u] - beyond(first, u) - beyond(u, first);
                both + self.two_less > threshold
            }
        };
        let fits = (0..n).filter(fits).collect();
        self.remove(first);
        fits
    }
}
