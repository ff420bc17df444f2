//! Families: as many sets of days as a block of rounds holds hostings, that go together for no more than a slack.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::matching;
use super::dual::{Ascent, Dual, STEPS};
use super::member::Member;
use super::sets::Sets;
use super::view::View;
use crate::effort::Budget;

/// Most sets listed.
const MOST_SETS: usize = 8_000;

/// For so many families built on the way, one may be kept or looked at together with those of another round.
pub(super) const BUILT_PER_KEPT: u64 = 10;

/// A set of days, with what its price leaves over for the host that suits it best.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub days: Vec<usize>,
    pub round: usize,
    pub over: f64,
    /// The same by hosting; infinite where the set does not suit its host.
    pub by_unit: Vec<f64>,
}

/// Sets of one block of rounds that go together.
#[derive(Clone, Debug)]
pub(super) struct Family {
    pub over: f64,
    pub sets: Vec<usize>,
    /// What its visits cost before anybody hosts them.
    pub guests: f64,
    /// What it costs further to host a set, by set and hosting of the block.
    pub hosts: Vec<f64>,
}

/// The sets that fit; `None` where there are too many.
pub(super) fn list(view: &View<'_>, proved: &Ascent, slack: f64) -> Option<Vec<Listed>> {
    let mut sets = Sets::new(view, &proved.dual.prices(view), STEPS);
    let least = &proved.least;
    let mut found: BTreeMap<Vec<usize>, Vec<f64>> = BTreeMap::new();
    let mut limits: Vec<f64> = least.iter().map(|least| least + slack).collect();
    let whole = sets.explore(&mut limits, &mut |set| {
        let over = set.value - least[set.unit];
        found.entry(set.days.to_vec()).or_insert_with(|| vec![f64::INFINITY; view.units.len()])[set.unit] = over;
        if found.len() > MOST_SETS { f64::NEG_INFINITY } else { f64::INFINITY }
    });
    let of_round = |days: &[usize]| view.calendar.days[days[0]].round.at();
    let least = |by_unit: &[f64]| by_unit.iter().copied().fold(f64::INFINITY, f64::min);
    let listed = found.into_iter().map(|(days, by_unit)| Listed {
        round: of_round(&days),
        days,
        over: least(&by_unit),
        by_unit,
    });
    (whole && listed.len() <= MOST_SETS).then(|| listed.collect())
}

/// What a member may do on the days of some sets: the days it takes part, and what that leaves over.
pub(super) type Label = (f64, Vec<usize>);

/// Builds the families of a block.
pub(super) struct Builder<'a> {
    view: &'a View<'a>,
    dual: &'a Dual,
    slack: f64,
    members: &'a [Member<'a>],
    listed: &'a [Listed],
    /// The block's sets.
    sets: Vec<usize>,
    /// How many sets make a family.
    size: usize,
    in_round: Vec<usize>,
    found: Vec<Family>,
    nodes: u64,
    /// Nodes of the families of other sizes.
    spent: u64,
    block: Range<usize>,
    days: Range<usize>,
    most: u64,
    budget: &'a Budget<'a>,
}

