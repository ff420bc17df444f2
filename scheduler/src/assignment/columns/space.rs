//! The candidates of a pricing search, numbered from 0, with every pair cost split between its two ends.

use super::ground::Ground;
use super::mixing::{Mixing, Top};
use super::prices::Prices;

/// Candidates with profits, pair costs and shares of them.
///
/// A cut on three of them costs a set that holds two or more its price, once. Where all three are candidates, each of
/// their pairs bears a third of the price, which is never more than a set of two or three pays; what is missing is
/// added as members are picked ([`Space::late`]).
#[derive(Clone)]
pub(super) struct Space {
    pub(super) ids: Vec<u32>,
    /// What each is worth to the members picked so far.
    pub(super) profits: Vec<i64>,
    pub(super) region: Vec<u32>,
    pub(super) delegates: Vec<i64>,
    /// Pair costs: `[a][b]`.
    costs: Vec<i64>,
    /// What a pays of the cost of the pair a, b; the other pays the rest: `[a][b]`. More than any sum, where the two may
    /// not meet, or are one.
    pub(super) shares: Vec<i64>,
    /// Cuts on three candidates each, with a third of their price.
    triples: Vec<([u16; 3], i64)>,
    /// The cuts of each candidate: the other two, and a third of the price.
    of: Vec<Vec<(u16, u16, i64)>>,
}

/// The share of those who may not meet: sums of few of them stay in range.
const FAR: i64 = 1 << 57;
/// Of one who cannot be in any set.
pub(super) const NOT: i64 = i64::MIN / 4;
/// How a step that did not help shortens the next ones, where there are many and where there are few; the shortest.
const SHRINK: f64 = 0.97;
const SHRINK_FAST: f64 = 0.9;
const MANY: usize = 100;
const SHORTEST: f64 = 0.03;
/// Candidates are dropped once more than one in so many can go.
const FEW: usize = 20;
/// Networks with more members are not priced.
pub(super) const MOST_MEMBERS: usize = 20;

impl Space {
    /// These candidates, who may meet as in a class, at these prices and with these own costs; every pair cost is split in
    /// halves.
    pub(super) fn whole(ground: &Ground<'_>, class: usize, among: &[u32], own: &[i64], prices: &Prices) -> Space {
        let class = &ground.classes[class];
        let (ids, n) = (among.to_vec(), ground.out.len());
        let cells = || ids.iter().flat_map(|&a| ids.iter().map(move |&b| (a as usize, b as usize)));
        let costs: Vec<i64> = cells().map(|(a, b)| ground.pairs[a * n + b]).collect();
        let share = |(a, b): (usize, usize)| match a == b || class.clash[a * n + b] {
            true => FAR,
            // An odd unit goes to the later of the two.
            false => (ground.pairs[a * n + b] + i64::from(a > b)).div_euclid(2),
        };
        let mut space = Space {
            profits: ids.iter().map(|&e| prices.of[e as usize] - own[e as usize]).collect(),
            region: ids.iter().map(|&e| ground.track.region[e as usize]).collect(),
            delegates: ids.iter().map(|&e| ground.track.delegates[e as usize]).collect(),
            costs,
            shares: cells().map(share).collect(),
            triples: Vec::new(),
            of: vec![Vec::new(); ids.len()],
            ids,
        };
        space.cut(ground.out.len(), prices);
        space
    }

    /// Charges the cuts.
    fn cut(&mut self, n: usize, prices: &Prices) {
        let mut at = vec![u16::MAX; n];
        self.ids.iter().enumerate().for_each(|(u, &e)| at[e as usize] = u as u16);
        for (three, price) in prices.charged() {
            let here: Vec<u16> = three.iter().map(|&e| at[e as usize]).filter(|&u| u < u16::MAX).collect();
            match here[..] {
                [a, b, c] => {
                    self.triples.push(([a, b, c], price / 3));
                    [(a, b), (b, c), (a, c)].into_iter().for_each(|(a, b)| self.charge(a, b, price / 3));
                }
                [a, b] => self.charge(a, b, price),
                _ => {}
            }
        }
        self.index();
    }

