//! The best dates among those that can still be best. Every set of days whose price fits into the slack above a bound
//! is listed, whoever hosts; a family is as many sets as there are hostings, and only those are built whose members
//! fit their diaries into it for no more than the slack. Rounds that share no pace rule are looked at apart. Who hosts
//! which set of a family is a matching, since what a member costs depends on the set that it hosts alone.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::calendar::{AWAY, DayIx};
use super::super::matching;
use super::dual::{Ascent, Dual, STEPS};
use super::member::Member;
use super::sets::Sets;
use super::view::View;
use crate::effort::Budget;

/// Most sets listed.
const MOST_SETS: usize = 8_000;

/// For so many families built on the way, one may be kept or looked at together with those of another round.
const BUILT_PER_KEPT: u64 = 10;

/// Families of a block that are tried where none fit.
const NEAR: usize = 150;

/// What came of a slack.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Closed {
    /// Lower bound on what costs less than the slack; infinite where there is nothing.
    pub least: f64,
    /// The cost of the days found; infinite where none were.
    pub cost: f64,
    /// The days of the network's slots at that cost.
    pub days: Vec<DayIx>,
    /// Up to which slack nothing was passed over; more than was asked for where rounds leave something over each.
    pub covered: f64,
    /// Whether nothing up to the slack asked for was passed over.
    pub whole: bool,
    /// How much was looked at.
    pub nodes: u64,
}

/// A set of days, with what its price leaves over for the host that suits it best.
#[derive(Clone, Debug)]
struct Listed {
    days: Vec<usize>,
    round: usize,
    over: f64,
    /// The same by hosting; infinite where the set does not suit its host.
    by_unit: Vec<f64>,
}

/// Sets of one block of rounds that go together.
#[derive(Clone, Debug)]
struct Family {
    over: f64,
    sets: Vec<usize>,
    /// What its visits cost before anybody hosts them.
    guests: f64,
    /// What it costs further to host a set, by set and hosting of the block.
    hosts: Vec<f64>,
}

/// What each block of rounds leaves over at least, by how many hostings it holds, as far as that is known: the others have
/// so much less of a slack.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Floors(Vec<Vec<f64>>);

impl Floors {
    /// What the blocks beside this one leave over at least where they hold so many hostings together; infinite where
    /// they cannot.
    fn beside(&self, block: usize, sizes: &[Range<usize>], hostings: usize) -> f64 {
        let mut least = vec![f64::INFINITY; hostings + 1];
        least[0] = 0.0;
        for (other, sizes) in sizes.iter().enumerate().filter(|(other, _)| *other != block) {
            let mut next = vec![f64::INFINITY; hostings + 1];
            for (held, &before) in least.iter().enumerate() {
                for size in sizes.clone().filter(|size| held + size <= hostings) {
                    next[held + size] = next[held + size].min(before + self.0[other][size]);
                }
            }
            least = next;
        }
        least[hostings]
    }

    /// The slack that the others leave to each block, by how many hostings it holds.
    fn left(&self, slack: f64, sizes: &[Range<usize>], hostings: usize) -> Vec<Vec<f64>> {
        let of = |block: usize, size: usize| match hostings.checked_sub(size) {
            Some(others) if sizes[block].contains(&size) => slack - self.beside(block, sizes, others),
            _ => f64::NEG_INFINITY,
        };
        (0..sizes.len()).map(|block| (0..sizes[block].end).map(|size| of(block, size)).collect()).collect()
    }

    /// Up to which slack nothing was passed over, where each block was looked at up to a slack of its own.
    fn covered(&self, slacks: &[Vec<f64>], sizes: &[Range<usize>], hostings: usize) -> f64 {
        let of = |block: usize, size: usize| match hostings.checked_sub(size) {
            Some(others) => slacks[block][size].max(0.0) + self.beside(block, sizes, others),
            None => f64::INFINITY,
        };
        let each = (0..sizes.len()).flat_map(|block| sizes[block].clone().map(move |size| (block, size)));
        each.map(|(block, size)| of(block, size)).fold(f64::INFINITY, f64::min)
    }

    /// Takes note of what a block leaves over at least with so many hostings.
    fn raise(&mut self, block: usize, size: usize, floor: f64) {
        self.0[block][size] = self.0[block][size].max(floor);
    }
}

