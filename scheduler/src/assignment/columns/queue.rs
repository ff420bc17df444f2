//! First members of the sets of one size, one after another, the weakest first.

use super::mixing::{Mixing, Top};
use super::space::{NOT, Space};

/// Candidates whose sets were not looked at yet.
pub(super) struct Queue<'s> {
    space: &'s Space,
    size: usize,
    mixing: &'s Mixing,
    /// Only these become first members; `None`: all.
    wanted: Option<Vec<bool>>,
    alive: Vec<bool>,
    /// For each candidate the others it may meet, the smallest share first, and how many.
    lists: Vec<u16>,
    lengths: Vec<usize>,
    /// Where each stands in the lists of the others.
    place: Vec<u16>,
    /// The first place in its list that a candidate does not count on.
    counted: Vec<u16>,
    heights: Vec<i64>,
    /// The best so many but two, and the bound on all.
    two_less: i64,
}

impl<'s> Queue<'s> {
    /// All candidates of a space.
    pub(super) fn new(space: &'s Space, size: usize, wanted: Option<Vec<bool>>, mixing: &'s Mixing) -> Queue<'s> {
        let n = space.len();
        let (mut lists, mut place) = (vec![0; n * n], vec![0; n * n]);
        let mut lengths = Vec::with_capacity(n);
        let mut order: Vec<(i64, u16)> = Vec::with_capacity(n);
        for a in 0..n {
            let shares = space.shares(a);
            order.clear();
            order.extend((0..n as u16).filter(|&b| !space.clash(a, b as usize)).map(|b| (shares[b as usize], b)));
            order.sort_unstable();
            for (at, &(_, b)) in order.iter().enumerate() {
                lists[a * n + at] = b;
                place[a * n + b as usize] = at as u16;
            }
            lengths.push(order.len());
        }
        let (alive, counted, heights) = (vec![true; n], vec![0; n], vec![NOT; n]);
        let mut queue =
            Queue { space, size, mixing, wanted, alive, lists, lengths, place, counted, heights, two_less: 0 };
        (0..n).for_each(|a| queue.count(a));
        queue
    }

    /// Works out anew what a candidate is worth at best.
    fn count(&mut self, a: usize) {
        let n = self.space.len();
        let (list, shares, region) =
            (&self.lists[a * n..a * n + self.lengths[a]], self.space.shares(a), &self.space.region);
        let alive = list.iter().enumerate().filter(|(_, b)| self.alive[**b as usize]);
        let company = alive.map(|(at, &b)| (at, shares[b as usize], region[b as usize]));
        let counted = self.mixing.company(region[a], self.size - 1, company);
        let (height, end) = counted.map_or((NOT, list.len()), |(sum, end)| (self.space.profits[a] - sum, end));
        (self.heights[a], self.counted[a]) = (height, end as u16);
    }

    fn remove(&mut self, gone: usize) {
        let n = self.space.len();
        self.alive[gone] = false;
        self.heights[gone] = NOT;
        for a in 0..n {
            if self.alive[a] && !self.space.clash(a, gone) && self.place[a * n + gone] < self.counted[a] {
                self.count(a);
            }
        }
    }

    /// Takes the weakest candidate out of the queue, as first member of sets with those that are left; and an upper
    /// bound on its sets and all that are left. `None` where no set is above the threshold.
    pub(super) fn next(&mut self, threshold: i64) -> Option<(usize, i64)> {
        loop {
            let mut best: Vec<u16> = (0..self.space.len() as u16).collect();
            let top = Top::of(&mut best, &self.heights, &self.space.region, self.size, 0, self.mixing)?;
            if top.bound <= threshold {
                return None;
            }
            let stays = |&u: &usize| top.may_join(self.heights[u], self.space.region[u], threshold);
            let gone: Vec<usize> = (0..self.space.len()).filter(|u| self.alive[*u] && !stays(u)).collect();
            if gone.is_empty() {
                let wanted = |&u: &usize| self.alive[u] && self.wanted.as_ref().is_none_or(|wanted| wanted[u]);
                let weak = (0..self.space.len()).filter(wanted).min_by_key(|&u| self.heights[u])?;
                self.two_less = self.best_but_two(&best);
                return Some((weak, top.bound));
            }
            gone.into_iter().for_each(|u| self.remove(u));
        }
    }

    /// What these members but the last two bring.
    fn best_but_two(&self, members: &[u16]) -> i64 {
        let mut best: Vec<i64> = members.iter().map(|&u| self.heights[u as usize]).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.iter().take(best.len().saturating_sub(2)).sum()
    }

    /// Those who may join this one, just taken, in a set above the threshold, in ascending order; it leaves the queue.
    pub(super) fn with(&mut self, first: usize, threshold: i64) -> Vec<usize> {
        let (n, mine) = (self.space.len(), self.heights[first]);
        // In a set with another it does not count on, it counts on one less of the others.
        let last = |a: usize| match self.counted[a] {
            0 => 0,
            at => self.space.shares(a)[self.lists[a * n + at as usize - 1] as usize],
        };
        let beyond = |a: usize, b: usize| (self.space.shares(a)[b] - last(a)).max(0);
        let fits = |&u: &usize| {
            u != first && self.alive[u] && !self.space.clash(first, u) && {
                let both = mine + self.heights[u] - beyond(first, u) - beyond(u, first);
                both + self.two_less > threshold
            }
        };
        let fits = (0..n).filter(fits).collect();
        self.remove(first);
        fits
    }
}
