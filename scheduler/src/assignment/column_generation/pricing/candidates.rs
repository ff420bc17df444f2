//! The candidates of a pricing search, numbered from 0, with every pair cost split between its two ends.

use super::super::duals::Duals;
use super::super::instance::Instance;
use super::super::parameters::Subgradient;
use super::region_limits::{RegionLimits, Top};

/// Candidates with profits, pair costs and shares of them.
///
/// A cut on three of them costs a set that holds two or more its dual, once. Where all three are candidates, each of
/// their pairs bears a third of it, which is never more than a set of two or three pays; what is missing is
/// added as members are picked ([`Candidates::late_charge`]).
#[derive(Clone)]
pub struct Candidates {
    pub ids: Vec<u32>,
    /// The reduced profit that each adds to the members picked so far, before its pairs with others.
    pub profits: Vec<i64>,
    pub region: Vec<u32>,
    pub delegates: Vec<i64>,
    /// Pair costs: `[a][b]`.
    costs: Vec<i64>,
    /// The share that a pays of the cost of the pair a, b; the other pays the rest: `[a][b]`. More than any sum, where the
    /// two may not meet, or are one.
    pub shares: Vec<i64>,
    /// Cuts on three candidates each, with a third of their dual.
    triples: Vec<([u16; 3], i64)>,
    /// The cuts of each candidate: the other two, and a third of the dual.
    cuts: Vec<Vec<(u16, u16, i64)>>,
}

/// The share of those who may not meet: sums of few of them stay in range.
const FORBIDDEN: i64 = 1 << 57;
/// The potential of one who cannot be in any set.
pub const IMPOSSIBLE: i64 = i64::MIN / 4;
/// Most members of networks that are priced.
pub const MOST_MEMBERS: usize = 20;

impl Candidates {
    /// These candidates, who may meet as in a class, at these duals and with these own costs. Every pair cost is split in
    /// halves.
    pub fn whole(instance: &Instance<'_>, class: usize, among: &[u32], own: &[i64], duals: &Duals) -> Candidates {
        let class = &instance.classes[class];
        let (ids, n) = (among.to_vec(), instance.out.len());
        let cells = || ids.iter().flat_map(|&a| ids.iter().map(move |&b| (a as usize, b as usize)));
        let costs: Vec<i64> = cells().map(|(a, b)| instance.pairs[a * n + b]).collect();
        let share = |(a, b): (usize, usize)| match a == b || class.clash[a * n + b] {
            true => FORBIDDEN,
            // An odd unit goes to the later of the two.
            false => (instance.pairs[a * n + b] + i64::from(a > b)).div_euclid(2),
        };
        let mut candidates = Candidates {
            profits: ids.iter().map(|&e| duals.cover[e as usize] - own[e as usize]).collect(),
            region: ids.iter().map(|&e| class.groups[e as usize]).collect(),
            delegates: ids.iter().map(|&e| instance.track.delegates[e as usize]).collect(),
            costs,
            shares: cells().map(share).collect(),
            triples: Vec::new(),
            cuts: vec![Vec::new(); ids.len()],
            ids,
        };
        candidates.charge_cuts(instance.out.len(), duals);
        candidates
    }

    /// Charges the cuts.
    fn charge_cuts(&mut self, n: usize, duals: &Duals) {
        let mut at = vec![u16::MAX; n];
        self.ids.iter().enumerate().for_each(|(u, &e)| at[e as usize] = u as u16);
        for (cut, dual) in duals.active_cuts() {
            let here: Vec<u16> = cut.0.iter().map(|&e| at[e as usize]).filter(|&u| u < u16::MAX).collect();
            match here[..] {
                [a, b, c] => {
                    self.triples.push(([a, b, c], dual / 3));
                    [(a, b), (b, c), (a, c)].into_iter().for_each(|(a, b)| self.charge(a, b, dual / 3));
                }
                [a, b] => self.charge(a, b, dual),
                _ => {}
            }
        }
        self.index();
    }