    /// Splits pair costs like this: what an enrolment of the track, `n` in all, pays of a pair beyond a half.
    pub(super) fn follow(&mut self, split: &[f32], n: usize) {
        if split.is_empty() {
            return;
        }
        let size = self.len();
        for a in 0..size {
            for b in a + 1..size {
                if !self.clash(a, b) {
                    let beyond = split[self.ids[a] as usize * n + self.ids[b] as usize] as i64;
                    self.shares[a * size + b] += beyond;
                    self.shares[b * size + a] -= beyond;
                }
            }
        }
    }

    /// How pair costs are split.
    pub(super) fn split(&self, n: usize) -> Vec<f32> {
        let mut split = vec![0.0; n * n];
        for (a, &id) in self.ids.iter().enumerate() {
            let row = &mut split[id as usize * n..(id as usize + 1) * n];
            for (b, (share, cost)) in self.shares(a).iter().zip(self.row(a)).enumerate() {
                row[self.ids[b] as usize] = if *share < FAR { (share - cost / 2) as f32 } else { 0.0 };
            }
        }
        split
    }

    /// Makes a pair dearer, half for each of the two.
    fn charge(&mut self, a: u16, b: u16, price: i64) {
        let (n, a, b) = (self.len(), a as usize, b as usize);
        let half = price.div_euclid(2);
        for (at, share) in [(a * n + b, half), (b * n + a, price - half)] {
            self.costs[at] += price;
            self.shares[at] = (self.shares[at] + share).min(FAR);
            if self.shares[at] > FAR / 2 {
                self.shares[at] = FAR;
            }
        }
    }

