//! How much of the hard rules A2 to A7 a state breaks, and how a move changes that.
//!
//! Each breach is a count, 0 where the rule is kept: members too few or too many, delegates likewise, members
//! over a regional cap, regions missing, members with a value too few or too many, pairs that may not meet, pairs too far apart, pairs torn apart; and those who must be
//! placed and are not.

use std::ops::{Add, Neg};

use super::limits::Limits;
use super::state::State;
use crate::problem::ValueIx;

/// Members too few or too many (A2).
pub(super) const SIZE: usize = 0;
/// Delegates too few or too many (A2).
pub(super) const DELEGATES: usize = 1;
/// Members over the cap of their region (A4).
pub(super) const REGION_CAP: usize = 2;
/// Regions missing (A4).
pub(super) const MIXING: usize = 3;
/// Pairs of one municipality, or kept apart, in one network (A3, A6).
pub(super) const RIVALS: usize = 4;
/// Pairs too far apart (A5).
pub(super) const DISTANCE: usize = 5;
/// Pairs torn apart (A6), or that must share a network and do not.
pub(super) const TOGETHER: usize = 6;
/// Those left out who must be placed.
pub(super) const LEFT_OUT: usize = 7;
/// Members with a value of an attribute, too few or too many (A7).
pub(super) const MIX: usize = 8;
/// How many kinds of breach there are.
pub(super) const KINDS: usize = 9;

/// Counts of what is broken, by kind; or how they change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Breach(pub(super) [i64; KINDS]);

impl Breach {
    /// Whether nothing is broken (or nothing changes).
    pub(super) fn is_none(&self) -> bool {
        self.0 == [0; KINDS]
    }

    /// Whether no count grows.
    pub(super) fn is_no_worse(&self) -> bool {
        self.0.iter().all(|&count| count <= 0)
    }

    /// What it is worth.
    pub(super) fn weigh(&self, weights: &[f64; KINDS]) -> f64 {
        self.0.iter().zip(weights).map(|(&count, weight)| count as f64 * weight).sum()
    }
}

impl Add for Breach {
    type Output = Breach;

    fn add(self, other: Breach) -> Breach {
        Breach(std::array::from_fn(|kind| self.0[kind] + other.0[kind]))
    }
}

impl Neg for Breach {
    type Output = Breach;

    fn neg(self) -> Breach {
        Breach(self.0.map(|count| -count))
    }
}

impl Limits {
    /// What a network of so many members, delegates and regions breaks, apart from caps and pairs. A network that
    /// may stay empty is as far from right as it is from empty or from its minimum, whichever is nearer.
    pub(super) fn floors(&self, members: i64, delegates: i64, spans: i64) -> Breach {
        let mut breach = Breach::default();
        breach.0[SIZE] = self.size_breach(members);
        breach.0[DELEGATES] = self.delegates_breach(members, delegates);
        breach.0[MIXING] = self.mixing_breach(members, spans);
        breach
    }

    /// What so many members with each value of the mix break, of so many members.
    pub(super) fn mix_breach(&self, members: i64, with: impl Fn(ValueIx) -> i64) -> i64 {
        if members == 0 && self.may_stay_empty {
            return 0;
        }
        let rows = self.mix.iter().map(|mix| {
            let count = with(mix.value);
            let over = mix.max.map_or(0, |most| (count - i64::from(most)).max(0));
            (i64::from(mix.min) - count).max(0) + over
        });
        rows.sum()
    }

    fn size_breach(&self, members: i64) -> i64 {
        let short = (self.min - members).max(0);
        let short = if self.may_stay_empty { short.min(members) } else { short };
        short + (members - self.max).max(0)
    }

    fn delegates_breach(&self, members: i64, delegates: i64) -> i64 {
        let short = (self.min_delegates - delegates).max(0);
        let short = if self.may_stay_empty && members == 0 { 0 } else { short };
        short + (delegates - self.max_delegates).max(0)
    }

    fn mixing_breach(&self, members: i64, spans: i64) -> i64 {
        if members == 0 { 0 } else { (self.min_regions - spans).max(0) }
    }
}

