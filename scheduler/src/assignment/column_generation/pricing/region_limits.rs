//! Limits of regions in the bounds of pricing: at most so many members of a network from one region, and at least so many regions.

use super::candidates::{IMPOSSIBLE, MOST_MEMBERS};

/// Most regions, as they are kept in the bits of a word; where there are more, nothing is asked of their number.
const MOST_REGIONS: usize = 64;

/// Limits on those who may still join a set.
#[derive(Clone, Debug, Default)]
pub struct RegionLimits {
    /// The number of regions.
    pub count: usize,
    /// Members who may still come from each region; empty where that does not matter.
    room: Vec<i64>,
    /// The regions that members come from.
    seen: u64,
    /// Regions that all members together must come from.
    least: u32,
}

impl RegionLimits {
    /// Limits of a set with members of these regions already: at most so many from each, by region (empty: any number), at least
    /// `least` regions of all. A region stands for whatever members are counted by.
    pub fn new(regions: usize, caps: &[i64], least: i64, picked: impl Iterator<Item = u32> + Clone) -> RegionLimits {
        let counted = regions <= MOST_REGIONS;
        // One region is no demand.
        let least = if counted && least > 1 { least.min(MOST_REGIONS as i64 + 1) as u32 } else { 0 };
        let mut regional = RegionLimits { count: regions, least, ..RegionLimits::default() };
        if !caps.is_empty() && counted {
            regional.room = caps.to_vec();
            picked.clone().for_each(|region| regional.room[region as usize] -= 1);
        }
        if regional.least > 0 {
            picked.for_each(|region| regional.seen |= 1 << region);
        }
        regional
    }

    /// Tells whether regions do not matter.
    pub fn is_free(&self) -> bool {
        self.room.is_empty() && self.least == 0
    }

    /// Tells whether no more may come from this region.
    pub fn full(&self, region: u32) -> bool {
        self.room.get(region as usize).is_some_and(|&left| left <= 0)
    }

    /// Members of a region who may be with somebody of another, or the same one.
    pub fn beside(&self, region: u32, of: u32) -> i64 {
        self.room.get(region as usize).map_or(i64::MAX, |left| left - i64::from(region == of))
    }

    /// The regions of the members and of one more.
    fn seen_with(&self, mine: u32) -> u64 {
        if self.least > 0 { self.seen | 1 << mine } else { 0 }
    }

    /// Puts the first so many of some members that keep the caps in front, or fewer of them and behind them the first of as
    /// many more regions as are missing; how many the former are, and their regions. `None` where there are not enough.
    /// `beside`: the region of one more who is in.
    pub fn choose(
        &self,
        members: &mut [u16],
        region: &[u32],
        size: usize,
        beside: Option<u32>,
    ) -> Option<(usize, u64)> {
        let mut chosen = [0u8; MOST_REGIONS];
        let mut seen = beside.map_or(self.seen, |mine| self.seen_with(mine));
        if let (Some(mine), false) = (beside, self.room.is_empty()) {
            chosen[mine as usize] = 1;
        }
        let (mut count, mut at) = (0, 0);
        while count < size {
            let mine = region[*members.get(at)? as usize];
            let taken = self.room.is_empty() || i64::from(chosen[mine as usize]) < self.room[mine as usize];
            if taken {
                if !self.room.is_empty() {
                    chosen[mine as usize] += 1;
                }
                if self.least > 0 {
                    seen |= 1 << mine;
                }
                members[count] = members[at];
                count += 1;
            }
            at += 1;
        }
        let (mut all, mut kept) = (seen, size);
        while all.count_ones() < self.least {
            let more = *members.get(at)?;
            let mine = region[more as usize];
            if all >> mine & 1 == 0 && !self.full(mine) {
                kept = kept.checked_sub(1)?;
                all |= 1 << mine;
                members[kept] = more;
            }
            at += 1;
        }
        Some((kept, seen))
    }

    /// The least sum of so many shares out of a list in ascending order, with their regions, that company for one of
    /// region `mine` can have; and the place in the list behind the last that counts. `None` where there is no such
    /// company.
    ///
    /// The smallest that keep the caps are best (a matroid). Where they come from too few regions by k, any company has
    /// k members of k more regions: the k smallest of those and the smallest of what else is taken cost no more.
    pub fn company(
        &self,
        mine: u32,
        others: usize,
        list: impl Iterator<Item = (usize, i64, u32)>,
    ) -> Option<(i64, usize)> {
        let mut picks = [0; MOST_MEMBERS];
        let (mut count, mut end) = (0, 0);
        let mut chosen = [0u8; MOST_REGIONS];
        let mut seen = self.seen_with(mine);
        let mut list = list;
        while count < others {
            let (at, share, region) = list.next()?;
            if !self.room.is_empty() {
                let chosen = &mut chosen[region as usize];
                if i64::from(*chosen) >= self.beside(region, mine) {
                    continue;
                }
                *chosen += 1;
            }
            if self.least > 0 {
                seen |= 1 << region;
            }
            (picks[count], end) = (share, at + 1);
            count += 1;
        }
        let mut sum: i64 = picks[..count].iter().sum();
        while seen.count_ones() < self.least {
            let (at, share, region) = list.next()?;
            if seen >> region & 1 == 0 && self.beside(region, mine) > 0 {
                count = count.checked_sub(1)?;
                sum += share - picks[count];
                (seen, end) = (seen | 1 << region, at + 1);
            }
        }
        Some((sum, end))
    }
}

