//! First members of the sets of one size, one after another, the weakest first.

use super::space::{Mix, NOT, Space, Top};

/// Candidates whose sets were not looked at yet.
pub(super) struct Queue<'s> {
    space: &'s Space,
    size: usize,
    /// Most of each region; empty where that does not matter.
    caps: &'s [i64],
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
    pub(super) fn new(space: &'s Space, size: usize, wanted: Option<Vec<bool>>, caps: &'s [i64]) -> Queue<'s> {
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
            Queue { space, size, caps, wanted, alive, lists, lengths, place, counted, heights, two_less: 0 };
        (0..n).for_each(|a| queue.count(a));
        queue
    }

    /// Works out anew what a candidate is worth at best.
    fn count(&mut self, a: usize) {
        let n = self.space.len();
        let (list, shares) = (&self.lists[a * n..a * n + self.lengths[a]], self.space.shares(a));
        let (mut height, mut missing, mut at) = (self.space.profits[a], self.size - 1, 0);
        let mut mix = Mix::new(self.caps, self.space.region[a]);
        while missing > 0 && at < list.len() {
            let b = list[at] as usize;
            if self.alive[b] && mix.takes(self.space.region[b]) {
                height -= shares[b];
                missing -= 1;
            }
            at += 1;
        }
        self.counted[a] = at as u16;
        self.heights[a] = if missing == 0 { height } else { NOT };
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
            let top = Top::of(&self.heights, &self.space.region, self.size, 0, self.caps)?;
            if top.bound <= threshold {
                return None;
            }
            let stays = |&u: &usize| top.may_join(self.heights[u], threshold);
            let gone: Vec<usize> = (0..self.space.len()).filter(|u| self.alive[*u] && !stays(u)).collect();
            if gone.is_empty() {
                let wanted = |&u: &usize| self.alive[u] && self.wanted.as_ref().is_none_or(|wanted| wanted[u]);
                let weak = (0..self.space.len()).filter(wanted).min_by_key(|&u| self.heights[u])?;
                self.two_less = top.best_but_two(&self.heights);
                return Some((weak, top.bound));
            }
            gone.into_iter().for_each(|u| self.remove(u));
        }
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