impl State<'_> {
    /// How a move changes what one network breaks.
    pub(super) fn network_delta(&self, slot: u32, changes: &[(u32, u32)], breach: &mut Breach) {
        let at = slot as usize;
        let limits = &self.track.limits[at];
        let leaves = |&&(e, _): &&(u32, u32)| self.slot(e as usize) == at;
        let comes = |&&(_, to): &&(u32, u32)| to == slot;
        let (mut members, mut delegates) = (self.size(at), self.delegates(at));
        let before = (members, delegates);
        for &(e, _) in changes.iter().filter(leaves) {
            members -= 1;
            delegates -= self.track.delegates[e as usize];
            breach.0[RIVALS] -= self.meets(e as usize, at, changes, true);
        }
        for &(e, _) in changes.iter().filter(comes) {
            members += 1;
            delegates += self.track.delegates[e as usize];
            breach.0[RIVALS] += self.meets(e as usize, at, changes, false);
        }
        if members != before.0 {
            breach.0[SIZE] += limits.size_breach(members) - limits.size_breach(before.0);
        }
        if limits.only_size {
            return;
        }
        breach.0[DELEGATES] +=
            limits.delegates_breach(members, delegates) - limits.delegates_breach(before.0, before.1);
        if limits.by_region() {
            self.region_delta(at, changes, members, breach);
        }
        if !limits.mix.is_empty() {
            let before = limits.mix_breach(before.0, |value| self.with_value(at, value));
            let after = limits.mix_breach(members, |value| {
                let has = |&&(e, _): &&(u32, u32)| self.track.has_value(e as usize, value);
                let moved = changes.iter().filter(has);
                let shift =
                    |&(e, to): &(u32, u32)| i64::from(to as usize == at) - i64::from(self.slot(e as usize) == at);
                self.with_value(at, value) + moved.map(shift).sum::<i64>()
            });
            breach.0[MIX] += after - before;
        }
        if limits.max_km < f64::INFINITY {
            breach.0[DISTANCE] += self.distance_delta(at, changes);
        }
    }

    /// How many members of a slot have a value.
    pub(super) fn with_value(&self, slot: usize, value: ValueIx) -> i64 {
        self.members(slot).iter().filter(|&&e| self.track.has_value(e as usize, value)).count() as i64
    }

    /// How many rivals one who comes meets in a network, or one who leaves met there. Each pair counts once: those
    /// who move with it count where they come earlier in the list.
    fn meets(&self, e: usize, slot: usize, changes: &[(u32, u32)], leaves: bool) -> i64 {
        let mut met = 0;
        for rival in self.track.rivals(e) {
            let moves = changes.iter().position(|&(f, _)| f as usize == rival);
            met += i64::from(match moves {
                None => self.slot(rival) == slot,
                Some(at) => {
                    let with = if leaves { self.slot(rival) == slot } else { changes[at].1 as usize == slot };
                    with && rival < e
                }
            });
        }
        met
    }

    fn region_delta(&self, slot: usize, changes: &[(u32, u32)], members: i64, breach: &mut Breach) {
        let limits = &self.track.limits[slot];
        let mut spans = self.spans(slot);
        let shift = |&(e, to): &(u32, u32)| i64::from(to as usize == slot) - i64::from(self.slot(e as usize) == slot);
        let region = |&(e, _): &(u32, u32)| self.track.region[e as usize];
        for (i, change) in changes.iter().enumerate() {
            if shift(change) == 0 || changes[..i].iter().any(|c| region(c) == region(change) && shift(c) != 0) {
                continue;
            }
            let same = changes[i..].iter().filter(|c| region(c) == region(change));
            let count = self.in_region(slot, region(change) as usize);
            let after = count + same.map(shift).sum::<i64>();
            if limits.per_region < i64::MAX {
                let over = |count: i64| (count - limits.per_region).max(0);
                breach.0[REGION_CAP] += over(after) - over(count);
            }
            spans += i64::from(after > 0) - i64::from(count > 0);
        }
        breach.0[MIXING] +=
            limits.mixing_breach(members, spans) - limits.mixing_breach(self.size(slot), self.spans(slot));
    }

    fn distance_delta(&self, slot: usize, changes: &[(u32, u32)]) -> i64 {
        let max_km = self.track.limits[slot].max_km;
        let far = |e: u32, f: u32| i64::from(self.track.km(e as usize, f as usize) > max_km);
        let mut count = 0;
        for (i, &(e, to)) in changes.iter().enumerate() {
            let (leaves, comes) = (self.slot(e as usize) == slot, to as usize == slot);
            if leaves == comes {
                continue;
            }
            let sign = if comes { 1 } else { -1 };
            let stays = |f: &&u32| !changes.iter().any(|&(g, _)| g == **f);
            count += sign * self.members(slot).iter().filter(stays).map(|&f| far(e, f)).sum::<i64>();
            for &(f, f_to) in &changes[..i] {
                let with = if comes { f_to as usize == slot } else { self.slot(f as usize) == slot };
                count += if with { sign * far(e, f) } else { 0 };
            }
        }
        count
    }

    /// How a move changes the number of pairs that are torn apart.
    pub(super) fn tie_delta(&self, changes: &[(u32, u32)]) -> i64 {
        let home = |&(e, _): &(u32, u32)| self.track.home[e as usize];
        let mut count = 0;
        for (i, change) in changes.iter().enumerate() {
            let a = home(change);
            if changes[..i].iter().any(|c| home(c) == a) {
                continue;
            }
            for &b in self.track.ties(a) {
                if !changes[..i].iter().any(|c| home(c) == b) {
                    count += i64::from(self.torn(a, b, changes)) - i64::from(self.torn(a, b, &[]));
                }
            }
        }
        count
    }

    /// How a move changes the number of those who must be placed and are not.
    pub(super) fn left_out_delta(&self, changes: &[(u32, u32)]) -> i64 {
        let nowhere = self.track.nowhere();
        let must = changes.iter().filter(|(e, _)| self.track.must_be_placed(*e as usize));
        must.map(|&(e, to)| i64::from(to as usize == nowhere) - i64::from(self.slot(e as usize) == nowhere)).sum()
    }

    /// Whether two municipalities that are to be together share no network after these changes: where both are placed, or
    /// where they must.
    pub(super) fn torn(&self, a: u32, b: u32, changes: &[(u32, u32)]) -> bool {
        let nowhere = self.track.nowhere() as u32;
        let slot = |e: &u32| changes.iter().find(|(f, _)| f == e).map_or(self.slots()[*e as usize], |&(_, to)| to);
        let placed = |home: u32| self.track.of_home(home).iter().map(slot).filter(move |&slot| slot != nowhere);
        let both = || placed(a).next().is_some() && placed(b).next().is_some();
        (self.track.must_meet(a, b) || both()) && !placed(a).any(|s| placed(b).any(|t| s == t))
    }

    /// How many pairs are torn apart now.
    pub(super) fn ties_broken(&self) -> i64 {
        let homes = 0..self.track.homes() as u32;
        let pairs = homes.flat_map(|a| self.track.ties(a).iter().map(move |&b| (a, b)).filter(|(a, b)| a < b));
        pairs.map(|(a, b)| i64::from(self.torn(a, b, &[]))).sum()
    }

    /// What the members of one slot break under the limits of another, from scratch.
    pub(super) fn network_breach(&self, slot: usize, limits_of: usize) -> Breach {
        let limits = &self.track.limits[limits_of];
        let members = self.members(slot);
        let mut breach = limits.floors(self.size(slot), self.delegates(slot), self.spans(slot));
        if limits.per_region < i64::MAX {
            let mut regions: Vec<u32> = members.iter().map(|&e| self.track.region[e as usize]).collect();
            regions.sort_unstable();
            let over = |alike: &[u32]| (alike.len() as i64 - limits.per_region).max(0);
            breach.0[REGION_CAP] = regions.chunk_by(u32::eq).map(over).sum();
        }
        breach.0[MIX] = limits.mix_breach(self.size(slot), |value| self.with_value(slot, value));
        let meets = |&e: &u32| self.track.rivals(e as usize).filter(|&f| self.slot(f) == slot).count() as i64;
        breach.0[RIVALS] = members.iter().map(meets).sum::<i64>() / 2;
        if limits.max_km < f64::INFINITY {
            let far = |e: u32, f: u32| self.track.km(e as usize, f as usize) > limits.max_km;
            let pairs = members.iter().enumerate().map(|(i, &e)| members[..i].iter().filter(|&&f| far(e, f)).count());
            breach.0[DISTANCE] = pairs.sum::<usize>() as i64;
        }
        breach
    }
}