    fn index(&mut self) {
        self.of = vec![Vec::new(); self.len()];
        for &([a, b, c], third) in &self.triples {
            for (u, v, w) in [(a, b, c), (b, a, c), (c, a, b)] {
                self.of[u as usize].push((v, w, third));
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The pair costs of one candidate.
    pub(super) fn row(&self, a: usize) -> &[i64] {
        &self.costs[a * self.len()..(a + 1) * self.len()]
    }

    /// What one candidate pays of its pairs.
    pub(super) fn shares(&self, a: usize) -> &[i64] {
        &self.shares[a * self.len()..(a + 1) * self.len()]
    }

    /// Whether two candidates may not meet, or are one.
    pub(super) fn clash(&self, a: usize, b: usize) -> bool {
        self.shares[a * self.len() + b] == FAR
    }

    /// The cuts of one candidate: the other two, and a third of the price.
    pub(super) fn cuts(&self, a: usize) -> &[(u16, u16, i64)] {
        &self.of[a]
    }

    /// What joining a set costs beyond pairs, for the cuts of which exactly one other is in.
    pub(super) fn late(&self, a: usize, inside: &[bool]) -> i64 {
        let one = |&&(b, c, _): &&(u16, u16, i64)| inside[b as usize] != inside[c as usize];
        self.of[a].iter().filter(one).map(|cut| 2 * cut.2).sum()
    }

    /// These candidates, who may all meet `first`, with what they are worth once it is picked.
    pub(super) fn with(&self, first: usize, stay: &[usize]) -> Space {
        let mut space = self.only(stay);
        let row = self.row(first);
        space.profits.iter_mut().zip(stay).for_each(|(profit, &u)| *profit -= row[u]);
        if self.of[first].is_empty() {
            return space;
        }
        let at = |u: u16| stay.binary_search(&(u as usize)).ok().map(|at| at as u16);
        for &(a, b, third) in &self.of[first] {
            let both = [at(a), at(b)];
            // Whoever joins pays it all; if both do, one of them gets it back.
            both.into_iter().flatten().for_each(|u| space.profits[u as usize] -= 2 * third);
            if let [Some(a), Some(b)] = both {
                space.charge(a, b, -6 * third); // of which it bears three
            }
        }
        space
    }

    /// Only these candidates, in ascending order.
    fn only(&self, stay: &[usize]) -> Space {
        fn some<T: Copy>(of: &[T], stay: &[usize]) -> Vec<T> {
            stay.iter().map(|&u| of[u]).collect()
        }
        let n = self.len();
        let square = |of: &[i64]| -> Vec<i64> {
            let mut cells = Vec::with_capacity(stay.len() * stay.len());
            for &a in stay {
                let row = &of[a * n..(a + 1) * n];
                cells.extend(stay.iter().map(|&b| row[b]));
            }
            cells
        };
        let mut space = Space {
            ids: some(&self.ids, stay),
            profits: some(&self.profits, stay),
            region: some(&self.region, stay),
            delegates: some(&self.delegates, stay),
            costs: square(&self.costs),
            shares: square(&self.shares),
            triples: Vec::new(),
            of: Vec::new(),
        };
        let at = |u: &u16| stay.binary_search(&(*u as usize)).ok().map(|at| at as u16);
        for (three, third) in &self.triples {
            let here: Vec<u16> = three.iter().filter_map(at).collect();
            match here[..] {
                [a, b, c] => space.triples.push(([a, b, c], *third)),
                [a, b] => space.charge(a, b, 2 * third),
                _ => {}
            }
        }
        space.index();
        space
    }

    /// Keeps only these candidates, in ascending order.
    pub(super) fn keep(&mut self, stay: &[usize]) {
        if stay.len() < self.len() {
            *self = self.only(stay);
        }
    }

    /// Splits pair costs better and better, and drops who cannot be in a set of `size` above the threshold; an upper
    /// bound on all such sets, or `None` where there is none.
    pub(super) fn tune(
        &mut self,
        size: usize,
        value: i64,
        threshold: i64,
        steps: usize,
        mixing: &Mixing,
    ) -> Option<i64> {
        self.shape(size, value, threshold, steps, mixing, true)
    }

    /// The same, and nobody is dropped.
    pub(super) fn share_out(&mut self, size: usize, threshold: i64, steps: usize, mixing: &Mixing) {
        self.shape(size, 0, threshold, steps, mixing, false);
    }

    /// See [`Space::tune`].
    fn shape(
        &mut self,
        size: usize,
        value: i64,
        threshold: i64,
        steps: usize,
        mixing: &Mixing,
        drops: bool,
    ) -> Option<i64> {
        let mut best = i64::MAX;
        let mut kept: Vec<i64> = Vec::new();
        let mut stretch = 1.0;
        let shrink = if steps > MANY { SHRINK } else { SHRINK_FAST };
        let mut heights = self.heights(size, mixing);
        for step in 0..=steps {
            let mut members: Vec<u16> = (0..self.len() as u16).collect();
            let top = Top::of(&mut members, &heights, &self.region, size, value, mixing)?;
            if top.bound <= threshold {
                return None;
            }
            if top.bound < best {
                best = top.bound;
            } else {
                stretch *= shrink;
            }
            let stays = |&u: &usize| top.may_join(heights[u], self.region[u], threshold);
            let stay: Vec<usize> = (0..self.len()).filter(stays).collect();
            if drops && stay.len() * FEW < self.len() * (FEW - 1) {
                self.keep(&stay);
                kept.clear();
                best = i64::MAX; // of those who are left, with the shares at hand
                heights = self.heights(size, mixing);
                continue;
            }
            if top.bound == best {
                kept.clone_from(&self.shares);
            }
            let length = stretch * (top.bound - threshold) as f64;
            if step == steps || stretch < SHORTEST || !self.shift(&members, size - 1, length, mixing, &mut heights) {
                break;
            }
        }
        if !kept.is_empty() {
            self.shares = kept;
        }
        (best < i64::MAX).then_some(best).or_else(|| {
            let mut members: Vec<u16> = (0..self.len() as u16).collect();
            let top = Top::of(&mut members, &heights, &self.region, size, value, mixing)?;
            Some(top.bound).filter(|&bound| bound > threshold)
        })
    }

    /// What is left of each candidate's profit in a set of `size`, at best.
    fn heights(&self, size: usize, mixing: &Mixing) -> Vec<i64> {
        let (n, others) = (self.len(), size - 1);
        if others == 0 {
            return self.profits.clone();
        }
        if n < size {
            return vec![NOT; n];
        }
        let mut pool = Vec::new();
        (0..n).map(|a| self.height(a, others, mixing, &mut pool)).collect()
    }

    /// The same of one candidate, beside so many others.
    fn height(&self, a: usize, others: usize, mixing: &Mixing, pool: &mut Vec<(i64, u16)>) -> i64 {
        if mixing.is_free() {
            let sum = smallest(self.shares(a).iter().copied(), others);
            return if sum > FAR / 2 { NOT } else { self.profits[a] - sum };
        }
        self.near(a, others, mixing, pool);
        let list = pool.iter().enumerate().map(|(at, &(share, b))| (at, share, self.region[b as usize]));
        mixing.company(self.region[a], others, list).map_or(NOT, |(sum, _)| self.profits[a] - sum)
    }

    /// Those of each region that a candidate may count on, the smallest share first.
    fn near(&self, a: usize, others: usize, mixing: &Mixing, pool: &mut Vec<(i64, u16)>) {
        pool.clear();
        pool.resize(mixing.regions * others, (FAR, 0));
        for (b, (&share, &region)) in (0u16..).zip(self.shares(a).iter().zip(&self.region)) {
            let cap = mixing.beside(region, self.region[a]).clamp(0, others as i64) as usize;
            let least = &mut pool[region as usize * others..region as usize * others + cap];
            if least.last().is_some_and(|&last| (share, b) < last) {
                let mut at = cap - 1;
                while at > 0 && least[at - 1] > (share, b) {
                    least[at] = least[at - 1];
                    at -= 1;
                }
                least[at] = (share, b);
            }
        }
        pool.retain(|&(share, _)| share < FAR);
        pool.sort_unstable();
    }

    /// The company that a candidate counts on: those that cost it least.
    fn nearest(&self, a: usize, others: usize, mixing: &Mixing, pool: &mut Vec<(i64, u16)>) -> Vec<u16> {
        if mixing.is_free() {
            let shares = self.shares(a);
            let mut all: Vec<u16> = (0..self.len() as u16).collect();
            all.select_nth_unstable_by_key(others - 1, |&b| (shares[b as usize], b));
            all.truncate(others);
            return all;
        }
        self.near(a, others, mixing, pool);
        let mut all: Vec<u16> = pool.iter().map(|&(_, b)| b).collect();
        let kept = mixing.choose(&mut all, &self.region, others, Some(self.region[a])).is_some();
        all.truncate(if kept { others } else { 0 });
        all
    }

    /// One subgradient step: who counts on company that does not count on it pays more for it. False where all
    /// company is mutual.
    fn shift(&mut self, top: &[u16], others: usize, length: f64, mixing: &Mixing, heights: &mut [i64]) -> bool {
        let n = self.len();
        if others == 0 {
            return false;
        }
        let mut counts = vec![false; top.len() * n];
        let mut place = vec![usize::MAX; n];
        let mut pool = Vec::new();
        for (at, &a) in top.iter().enumerate() {
            place[a as usize] = at;
            let near = self.nearest(a as usize, others, mixing, &mut pool);
            near.into_iter().for_each(|b| counts[at * n + b as usize] = true);
        }
        let mut lonely: Vec<(usize, usize)> = Vec::new();
        for (at, &a) in top.iter().enumerate() {
            let mutual = |b: usize| place[b] < usize::MAX && counts[place[b] * n + a as usize];
            lonely.extend((0..n).filter(|&b| counts[at * n + b] && !mutual(b)).map(|b| (a as usize, b)));
        }
        if lonely.is_empty() {
            return false;
        }
        let step = (length / lonely.len() as f64).ceil() as i64;
        let mut touched = vec![false; n];
        for (a, b) in lonely {
            self.shares[a * n + b] += step;
            self.shares[b * n + a] -= step;
            (touched[a], touched[b]) = (true, true);
        }
        for a in (0..n).filter(|&a| touched[a]) {
            heights[a] = self.height(a, others, mixing, &mut pool);
        }
        true
    }
}

/// The sum of the smallest so many of these numbers, of which there are at least so many.
fn smallest(of: impl Iterator<Item = i64>, count: usize) -> i64 {
    let mut least = [i64::MAX; MOST_MEMBERS];
    let least = &mut least[..count];
    for one in of {
        if one < least[count - 1] {
            let mut at = count - 1;
            while at > 0 && least[at - 1] > one {
                least[at] = least[at - 1];
                at -= 1;
            }
            least[at] = one;
        }
    }
    least.iter().sum()
}
