//! The candidates of a pricing search, numbered from 0, with every pair cost split between its two ends.

use super::ground::Ground;
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
/// Networks with more members are not priced.
pub(super) const MOST_MEMBERS: usize = 20;

impl Space {
    /// All candidates of a class, at these prices and with these own costs; every pair cost is split in halves.
    pub(super) fn whole(ground: &Ground<'_>, class: usize, own: &[i64], prices: &Prices) -> Space {
        let class = &ground.classes[class];
        let (ids, n) = (class.candidates.clone(), ground.out.len());
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
    pub(super) fn tune(&mut self, size: usize, value: i64, threshold: i64, steps: usize, caps: &[i64]) -> Option<i64> {
        let mut best = i64::MAX;
        let mut kept: Vec<i64> = Vec::new();
        let mut stretch = 1.0;
        for step in 0..=steps {
            let heights = self.heights(size, caps);
            let top = Top::of(&heights, &self.region, size, value, caps)?;
            if top.bound <= threshold {
                return None;
            }
            if top.bound < best {
                best = top.bound;
            } else {
                stretch *= 0.7;
            }
            let stay: Vec<usize> = (0..self.len()).filter(|&u| top.may_join(heights[u], threshold)).collect();
            if stay.len() < self.len() {
                self.keep(&stay);
                kept.clear();
                best = i64::MAX; // of those who are left, with the shares at hand
                continue;
            }
            if top.bound == best {
                kept.clone_from(&self.shares);
            }
            if step == steps || !self.shift(&top, size - 1, stretch, threshold, caps) {
                break;
            }
        }
        if !kept.is_empty() {
            self.shares = kept;
        }
        (best < i64::MAX).then_some(best).or_else(|| {
            let heights = self.heights(size, caps);
            Top::of(&heights, &self.region, size, value, caps).map(|top| top.bound).filter(|&bound| bound > threshold)
        })
    }

    /// What is left of each candidate's profit in a set of `size`, at best.
    fn heights(&self, size: usize, caps: &[i64]) -> Vec<i64> {
        let (n, others) = (self.len(), size - 1);
        if others == 0 {
            return self.profits.clone();
        }
        if n < size {
            return vec![NOT; n];
        }
        let mut pool = Vec::new();
        let mut height = |a: usize| {
            let sum = match caps.is_empty() {
                true => smallest(self.shares(a).iter().copied(), others),
                false => self.smallest_mixed(a, others, caps, &mut pool),
            };
            if sum > FAR / 2 { NOT } else { self.profits[a] - sum }
        };
        (0..n).map(&mut height).collect()
    }

    /// The sum of the smallest so many shares of a candidate, at most so many of each region; more than any sum, where
    /// there are too few.
    fn smallest_mixed(&self, a: usize, others: usize, caps: &[i64], pool: &mut Vec<i64>) -> i64 {
        let most = caps.iter().copied().max().unwrap_or(0).clamp(0, others as i64) as usize;
        pool.clear();
        pool.resize(caps.len() * most, FAR);
        for (&share, &region) in self.shares(a).iter().zip(&self.region) {
            let cap = room(caps, region, self.region[a]).clamp(0, most as i64) as usize;
            let least = &mut pool[region as usize * most..region as usize * most + cap];
            if least.last().is_some_and(|&last| share < last) {
                let mut at = cap - 1;
                while at > 0 && least[at - 1] > share {
                    least[at] = least[at - 1];
                    at -= 1;
                }
                least[at] = share;
            }
        }
        if pool.len() < others { FAR } else { smallest(pool.iter().copied(), others) }
    }

    /// The same as a list, in no particular order.
    fn nearest(&self, a: usize, others: usize, caps: &[i64]) -> Vec<u16> {
        let shares = self.shares(a);
        let mut pool: Vec<u16> = (0..self.len() as u16).collect();
        if caps.is_empty() {
            pool.select_nth_unstable_by_key(others - 1, |&b| (shares[b as usize], b));
        } else {
            pool.sort_unstable_by_key(|&b| (shares[b as usize], b));
            let mut caps = caps.to_vec();
            caps[self.region[a] as usize] -= 1;
            pool.retain(|&b| {
                let left = &mut caps[self.region[b as usize] as usize];
                *left -= 1;
                *left >= 0
            });
        }
        pool.truncate(others);
        pool
    }

    /// One subgradient step: who counts on company that does not count on it pays more for it. False where all
    /// company is mutual.
    fn shift(&mut self, top: &Top, others: usize, stretch: f64, threshold: i64, caps: &[i64]) -> bool {
        let n = self.len();
        if others == 0 {
            return false;
        }
        let mut counts = vec![false; top.members.len() * n];
        let mut place = vec![usize::MAX; n];
        for (at, &a) in top.members.iter().enumerate() {
            place[a as usize] = at;
            let near = self.nearest(a as usize, others, caps);
            near.into_iter().for_each(|b| counts[at * n + b as usize] = true);
        }
        let mut lonely: Vec<(usize, usize)> = Vec::new();
        for (at, &a) in top.members.iter().enumerate() {
            let mutual = |b: usize| place[b] < usize::MAX && counts[place[b] * n + a as usize];
            lonely.extend((0..n).filter(|&b| counts[at * n + b] && !mutual(b)).map(|b| (a as usize, b)));
        }
        if lonely.is_empty() {
            return false;
        }
        let step = (stretch * (top.bound - threshold) as f64 / lonely.len() as f64).ceil() as i64;
        for (a, b) in lonely {
            self.shares[a * n + b] += step;
            self.shares[b * n + a] -= step;
        }
        true
    }
}

/// How many of a region may be with somebody of another, or the same one.
pub(super) fn room(caps: &[i64], region: u32, of: u32) -> i64 {
    caps[region as usize] - i64::from(region == of)
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

/// The company of somebody as it is chosen, at most so many of each region.
pub(super) struct Mix<'a> {
    caps: &'a [i64],
    mine: u32,
    /// How many of each region are chosen; beyond so many regions nothing is counted, and all may come.
    chosen: [u8; MOST_REGIONS],
}

/// Most regions that are counted.
const MOST_REGIONS: usize = 64;

impl<'a> Mix<'a> {
    /// Nobody yet, beside one of a region. Without caps all may come.
    pub(super) fn new(caps: &'a [i64], mine: u32) -> Mix<'a> {
        Mix { caps, mine, chosen: [0; MOST_REGIONS] }
    }

    /// Takes one more of a region, unless it has enough.
    pub(super) fn takes(&mut self, region: u32) -> bool {
        if self.caps.is_empty() || region as usize >= MOST_REGIONS {
            return true;
        }
        let chosen = &mut self.chosen[region as usize];
        let free = i64::from(*chosen) < room(self.caps, region, self.mine);
        *chosen += u8::from(free);
        free
    }
}

/// The best so many candidates, as if each were free to choose its company.
pub(super) struct Top {
    members: Vec<u16>,
    /// An upper bound on the value of every set.
    pub(super) bound: i64,
    /// What the least of them brings.
    least: i64,
}

impl Top {
    /// Of all candidates.
    pub(super) fn of(heights: &[i64], region: &[u32], size: usize, value: i64, caps: &[i64]) -> Option<Top> {
        let mut members: Vec<u16> = (0..heights.len() as u16).collect();
        let (bound, least) = top(&mut members, heights, region, size, value, caps)?;
        Some(Top { members, bound, least })
    }