    /// Splits pair costs like this: the share that an enrolment of the track, `n` in all, pays of a pair beyond a half.
    pub fn follow(&mut self, split: &[f32], n: usize) {
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

    /// The split of pair costs.
    pub fn split(&self, n: usize) -> Vec<f32> {
        let mut split = vec![0.0; n * n];
        for (a, &id) in self.ids.iter().enumerate() {
            let row = &mut split[id as usize * n..(id as usize + 1) * n];
            for (b, (share, cost)) in self.shares(a).iter().zip(self.row(a)).enumerate() {
                row[self.ids[b] as usize] = if *share < FORBIDDEN { (share - cost / 2) as f32 } else { 0.0 };
            }
        }
        split
    }

    /// Makes a pair cost more, half for each of the two.
    fn charge(&mut self, a: u16, b: u16, cost: i64) {
        let (n, a, b) = (self.len(), a as usize, b as usize);
        let half = cost.div_euclid(2);
        for (at, share) in [(a * n + b, half), (b * n + a, cost - half)] {
            self.costs[at] += cost;
            self.shares[at] = (self.shares[at] + share).min(FORBIDDEN);
            if self.shares[at] > FORBIDDEN / 2 {
                self.shares[at] = FORBIDDEN;
            }
        }
    }

    fn index(&mut self) {
        self.cuts = vec![Vec::new(); self.len()];
        for &([a, b, c], third) in &self.triples {
            for (u, v, w) in [(a, b, c), (b, a, c), (c, a, b)] {
                self.cuts[u as usize].push((v, w, third));
            }
        }
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// The pair costs of one candidate.
    pub fn row(&self, a: usize) -> &[i64] {
        &self.costs[a * self.len()..(a + 1) * self.len()]
    }

    /// The shares that one candidate pays of its pairs.
    pub fn shares(&self, a: usize) -> &[i64] {
        &self.shares[a * self.len()..(a + 1) * self.len()]
    }

    /// Tells whether two candidates may not meet, or are one.
    pub fn clash(&self, a: usize, b: usize) -> bool {
        self.shares[a * self.len() + b] == FORBIDDEN
    }

    /// The cuts of one candidate: the other two, and a third of the dual.
    pub fn cuts(&self, a: usize) -> &[(u16, u16, i64)] {
        &self.cuts[a]
    }

    /// The charge for joining a set beyond pairs, for the cuts of which exactly one other is in.
    pub fn late_charge(&self, a: usize, inside: &[bool]) -> i64 {
        let one = |&&(b, c, _): &&(u16, u16, i64)| inside[b as usize] != inside[c as usize];
        self.cuts[a].iter().filter(one).map(|cut| 2 * cut.2).sum()
    }

    /// These candidates, who may all meet `first`, with their profits once it is picked.
    pub fn with(&self, first: usize, stay: &[usize]) -> Candidates {
        let mut candidates = self.only(stay);
        let row = self.row(first);
        candidates.profits.iter_mut().zip(stay).for_each(|(profit, &u)| *profit -= row[u]);
        if self.cuts[first].is_empty() {
            return candidates;
        }
        let at = |u: u16| stay.binary_search(&(u as usize)).ok().map(|at| at as u16);
        for &(a, b, third) in &self.cuts[first] {
            let both = [at(a), at(b)];
            // Whoever joins pays it all; if both do, one of them gets it back.
            both.into_iter().flatten().for_each(|u| candidates.profits[u as usize] -= 2 * third);
            if let [Some(a), Some(b)] = both {
                candidates.charge(a, b, -6 * third); // of which it bears three
            }
        }
        candidates
    }

    /// Only these candidates, in ascending order.
    fn only(&self, stay: &[usize]) -> Candidates {
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
        let mut candidates = Candidates {
            ids: some(&self.ids, stay),
            profits: some(&self.profits, stay),
            region: some(&self.region, stay),
            delegates: some(&self.delegates, stay),
            costs: square(&self.costs),
            shares: square(&self.shares),
            triples: Vec::new(),
            cuts: Vec::new(),
        };
        let at = |u: &u16| stay.binary_search(&(*u as usize)).ok().map(|at| at as u16);
        for (three, third) in &self.triples {
            let here: Vec<u16> = three.iter().filter_map(at).collect();
            match here[..] {
                [a, b, c] => candidates.triples.push(([a, b, c], *third)),
                [a, b] => candidates.charge(a, b, 2 * third),
                _ => {}
            }
        }
        candidates.index();
        candidates
    }

    /// Keeps only these candidates, in ascending order.
    pub fn keep(&mut self, stay: &[usize]) {
        if stay.len() < self.len() {
            *self = self.only(stay);
        }
    }

    /// Splits pair costs better and better (the subgradient method), and drops who cannot be in any of these sets: an upper
    /// bound on all of them, or `None` where there is none.
    pub fn tune(&mut self, sets: &Sets<'_>, steps: usize, parameters: &Subgradient) -> Option<i64> {
        self.ascend(sets, steps, parameters, true)
    }

    /// The same, and nobody is dropped.
    pub fn share_out(&mut self, sets: &Sets<'_>, steps: usize, parameters: &Subgradient) {
        self.ascend(sets, steps, parameters, false);
    }

    /// See [`Candidates::tune`].
    fn ascend(&mut self, sets: &Sets<'_>, steps: usize, parameters: &Subgradient, drops: bool) -> Option<i64> {
        let Sets { size, value, threshold, regional } = *sets;
        let mut best = i64::MAX;
        let mut kept: Vec<i64> = Vec::new();
        let mut stretch = 1.0;
        let shrink = if steps > parameters.many_steps { parameters.shrink } else { parameters.shrink_fast };
        let mut potentials = self.potentials(size, regional);
        for step in 0..=steps {
            let mut members: Vec<u16> = (0..self.len() as u16).collect();
            let top = Top::of(&mut members, &potentials, &self.region, size, value, regional)?;
            if top.bound <= threshold {
                return None;
            }
            if top.bound < best {
                best = top.bound;
            } else {
                stretch *= shrink;
            }
            let stays = |&u: &usize| top.may_join(potentials[u], self.region[u], threshold);
            let stay: Vec<usize> = (0..self.len()).filter(stays).collect();
            if drops && stay.len() * parameters.drop_part < self.len() * (parameters.drop_part - 1) {
                self.keep(&stay);
                kept.clear();
                best = i64::MAX; // of those who are left, with the shares at hand
                potentials = self.potentials(size, regional);
                continue;
            }
            if top.bound == best {
                kept.clone_from(&self.shares);
            }
            let length = stretch * (top.bound - threshold) as f64;
            let short = stretch < parameters.shortest;
            if step == steps || short || !self.shift(&members, size - 1, length, regional, &mut potentials) {
                break;
            }
        }
        if !kept.is_empty() {
            self.shares = kept;
        }
        (best < i64::MAX).then_some(best).or_else(|| {
            let mut members: Vec<u16> = (0..self.len() as u16).collect();
            let top = Top::of(&mut members, &potentials, &self.region, size, value, regional)?;
            Some(top.bound).filter(|&bound| bound > threshold)
        })
    }

    /// The potential of each candidate: the most that is left of its profit in a set of `size`.
    fn potentials(&self, size: usize, regional: &RegionLimits) -> Vec<i64> {
        let (n, others) = (self.len(), size - 1);
        if others == 0 {
            return self.profits.clone();
        }
        if n < size {
            return vec![IMPOSSIBLE; n];
        }
        let mut pool = Vec::new();
        (0..n).map(|a| self.potential(a, others, regional, &mut pool)).collect()
    }

    /// The same of one candidate, beside so many others.
    fn potential(&self, a: usize, others: usize, regional: &RegionLimits, pool: &mut Vec<(i64, u16)>) -> i64 {
        if regional.is_free() {
            let sum = smallest(self.shares(a).iter().copied(), others);
            return if sum > FORBIDDEN / 2 { IMPOSSIBLE } else { self.profits[a] - sum };
        }
        self.near(a, others, regional, pool);
        let list = pool.iter().enumerate().map(|(at, &(share, b))| (at, share, self.region[b as usize]));
        regional.company(self.region[a], others, list).map_or(IMPOSSIBLE, |(sum, _)| self.profits[a] - sum)
    }

    /// Those of each region that a candidate may count on, the smallest share first.
    fn near(&self, a: usize, others: usize, regional: &RegionLimits, pool: &mut Vec<(i64, u16)>) {
        pool.clear();
        pool.resize(regional.count * others, (FORBIDDEN, 0));
        for (b, (&share, &region)) in (0u16..).zip(self.shares(a).iter().zip(&self.region)) {
            let cap = regional.beside(region, self.region[a]).clamp(0, others as i64) as usize;
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
        pool.retain(|&(share, _)| share < FORBIDDEN);
        pool.sort_unstable();
    }

    /// The company that a candidate counts on: those that cost it least.
    fn nearest(&self, a: usize, others: usize, regional: &RegionLimits, pool: &mut Vec<(i64, u16)>) -> Vec<u16> {
        if regional.is_free() {
            let shares = self.shares(a);
            let mut all: Vec<u16> = (0..self.len() as u16).collect();
            all.select_nth_unstable_by_key(others - 1, |&b| (shares[b as usize], b));
            all.truncate(others);
            return all;
        }
        self.near(a, others, regional, pool);
        let mut all: Vec<u16> = pool.iter().map(|&(_, b)| b).collect();
        let kept = regional.choose(&mut all, &self.region, others, Some(self.region[a])).is_some();
        all.truncate(if kept { others } else { 0 });
        all
    }

    /// One subgradient step: who counts on company that does not count on it pays more for it. False where all
    /// company is mutual.
    fn shift(
        &mut self,
        top: &[u16],
        others: usize,
        length: f64,
        regional: &RegionLimits,
        potentials: &mut [i64],
    ) -> bool {
        let n = self.len();
        if others == 0 {
            return false;
        }
        let mut counts = vec![false; top.len() * n];
        let mut place = vec![usize::MAX; n];
        let mut pool = Vec::new();
        for (at, &a) in top.iter().enumerate() {
            place[a as usize] = at;
            let near = self.nearest(a as usize, others, regional, &mut pool);
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
            potentials[a] = self.potential(a, others, regional, &mut pool);
        }
        true
    }
}

/// The sets that are looked for.
#[derive(Clone, Copy)]
pub struct Sets<'r> {
    /// Members beside those picked.
    pub size: usize,
    /// The reduced profit of those picked.
    pub value: i64,
    /// The reduced profit that a set must be above.
    pub threshold: i64,
    pub regional: &'r RegionLimits,
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
