//! Who hosts which set of a family: a matching, since what a member costs depends on the set that it hosts alone.

use super::super::calendar::{AWAY, DayIx};
use super::super::matching;
use super::families::{BUILT_PER_KEPT, Family, Listed};
use super::member::Member;
use super::view::View;
use crate::effort::Budget;

/// Chooses families and hosts.
pub(super) struct Choosing<'a> {
    view: &'a View<'a>,
    listed: &'a [Listed],
    members: &'a [Member<'a>],
    slack: f64,
    /// The hostings that are to be matched.
    units: Vec<usize>,
    /// What these cost at least, whoever comes.
    pub(super) least: f64,
    /// Cost, and days of the hostings' guests.
    pub(super) best: Option<(f64, Vec<DayIx>)>,
    /// How often hosts were matched.
    pub(super) pairs: u64,
    most: u64,
    budget: &'a Budget<'a>,
}

impl<'a> Choosing<'a> {
    /// With nothing chosen yet.
    pub(super) fn new(
        view: &'a View<'a>,
        listed: &'a [Listed],
        members: &'a [Member<'a>],
        slack: f64,
        most: u64,
        budget: &'a Budget<'a>,
    ) -> Choosing<'a> {
        let (units, least) = ((0..view.units.len()).collect(), f64::INFINITY);
        Choosing { view, listed, members, slack, units, least, best: None, pairs: 0, most, budget }
    }

    /// The best families of the blocks with their hosts. `false` where it is too much.
    pub(super) fn choose(&mut self, families: &[Vec<Family>]) -> bool {
        match self.view.per_round {
            Some(_) => self.combine(families, &mut Vec::new(), 0.0, self.view.units.len()),
            None => self.each_by_itself(families),
        }
    }

    /// The same of some families that need not fit: they prove nothing.
    pub(super) fn try_beyond(&mut self, families: &[Vec<Family>]) {
        let (least, pairs) = (self.least, self.pairs);
        (self.slack, self.pairs) = (f64::INFINITY, 0);
        self.choose(families);
        (self.least, self.pairs) = (least, pairs + self.pairs);
    }

    /// A family of each block, so many hostings in all. `false` where it is too much.
    fn combine<'f>(&mut self, blocks: &'f [Vec<Family>], chosen: &mut Vec<&'f Family>, over: f64, left: usize) -> bool {
        let Some((families, rest)) = blocks.split_first() else {
            if left == 0 {
                self.match_hosts(chosen);
            }
            return !self.too_many();
        };
        for family in families.iter().filter(|family| family.sets.len() <= left) {
            if over + family.over > self.slack {
                break;
            }
            chosen.push(family);
            let whole = self.combine(rest, chosen, over + family.over, left - family.sets.len());
            chosen.pop();
            if !whole {
                return false;
            }
        }
        true
    }

    /// Hosts and guests of these families, one of each block.
    fn match_hosts(&mut self, families: &[&Family]) {
        self.pairs += 1;
        let cost: f64 = families.iter().map(|family| family.guests).sum();
        if self.best.as_ref().is_some_and(|best| cost >= best.0 - 1e-9) {
            return;
        }
        let matrix: Vec<f64> = families.iter().flat_map(|family| &family.hosts).copied().collect();
        let sets = matrix.len() / self.units.len().max(1);
        let Some((hosting, hosts)) = matching::cheapest(&matrix, sets, self.units.len()) else { return };
        self.least = self.least.min(cost + hosting);
        if self.best.as_ref().is_none_or(|best| cost + hosting < best.0 - 1e-9) {
            let days = self.slots(families, &hosts);
            // A visit that nobody comes to is none.
            if days.chunks(self.members.len() - 1).all(|guests| guests.iter().any(|&day| day != AWAY)) {
                self.best = Some((cost + hosting, days));
            }
        }
    }

    /// The days of the network's slots when the sets have these hosts.
    fn slots(&self, families: &[&Family], hosts: &[usize]) -> Vec<DayIx> {
        let mut days = vec![vec![AWAY; self.members.len()]; self.units.len()];
        let host = |set: usize| self.view.units[self.units[hosts[set]]].host;
        let mut first = 0;
        for family in families {
            let here = first..first + family.sets.len();
            first = here.end;
            let of_block: Vec<&[usize]> = family.sets.iter().map(|&set| self.listed[set].days.as_slice()).collect();
            for (at, member) in self.members.iter().enumerate() {
                let hosted = here.clone().position(|set| host(set) == at);
                for (place, day) in member.best(&of_block, hosted).1.into_iter().enumerate() {
                    if let Some(day) = day.filter(|_| Some(place) != hosted) {
                        days[hosts[here.start + place]][at] = day as DayIx;
                    }
                }
            }
        }
        let guests = |(unit, days): (usize, Vec<DayIx>)| {
            let host = self.view.units[self.units[unit]].host;
            days.into_iter().enumerate().filter(move |(member, _)| *member != host).map(|(_, day)| day)
        };
        days.into_iter().enumerate().flat_map(guests).collect()
    }

    /// Where each round has hostings of its own, rounds are chosen one by one.
    fn each_by_itself(&mut self, blocks: &[Vec<Family>]) -> bool {
        let guests = self.members.len() - 1;
        let (mut cost, mut days) = (0.0, vec![AWAY; self.view.units.len() * guests]);
        let (mut least, mut all) = (0.0, true);
        for (round, families) in blocks.iter().enumerate() {
            self.units = (0..self.view.units.len()).filter(|&u| self.view.units[u].rounds.start == round).collect();
            (self.best, self.least) = (None, f64::INFINITY);
            for family in families {
                if self.too_many() {
                    self.best = None; // days of one round are no days of the network
                    return false;
                }
                self.match_hosts(&[family]);
            }
            least += self.least;
            let Some((here, slots)) = self.best.take() else {
                all = false;
                continue;
            };
            cost += here;
            for (at, &unit) in self.units.iter().enumerate() {
                days[unit * guests..][..guests].copy_from_slice(&slots[at * guests..][..guests]);
            }
        }
        self.least = least;
        self.best = all.then_some((cost, days));
        !self.too_many()
    }

    fn too_many(&self) -> bool {
        self.pairs > self.most / BUILT_PER_KEPT || self.budget.enough()
    }
}