/// Looks at everything that costs at most `bound + slack`, or at a part where that is too much; `None` where this is not
/// what it is for.
pub(super) fn close(
    view: &View<'_>,
    proved: &Ascent,
    slack: f64,
    floors: &mut Floors,
    most: u64,
    budget: &Budget<'_>,
) -> Option<Closed> {
    let dual = &proved.dual;
    let once = view.per_round.is_some();
    let (blocks, hostings) = (blocks(view), view.units.len());
    let sizes: Vec<Range<usize>> = blocks.iter().map(|block| sizes(view, &blocks, block)).collect();
    floors.0.resize(blocks.len(), Vec::new());
    floors.0.iter_mut().zip(&sizes).for_each(|(floors, sizes)| floors.resize(sizes.end, 0.0));
    if !once && blocks.iter().any(|block| block.len() > 1) || slack >= leaving_out(view, proved) {
        return None; // a member would host several sets of a block, or it fits too that none is held
    }
    let slacks = floors.left(slack, &sizes, hostings);
    let listed = list(view, proved, slacks.iter().flatten().copied().fold(0.0, f64::max))?;
    let members: Vec<Member<'_>> = (0..view.members.len()).map(|at| Member::new(view, dual, at)).collect();
    let (mut nodes, mut whole) = (0, true);
    let mut families = Vec::new();
    for (block, rounds) in blocks.iter().enumerate() {
        let mut builder = Builder::new(view, dual, &members, &listed, rounds.clone(), most, budget);
        let mut of_block = Vec::new();
        for size in sizes[block].clone().filter(|&size| slacks[block][size] >= 0.0) {
            let (found, least) = builder.families(size, slacks[block][size], &proved.least);
            least.iter().for_each(|&least| floors.raise(block, size, least));
            whole &= least.is_some();
            of_block.extend(found);
        }
        of_block.sort_by(|a, b| a.over.total_cmp(&b.over).then_with(|| a.sets.cmp(&b.sets)));
        nodes += builder.spent + builder.nodes;
        families.push(of_block);
    }
    let covered = if whole { floors.covered(&slacks, &sizes, hostings) } else { slack };
    let covered = covered.min(leaving_out(view, proved)).max(slack);
    let units = (0..view.units.len()).collect();
    let least = f64::INFINITY;
    let mut choice = Choosing {
        view,
        listed: &listed,
        members: &members,
        slack: covered,
        units,
        least,
        best: None,
        pairs: 0,
        most,
        budget,
    };
    whole &= if once {
        choice.combine(&families, &mut Vec::new(), 0.0, view.units.len())
    } else {
        choice.each_by_itself(&families)
    };
    if once && choice.best.is_none() {
        // Nothing fits; what does so nearly may still be better than what there is.
        let few: Vec<Vec<Family>> =
            families.iter().map(|of_block| of_block[..of_block.len().min(NEAR)].to_vec()).collect();
        let (least, pairs) = (choice.least, choice.pairs);
        (choice.slack, choice.pairs) = (f64::INFINITY, 0);
        choice.combine(&few, &mut Vec::new(), 0.0, view.units.len());
        (choice.least, choice.pairs) = (least, pairs + choice.pairs);
    }
    let (cost, days) = choice.best.unwrap_or((f64::INFINITY, Vec::new()));
    Some(Closed { least: choice.least, cost, days, covered, whole, nodes: nodes + choice.pairs })
}

/// Runs of rounds that no window of a pace rule joins to others.
fn blocks(view: &View<'_>) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for (r, round) in view.rounds.iter().enumerate() {
        let joins = |days: &Range<usize>| days.start < round.start && days.end > round.start;
        match blocks.last_mut() {
            Some(block) if view.windows.iter().any(|window| joins(&window.days)) => block.end = r + 1,
            _ => blocks.push(r..r + 1),
        }
    }
    blocks
}

/// How many hostings a block may hold.
fn sizes(view: &View<'_>, blocks: &[Range<usize>], block: &Range<usize>) -> Range<usize> {
    let Some(most) = view.per_round else {
        let here = view.units.iter().filter(|unit| block.contains(&unit.rounds.start)).count();
        return here..here + 1;
    };
    let others: usize = blocks.iter().filter(|other| *other != block).map(|other| other.len() * most).sum();
    view.units.len().saturating_sub(others)..view.units.len().min(block.len() * most) + 1
}

/// The slack into which it fits that a hosting is not held.
fn leaving_out(view: &View<'_>, proved: &Ascent) -> f64 {
    let unhosted = view.calendar.problem.weights().unhosted;
    let dearest = proved.least.iter().copied().fold(0.0, f64::max);
    (unhosted - proved.bound).max(unhosted - dearest)
}

/// The sets that fit; `None` where there are too many.
fn list(view: &View<'_>, proved: &Ascent, slack: f64) -> Option<Vec<Listed>> {
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
struct Builder<'a> {
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
    fn new(
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
    fn families(&mut self, size: usize, slack: f64, least: &[f64]) -> (Vec<Family>, Option<f64>) {
        (self.slack, self.size) = (slack, size);
        self.spent += std::mem::take(&mut self.nodes);
        let nowhere = self.members.iter().map(|member| vec![member.nowhere()]).collect();
        let grown = self.grow(&mut Vec::new(), 0.0, nowhere, &self.sets.clone());
        let hosted = self.host_families(least);
        let floor = self.found.iter().map(|family| family.over).fold(slack, f64::min);
        (std::mem::take(&mut self.found), (grown && hosted).then_some(floor))
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

/// Chooses families and hosts.
struct Choosing<'a> {
    view: &'a View<'a>,
    listed: &'a [Listed],
    members: &'a [Member<'a>],
    slack: f64,
    /// The hostings that are to be matched.
    units: Vec<usize>,
    /// What these cost at least, whoever comes.
    least: f64,
    /// Cost, and days of the hostings' guests.
    best: Option<(f64, Vec<DayIx>)>,
    pairs: u64,
    most: u64,
    budget: &'a Budget<'a>,
}

impl Choosing<'_> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_leave_each_other_what_is_not_needed_by_those_that_hold_the_other_hostings() {
        let floors = Floors(vec![vec![0.0, 5.0, 9.0], vec![0.0, 2.0, 20.0]]);
        let sizes = [1..3, 1..3];
        assert_eq!([1, 2, 3].map(|hostings| floors.beside(0, &sizes, hostings)), [2.0, 20.0, f64::INFINITY]);
        let left = floors.left(30.0, &sizes, 3);
        assert_eq!(left, [vec![f64::NEG_INFINITY, 10.0, 28.0], vec![f64::NEG_INFINITY, 21.0, 25.0]]);
        assert_eq!(floors.covered(&left, &sizes, 3), 30.0);
    }
}
