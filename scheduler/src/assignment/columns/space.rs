//! The candidates of a pricing search, numbered from 0, with every pair cost split between its two ends.

use super::ground::Ground;

/// Candidates with profits, pair costs and shares of them.
#[derive(Clone)]
pub(super) struct Space {
    pub(super) ids: Vec<u32>,
    /// What each is worth to the members picked so far.
    pub(super) profits: Vec<i64>,
    pub(super) region: Vec<u32>,
    pub(super) delegates: Vec<i64>,
    /// Pair costs: `[a][b]`.
    costs: Vec<i64>,
    /// What a pays of the cost of the pair a, b; the other pays the rest: `[a][b]`.
    shares: Vec<i64>,
    clash: Vec<bool>,
}

/// For each candidate the others it may meet, the smallest share first.
pub(super) struct Lists {
    of: Vec<Vec<u16>>,
}

impl Space {
    /// All candidates of a class, with these profits; every pair cost is split in halves.
    pub(super) fn whole(ground: &Ground<'_>, class: usize, profits: Vec<i64>) -> Space {
        let class = &ground.classes[class];
        let (ids, n) = (class.candidates.clone(), ground.out.len());
        let cells = || ids.iter().flat_map(|&a| ids.iter().map(move |&b| (a as usize, b as usize)));
        let costs: Vec<i64> = cells().map(|(a, b)| ground.pairs[a * n + b]).collect();
        // An odd unit goes to the later of the two.
        let shares = cells().map(|(a, b)| (ground.pairs[a * n + b] + i64::from(a > b)).div_euclid(2)).collect();
        let clash = cells().map(|(a, b)| a == b || class.clash[a * n + b]).collect();
        let region = ids.iter().map(|&e| ground.track.region[e as usize]).collect();
        let delegates = ids.iter().map(|&e| ground.track.delegates[e as usize]).collect();
        Space { ids, profits, region, delegates, costs, shares, clash }
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The pair costs of one candidate.
    pub(super) fn row(&self, a: usize) -> &[i64] {
        &self.costs[a * self.len()..(a + 1) * self.len()]
    }

    /// Whether two candidates may not meet, or are one.
    pub(super) fn clash(&self, a: usize, b: usize) -> bool {
        self.clash[a * self.len() + b]
    }

    /// The others who may join this one, with what they are worth then.
    pub(super) fn with(&self, first: usize) -> Space {
        let mut space = self.clone();
        let row = self.row(first);
        space.profits.iter_mut().zip(row).for_each(|(profit, cost)| *profit -= cost);
        let stay: Vec<usize> = (0..self.len()).filter(|&u| !self.clash(first, u)).collect();
        space.keep(&stay);
        space
    }

    /// Keeps only these candidates, in this order.
    pub(super) fn keep(&mut self, stay: &[usize]) {
        let n = self.len();
        if stay.len() == n {
            return;
        }
        fn some<T: Copy>(of: &[T], stay: &[usize]) -> Vec<T> {
            stay.iter().map(|&u| of[u]).collect()
        }
        let cells: Vec<usize> = stay.iter().flat_map(|&a| stay.iter().map(move |&b| a * n + b)).collect();
        self.ids = some(&self.ids, stay);
        self.profits = some(&self.profits, stay);
        self.region = some(&self.region, stay);
        self.delegates = some(&self.delegates, stay);
        self.costs = some(&self.costs, &cells);
        self.shares = some(&self.shares, &cells);
        self.clash = some(&self.clash, &cells);
    }

    /// Takes one candidate out.
    pub(super) fn remove(&mut self, gone: usize) {
        let stay: Vec<usize> = (0..self.len()).filter(|&u| u != gone).collect();
        self.keep(&stay);
    }

    /// The weakest candidate of those who may be in a set of `size` above the threshold, once the others are dropped,
    /// and an upper bound on all such sets. `None`: there is no such set.
    pub(super) fn weakest(&mut self, size: usize, value: i64, threshold: i64, caps: &[i64]) -> Option<(usize, i64)> {
        loop {
            let (heights, _) = self.heights(size);
            let top = Top::of(&heights, &self.region, size, value, caps)?;
            if top.bound <= threshold {
                return None;
            }
            let stay: Vec<usize> = (0..self.len()).filter(|&u| top.may_join(heights[u], threshold)).collect();
            if stay.len() == self.len() {
                let weak = (0..self.len()).min_by_key(|&u| heights[u])?;
                return Some((weak, top.bound));
            }
            self.keep(&stay);
        }
    }

    /// Splits pair costs better and better, and drops who cannot be in a set of `size` above the threshold; an upper
    /// bound on all such sets, or `None` where there is none.
    pub(super) fn tune(&mut self, size: usize, value: i64, threshold: i64, steps: usize, caps: &[i64]) -> Option<i64> {
        let mut best = i64::MAX;
        let mut kept: Vec<i64> = Vec::new();
        let mut stretch = 1.0;
        for step in 0..=steps {
            let (heights, near) = self.heights(size);
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
            if step == steps || !self.shift(&top, &near, size - 1, stretch, threshold) {
                break;
            }
        }
        if !kept.is_empty() {
            self.shares = kept;
        }
        (best < i64::MAX).then_some(best).or_else(|| {
            let (heights, _) = self.heights(size);
            Top::of(&heights, &self.region, size, value, caps).map(|top| top.bound).filter(|&bound| bound > threshold)
        })
    }

    /// What is left of each candidate's profit in a set of `size`, at best, and who it would be with.
    fn heights(&self, size: usize) -> (Vec<i64>, Vec<u16>) {
        let (n, others) = (self.len(), size - 1);
        let mut heights = vec![NOT; n];
        let mut near = vec![0u16; n * others];
        let mut pool: Vec<(i64, u16)> = Vec::with_capacity(n);
        for a in 0..n {
            let (shares, clash) = (&self.shares[a * n..(a + 1) * n], &self.clash[a * n..(a + 1) * n]);
            pool.clear();
            pool.extend((0..n).filter(|&b| !clash[b]).map(|b| (shares[b], b as u16)));
            if pool.len() < others {
                continue;
            }
            if others > 0 && pool.len() > others {
                pool.select_nth_unstable(others - 1);
            }
            heights[a] = self.profits[a] - pool[..others].iter().map(|share| share.0).sum::<i64>();
            near[a * others..(a + 1) * others].iter_mut().zip(&pool).for_each(|(near, share)| *near = share.1);
        }
        (heights, near)
    }

    /// One subgradient step: who counts on company that does not count on it pays more for it. False where all
    /// company is mutual.
    fn shift(&mut self, top: &Top, near: &[u16], others: usize, stretch: f64, threshold: i64) -> bool {
        let n = self.len();
        let chosen = |a: usize, b: usize| {
            top.members.contains(&(a as u16)) && near[a * others..(a + 1) * others].contains(&(b as u16))
        };
        let mut lonely: Vec<(usize, usize)> = Vec::new();
        for &a in &top.members {
            let a = a as usize;
            let counted = near[a * others..(a + 1) * others].iter().map(|&b| b as usize);
            lonely.extend(counted.filter(|&b| !chosen(b, a)).map(|b| (a, b)));
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

    /// The lists of all candidates.
    pub(super) fn lists(&self) -> Lists {
        let n = self.len();
        let list = |a: usize| {
            let mut others: Vec<u16> = (0..n as u16).filter(|&b| !self.clash(a, b as usize)).collect();
            others.sort_unstable_by_key(|&b| (self.shares[a * n + b as usize], b));
            others
        };
        Lists { of: (0..n).map(list).collect() }
    }

    /// Drops those of the rest who cannot join a set above the threshold; the weakest of those who stay, or `None`
    /// where no such set is left.
    #[allow(clippy::too_many_arguments)] // one step of the innermost loop
    pub(super) fn prune(
        &self,
        rest: &mut Vec<u16>,
        alive: &mut [bool],
        profits: &[i64],
        lists: &Lists,
        value: i64,
        left: usize,
        threshold: i64,
        caps: &[i64],
    ) -> Option<u16> {
        let mut heights = vec![NOT; self.len()];
        loop {
            if rest.len() < left {
                return None;
            }
            for &u in rest.iter() {
                heights[u as usize] = self.height(u as usize, alive, profits, lists, left - 1);
            }
            let top = Top::among(rest, &heights, &self.region, left, value, caps)?;
            if top.bound <= threshold {
                return None;
            }
            let before = rest.len();
            rest.retain(|&u| {
                let stays = top.may_join(heights[u as usize], threshold);
                alive[u as usize] = stays;
                stays
            });
            if rest.len() == before {
                return rest.iter().copied().min_by_key(|&u| (heights[u as usize], u));
            }
        }
    }

    fn height(&self, u: usize, alive: &[bool], profits: &[i64], lists: &Lists, others: usize) -> i64 {
        let shares = &self.shares[u * self.len()..(u + 1) * self.len()];
        let mut height = profits[u];
        let mut missing = others;
        for &b in &lists.of[u] {
            if missing == 0 {
                break;
            }
            if alive[b as usize] {
                height -= shares[b as usize];
                missing -= 1;
            }
        }
        if missing == 0 { height } else { NOT }
    }
}

impl Lists {
    /// The lists of these candidates, without all others.
    pub(super) fn only(&self, stay: &[u16], space: &Space) -> Lists {
        let mut alive = vec![false; space.len()];
        stay.iter().for_each(|&u| alive[u as usize] = true);
        let mut of = vec![Vec::new(); space.len()];
        for &u in stay {
            of[u as usize] = self.of[u as usize].iter().copied().filter(|&b| alive[b as usize]).collect();
        }
        Lists { of }
    }
}

/// Of one who cannot be in any set.
const NOT: i64 = i64::MIN;

/// The best so many candidates, as if each were free to choose its company.
struct Top {
    members: Vec<u16>,
    /// An upper bound on the value of every set.
    bound: i64,
    /// What the least of them brings.
    least: i64,
}

impl Top {
    fn of(heights: &[i64], region: &[u32], size: usize, value: i64, caps: &[i64]) -> Option<Top> {
        let all: Vec<u16> = (0..heights.len() as u16).collect();
        Top::among(&all, heights, region, size, value, caps)
    }

    /// Greedy, which is right for the best so many with at most so many of each region: a matroid. `None` where there
    /// are not so many.
    fn among(all: &[u16], heights: &[i64], region: &[u32], size: usize, value: i64, caps: &[i64]) -> Option<Top> {
        let mut members: Vec<u16> = all.iter().copied().filter(|&u| heights[u as usize] > NOT).collect();
        if members.len() < size || size == 0 {
            return None;
        }
        let order = |u: &u16| (std::cmp::Reverse(heights[*u as usize]), *u);
        if caps.is_empty() {
            if members.len() > size {
                members.select_nth_unstable_by_key(size - 1, order);
                members.truncate(size);
            }
        } else {
            members.sort_unstable_by_key(order);
            let mut caps = caps.to_vec();
            members.retain(|&u| {
                let left = &mut caps[region[u as usize] as usize];
                *left -= 1;
                *left >= 0
            });
            if members.len() < size {
                return None;
            }
            members.truncate(size);
        }
        let heights = members.iter().map(|&u| heights[u as usize]);
        let (bound, least) = (value + heights.clone().sum::<i64>(), heights.min()?);
        Some(Top { members, bound, least })
    }

    /// Whether one of this height may be in a set above the threshold.
    fn may_join(&self, height: i64, threshold: i64) -> bool {
        height > NOT && self.bound - self.least + height.min(i64::MAX / 4) > threshold
    }
}