impl<'a> Builder<'a> {
    /// Of nothing yet.
    pub(super) fn new(
        view: &'a View<'a>,
        dual: &'a Dual,
        members: &'a [Member<'a>],
        listed: &'a [Listed],
        block: Range<usize>,
        most: u64,
        budget: &'a Budget<'a>,
    ) -> Builder<'a> {
        Builder {
            view,
            dual,
            slack: 0.0,
            members,
            listed,
            sets: (0..listed.len()).filter(|&at| block.contains(&listed[at].round)).collect(),
            size: 0,
            in_round: vec![0; view.rounds.len()],
            found: Vec::new(),
            nodes: 0,
            spent: 0,
            days: view.rounds[block.start].start..view.rounds[block.end - 1].end,
            block,
            most,
            budget,
        }
    }

    /// The families of so many sets that fit, with their hosts; and what such families leave over at least, where these
    /// are all that fit.
    pub(super) fn families(&mut self, size: usize, slack: f64, least: &[f64]) -> (Vec<Family>, Option<f64>) {
        (self.slack, self.size) = (slack, size);
        self.spent += std::mem::take(&mut self.nodes);
        let nowhere = self.members.iter().map(|member| vec![member.nowhere()]).collect();
        let grown = self.grow(&mut Vec::new(), 0.0, nowhere, &self.sets.clone());
        let hosted = self.host_families(least);
        let floor = self.found.iter().map(|family| family.over).fold(slack, f64::min);
        (std::mem::take(&mut self.found), (grown && hosted).then_some(floor))
    }

    /// Nodes of all sizes.
    pub(super) fn looked_at(&self) -> u64 {
        self.spent + self.nodes
    }

    /// Adds one of `sets` (later ones only, so that each family is built once). `false` where it is too much.
    fn grow(&mut self, chosen: &mut Vec<usize>, over: f64, labels: Vec<Vec<Label>>, sets: &[usize]) -> bool {
        if chosen.len() == self.size {
            self.keep(chosen, over, &labels);
            return !self.too_many();
        }
        if chosen.len() > 1 && self.over_with_hosts(chosen, over, &labels) > self.slack {
            return !self.too_many();
        }
        let most = self.view.per_round.unwrap_or(usize::MAX);
        // What goes with those chosen so far, and how it goes.
        let mut able: Vec<(usize, f64, Vec<Vec<Label>>)> = Vec::new();
        let (mut reached, mut beyond) = (0, sets.len());
        for (at, &set) in sets.iter().enumerate() {
            let listed = &self.listed[set];
            // Sets come in order of their first days: what lies before the next one is settled.
            if listed.days[0] > reached {
                reached = listed.days[0];
                if over + self.left_over(chosen, &labels, reached) > self.slack {
                    beyond = at;
                    break;
                }
            }
            if over + listed.over > self.slack || self.in_round[listed.round] >= most {
                continue;
            }
            self.nodes += 1;
            if let Some(next) = self.join(over + listed.over, &labels, &listed.days) {
                able.push((set, over + listed.over, next));
            }
        }
        if self.too_many() || self.budget.enough() {
            return false;
        }
        let rest: Vec<usize> = able.iter().map(|(set, ..)| *set).chain(sets[beyond..].iter().copied()).collect();
        for (at, (set, with_set, next)) in able.into_iter().enumerate() {
            let round = self.listed[set].round;
            self.in_round[round] += 1;
            chosen.push(set);
            // A set may be taken by several hosts on the same days only where their guests differ: rare, but allowed.
            let whole = self.grow(chosen, with_set, next, &rest[at..]);
            chosen.pop();
            self.in_round[round] -= 1;
            if !whole {
                return false;
            }
        }
        true
    }

    /// What sets leave over at least when each has a host of its own, which takes part on all its days.
    fn over_with_hosts(&mut self, chosen: &[usize], over: f64, labels: &[Vec<Label>]) -> f64 {
        let sets: Vec<&[usize]> = chosen.iter().map(|&set| self.listed[set].days.as_slice()).collect();
        // No later set has an earlier day than the last one.
        let days = self.days.start..sets.last().map_or(0, |days| days[0]);
        let all = over + self.left_over(chosen, labels, days.end);
        if all > self.slack {
            return all;
        }
        let room = self.slack - all;
        let as_guest: Vec<f64> =
            self.members.iter().zip(labels).map(|(member, labels)| member.left_over_as_guest(labels, &days)).collect();
        let mut matrix = Vec::with_capacity(sets.len() * self.view.units.len());
        for (at, &set) in chosen.iter().enumerate() {
            let listed = &self.listed[set];
            for (unit, &by_unit) in self.view.units.iter().zip(&listed.by_unit) {
                let fits = by_unit - listed.over <= room;
                matrix.push(if fits {
                    by_unit + self.members[unit.host].left_over_as_host(&sets, at, &days) - as_guest[unit.host]
                } else {
                    f64::INFINITY
                });
            }
        }
        self.nodes += chosen.len() as u64;
        let hosts = matching::cheapest(&matrix, sets.len(), self.view.units.len());
        hosts.map_or(f64::INFINITY, |(hosting, _)| hosting + as_guest.iter().sum::<f64>())
    }

    fn too_many(&self) -> bool {
        self.nodes > self.most || self.found.len() as u64 > self.most / BUILT_PER_KEPT
    }

    /// The members' labels with a set more; `None` where that costs too much.
    fn join(&self, over: f64, labels: &[Vec<Label>], days: &[usize]) -> Option<Vec<Vec<Label>>> {
        let least = |labels: &[Label]| labels.iter().map(|label| label.0).fold(f64::INFINITY, f64::min);
        let mut total = over + labels.iter().map(|labels| least(labels)).sum::<f64>();
        let mut joined = Vec::with_capacity(labels.len());
        for (member, labels) in self.members.iter().zip(labels) {
            let before = least(labels);
            let next = member.join(labels, days, self.slack - (total - before));
            total += least(&next) - before;
            if total > self.slack {
                return None;
            }
            joined.push(next);
        }
        Some(joined)
    }

    fn keep(&mut self, chosen: &[usize], over: f64, labels: &[Vec<Label>]) {
        let most = self.view.per_round.unwrap_or(0) as f64;
        let rounds: f64 = self.block.clone().map(|r| self.dual.round[r] * (most - self.in_round[r] as f64)).sum();
        let over = over + rounds + self.left_over(chosen, labels, self.days.end);
        if over <= self.slack {
            self.found.push(Family { over, sets: chosen.to_vec(), guests: 0.0, hosts: Vec::new() });
        }
    }

    /// Finds out what each family found leaves over with the hosts that suit it best: more than the slack, perhaps.
    /// `false` where it is too much.
    fn host_families(&mut self, least: &[f64]) -> bool {
        let once = self.view.per_round.is_some();
        let here = |unit: &usize| once || self.block.contains(&self.view.units[*unit].rounds.start);
        let units: Vec<usize> = (0..self.view.units.len()).filter(here).collect();
        let free = self.dual.free_in(self.view, &self.block);
        let mut hosted = Vec::new();
        for (at, mut family) in std::mem::take(&mut self.found).into_iter().enumerate() {
            if at % 64 == 63 && self.budget.enough() {
                return false;
            }
            self.host(&mut family, &units);
            let prices = family.hosts.iter().zip(units.iter().cycle());
            let matrix: Vec<f64> = prices.map(|(cost, &unit)| cost - least[unit]).collect();
            let Some((hosting, _)) = matching::cheapest(&matrix, family.sets.len(), units.len()) else { continue };
            family.over = family.over.max(family.guests + hosting + free);
            hosted.push(family);
        }
        self.found = hosted;
        true
    }

    /// What a family costs before anybody hosts, and with each host.
    fn host(&self, family: &mut Family, units: &[usize]) {
        let sets: Vec<&[usize]> = family.sets.iter().map(|&set| self.listed[set].days.as_slice()).collect();
        let extra = self.view.calendar.problem.weights().extra_visit;
        let as_guest: Vec<f64> = self.members.iter().map(|member| member.best(&sets, None).0).collect();
        family.guests = sets.iter().map(|set| (set.len() as f64 - 1.0) * extra).sum::<f64>();
        family.guests += as_guest.iter().sum::<f64>();
        for set in 0..sets.len() {
            let host = |&unit: &usize| self.view.units[unit].host;
            let further = |host: usize| self.members[host].best(&sets, Some(set)).0 - as_guest[host];
            family.hosts.extend(units.iter().map(host).map(further));
        }
    }

    /// What the members leave over at least, in windows that end by this day.
    fn left_over(&self, chosen: &[usize], labels: &[Vec<Label>], end: usize) -> f64 {
        let days = self.days.start..end;
        let sets: Vec<&[usize]> = chosen.iter().map(|&set| self.listed[set].days.as_slice()).collect();
        self.members.iter().zip(labels).map(|(member, labels)| member.left_over(labels, &sets, &days)).sum()
    }
}