/// The best so many of some candidates, as if each were free to choose its company: a relaxation of their sets.
pub struct Top {
    /// An upper bound on the reduced profit of every set.
    pub bound: i64,
    /// The least potential of those from regions that the others do not need.
    least: i64,
    /// These regions.
    seen: u64,
    /// The least potential of all.
    last: i64,
}

impl Top {
    /// Leaves the best so many of these candidates, by potential; `None` where there is no set of so many. The best that keep
    /// the caps are best (a matroid); where they come from too few regions by k, any set has k members of k more regions.
    pub fn of(
        members: &mut Vec<u16>,
        potentials: &[i64],
        region: &[u32],
        size: usize,
        value: i64,
        regional: &RegionLimits,
    ) -> Option<Top> {
        members.retain(|&u| potentials[u as usize] > IMPOSSIBLE);
        if members.len() < size || size == 0 {
            return None;
        }
        let order = |u: &u16| (std::cmp::Reverse(potentials[*u as usize]), *u);
        let (mut kept, mut seen) = (size, 0);
        if regional.is_free() {
            if members.len() > size {
                members.select_nth_unstable_by_key(size - 1, order);
            }
        } else {
            members.sort_unstable_by_key(order);
            (kept, seen) = regional.choose(members, region, size, None)?;
        }
        members.truncate(size);
        let brings = |members: &[u16]| members.iter().map(|&u| potentials[u as usize]).min();
        let last = brings(members)?;
        let least = brings(&members[..kept]).unwrap_or(last);
        let bound = value + members.iter().map(|&u| potentials[u as usize]).sum::<i64>();
        Some(Top { bound, least, seen: if kept < size { seen } else { 0 }, last })
    }

    /// Tells whether one of this potential and region may be in a set above the threshold.
    pub fn may_join(&self, potential: i64, region: u32, threshold: i64) -> bool {
        let needed = region as usize >= MOST_REGIONS || self.seen >> region & 1 == 0;
        potential > IMPOSSIBLE && self.bound - (if needed { self.last } else { self.least }) + potential > threshold
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Numbers with regions in ascending order, and limits on them.
    fn sample(seed: u64) -> (Vec<(i64, u32)>, RegionLimits, usize) {
        let mut chance = Random::new(seed);
        let mut list: Vec<(i64, u32)> =
            (0..3 + chance.below(7)).map(|_| (chance.below(30) as i64, chance.below(4) as u32)).collect();
        list.sort_unstable();
        let picked: Vec<u32> = (0..chance.below(3)).map(|_| chance.below(4) as u32).collect();
        let caps = if chance.below(3) == 0 { Vec::new() } else { vec![1 + chance.below(3) as i64; 4] };
        let regional = RegionLimits::new(4, &caps, chance.below(5) as i64, picked.iter().copied());
        (list, regional, 1 + chance.below(4))
    }

    /// Every choice of so many that keeps the caps and has regions enough: its sum.
    fn sums(list: &[(i64, u32)], regional: &RegionLimits, mine: Option<u32>, size: usize) -> Vec<i64> {
        let choices = (0u32..1 << list.len()).filter(|mask| mask.count_ones() as usize == size);
        let chosen = choices.map(|mask| (0..list.len()).filter(|at| mask >> at & 1 == 1).map(|at| list[at]).collect());
        let sound = |chosen: &Vec<(i64, u32)>| {
            let count = |region: u32| chosen.iter().filter(|one| one.1 == region).count() as i64;
            let room = |region: u32| mine.map_or(regional.beside(region, 9), |mine| regional.beside(region, mine));
            let regions = (0..4).filter(|&r| regional.seen >> r & 1 == 1 || mine == Some(r) || count(r) > 0).count();
            (0..4).all(|region| count(region) <= room(region).max(0)) && regions as u32 >= regional.least
        };
        chosen.filter(sound).map(|chosen| chosen.iter().map(|one| one.0).sum()).collect()
    }

    #[test]
    fn no_company_costs_less_than_what_is_counted_on() {
        let (mut exact, mut short) = (0, 0);
        for seed in 0..2_000 {
            let (list, regional, size) = sample(seed);
            let mine = (seed % 4) as u32;
            let numbered = list.iter().enumerate().map(|(at, &(share, region))| (at, share, region));
            let counted = regional.company(mine, size, numbered).map(|(sum, _)| sum);
            let Some(least) = sums(&list, &regional, Some(mine), size).into_iter().min() else { continue };
            assert!(counted.is_some_and(|sum| sum <= least), "seed {seed}: {counted:?}, yet {least}");
            *(if counted == Some(least) { &mut exact } else { &mut short }) += 1;
        }
        assert!(exact > 500 && short < exact / 5, "{exact} exact, {short} short");
    }

    #[test]
    fn no_set_brings_more_than_the_best_so_many() {
        let mut exact = 0;
        for seed in 0..2_000 {
            let (list, regional, size) = sample(seed);
            let Some(most) = sums(&list, &regional, None, size).into_iter().max() else { continue };
            let (potentials, region): (Vec<i64>, Vec<u32>) = list.iter().copied().unzip();
            let mut members: Vec<u16> = (0..list.len() as u16).collect();
            let top = Top::of(&mut members, &potentials, &region, size, 0, &regional).expect("there is a set");
            assert!(top.bound >= most, "seed {seed}: {} is below {most}", top.bound);
            exact += usize::from(top.bound == most);
        }
        assert!(exact > 500, "{exact}: shows too little");
    }
}