    /// What the best but the last two of them bring.
    pub(super) fn best_but_two(&self, heights: &[i64]) -> i64 {
        let mut best: Vec<i64> = self.members.iter().map(|&u| heights[u as usize]).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.iter().take(best.len().saturating_sub(2)).sum()
    }

    /// Whether one of this height may be in a set above the threshold.
    pub(super) fn may_join(&self, height: i64, threshold: i64) -> bool {
        height > NOT && self.bound - self.least + height > threshold
    }
}

/// Leaves the best so many of these members, and tells an upper bound on the value of every set of so many, and what the
/// least of the best brings. Greedy, which is right for the best so many with at most so many of each region: a matroid.
/// `None` where there are not so many.
pub(super) fn top(
    members: &mut Vec<u16>,
    heights: &[i64],
    region: &[u32],
    size: usize,
    value: i64,
    caps: &[i64],
) -> Option<(i64, i64)> {
    members.retain(|&u| heights[u as usize] > NOT);
    if members.len() < size || size == 0 {
        return None;
    }
    let order = |u: &u16| (std::cmp::Reverse(heights[*u as usize]), *u);
    if caps.is_empty() {
        if members.len() > size {
            members.select_nth_unstable_by_key(size - 1, order);
        }
    } else {
        members.sort_unstable_by_key(order);
        let mut count = 0;
        for at in 0..members.len() {
            let mine = region[members[at] as usize];
            let same = members[..count].iter().filter(|&&u| region[u as usize] == mine).count() as i64;
            if count < size && same < caps[mine as usize] {
                members.swap(count, at);
                count += 1;
            }
        }
        if count < size {
            return None;
        }
    }
    members.truncate(size);
    let heights = members.iter().map(|&u| heights[u as usize]);
    Some((value + heights.clone().sum::<i64>(), heights.min()?))
}
