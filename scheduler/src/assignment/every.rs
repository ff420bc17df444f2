//! Small problems settled by both halves of the cost: every way to fill the networks one after the other, the most promising
//! first, cut off where what is proved of the rest is no better than the best plan so far.
//!
//! A network's members are a set of bits. What each set costs in a network is worked out once; what those who are left cost
//! at least in the networks to come follows from it by dynamic programming over sets. Exact costs of dates are asked for only
//! at whole assignments that may be better than the best.

use super::state::State;
use super::timetable_cost::ExactTimetableCost;
use super::track::Track;
use crate::effort::Budget;
use crate::problem::{EnrolmentIx, NetworkIx, TrackIx};
use crate::steering::Task;

/// Most enrolments, and most networks times sets and their subsets in a track: larger problems are not begun.
const MOST_ENROLMENTS: usize = 14;
const MOST_SETS: f64 = 2e6;
/// Costs that differ by less than this, relatively, are the same.
const HAIR: f64 = 1e-9;

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Every {
    /// The networks of the best plan that was found, where one is better than what was begun with.
    pub network_of: Option<Vec<Option<NetworkIx>>>,
    /// Whether it is proved that no plan is better: all was looked at.
    pub done: bool,
}

/// A plan to be bettered.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// What it costs; infinite: there is none.
    pub cost: f64,
    /// How many persons are elsewhere in it than they were.
    pub moved: u64,
}

/// Whether every assignment can be looked at.
pub fn is_small(problem: &Task) -> bool {
    let mut sizes = vec![(0, 0); problem.tracks().len()];
    problem.enrolments().iter().for_each(|enrolment| sizes[enrolment.track.at()].0 += 1);
    problem.networks().iter().for_each(|network| sizes[network.track.at()].1 += 1);
    let sets = |&(enrolments, networks): &(i32, i32)| 3f64.powi(enrolments) * f64::from(networks);
    problem.enrolments().len() <= MOST_ENROLMENTS && sizes.iter().map(sets).sum::<f64>() <= MOST_SETS
}

/// The networks of the cheapest plan, and of those that cost the same the one that moves the fewest persons from where they
/// were (`before`, by enrolment; in no network: free to go anywhere).
pub fn settle(
    problem: &Task,
    before: &[Option<NetworkIx>],
    best: Known,
    timetable: &dyn ExactTimetableCost,
    budget: &Budget<'_>,
) -> Every {
    let tracks: Vec<Track<'_>> = (0..problem.tracks().len()).map(|at| Track::new(problem, TrackIx::new(at))).collect();
    let parts: Vec<Part<'_, '_>> = tracks.iter().map(|track| Part::new(track, before, timetable)).collect();
    let mut later = vec![0.0; parts.len() + 1];
    for (at, part) in parts.iter().enumerate().rev() {
        later[at] = later[at + 1] + part.rest[0][part.all()];
    }
    let chosen = parts.iter().map(|part| Vec::with_capacity(part.track.nowhere())).collect();
    let mut tree = Tree { parts: &parts, later, timetable, budget, best, found: None, open: false, chosen };
    tree.visit(0, 0.0, 0);
    Every { network_of: tree.found, done: !tree.open }
}

/// One track with what sets of its members cost.
struct Part<'t, 'p> {
    track: &'t Track<'p>,
    /// What a set costs as a network's members, dates at a lower bound; infinite where it may not be. `[slot][set]`
    cost: Vec<Vec<f64>>,
    /// What a set costs at least in this network and those after it, or out. `[slot][set]`; the last: all of it out.
    rest: Vec<Vec<f64>>,
    /// Persons of a set who were in another network than this, or, the last, in any. `[slot][set]`
    moved: Vec<Vec<u64>>,
}

impl<'t, 'p> Part<'t, 'p> {
    fn new(track: &'t Track<'p>, before: &[Option<NetworkIx>], timetable: &dyn ExactTimetableCost) -> Part<'t, 'p> {
        let sets = 1usize << track.len();
        let floors: Vec<f64> = (0..sets).map(|set| timetable.lower_bound(&members(track, set))).collect();
        let with_floors = |slot: usize| sets_of(track, slot).into_iter().zip(&floors).map(|(own, floor)| own + floor);
        let cost: Vec<Vec<f64>> = (0..track.nowhere()).map(|slot| with_floors(slot).collect()).collect();
        let leaves = |e: usize, slot: usize| {
            let was = before[track.enrolments[e].at()];
            let elsewhere = was.is_some() && was != track.networks.get(slot).copied();
            if elsewhere { track.delegates[e].unsigned_abs() } else { 0 }
        };
        let moved = |slot: usize| (0..sets).map(|set| bits(set).map(|e| leaves(e, slot)).sum()).collect();
        let out = |e: usize| if track.requires(e) { f64::INFINITY } else { track.own(e, track.nowhere()) };
        let mut rest = vec![(0..sets).map(|set| bits(set).map(out).sum()).collect::<Vec<f64>>()];
        for cost in cost.iter().rev() {
            let after = &rest[rest.len() - 1];
            let least = |set: usize| subsets(set).map(move |inside| cost[inside] + after[set & !inside]);
            rest.push((0..sets).map(|set| least(set).fold(f64::INFINITY, f64::min)).collect());
        }
        rest.reverse();
        Part { track, cost, rest, moved: (0..track.slots()).map(moved).collect() }
    }

    /// Everybody.
    fn all(&self) -> usize {
        (1 << self.track.len()) - 1
    }
}

/// What every set costs as the members of a slot, by the assignment's half; infinite where a rule forbids it.
fn sets_of(track: &Track<'_>, slot: usize) -> Vec<f64> {
    let mut state = State::new(track);
    let mut here = 0usize;
    let mut costs = vec![f64::INFINITY; 1 << track.len()];
    // In the order of a Gray code, so that one comes or goes at a time.
    for step in 0..costs.len() {
        let set = step ^ (step >> 1);
        let change = here ^ set;
        if change != 0 {
            let e = change.trailing_zeros() as usize;
            let open = track.open(e, slot);
            if open {
                let to = if set & change == 0 { track.nowhere() } else { slot };
                state.go(&[(e as u32, to as u32)]);
            }
            here = set;
        }
        let all_open = bits(set).all(|e| track.open(e, slot));
        if all_open && state.network_breach(slot, slot).is_none() {
            let own: f64 = bits(set).map(|e| track.own(e, slot)).sum();
            let pairs = bits(set).flat_map(|e| bits(set).filter(move |&f| f < e).map(move |f| (e, f)));
            costs[set] = own + pairs.map(|(e, f)| track.pair(e, f)).sum::<f64>();
        }
    }
    costs
}

struct Tree<'a, 't, 'p, 'b> {
    parts: &'a [Part<'t, 'p>],
    /// What a track and those after it cost at least.
    later: Vec<f64>,
    timetable: &'a dyn ExactTimetableCost,
    budget: &'a Budget<'b>,
    best: Known,
    found: Option<Vec<Option<NetworkIx>>>,
    /// Whether anything was left open.
    open: bool,
    /// The members of each network so far, by track.
    chosen: Vec<Vec<usize>>,
}

impl Tree<'_, '_, '_, '_> {
    /// Fills the networks from this track on in every way. `cost` and `moved`: of those filled so far.
    fn visit(&mut self, at: usize, cost: f64, moved: u64) {
        let Some(part) = self.parts.get(at) else { return self.look(moved) };
        let left = part.all() & !self.chosen[at].iter().fold(0, |all, set| all | set);
        self.fill(at, left, cost, moved);
    }

    fn fill(&mut self, at: usize, left: usize, cost: f64, moved: u64) {
        let parts = self.parts;
        let part = &parts[at];
        let slot = self.chosen[at].len();
        if slot == part.track.nowhere() {
            let out = part.rest[slot][left];
            return self.visit(at + 1, cost + out, moved + part.moved[slot][left]);
        }
        let (costs, after) = (&part.cost[slot], &part.rest[slot + 1]);
        let least = |set: usize| costs[set] + after[left & !set] + self.later[at + 1];
        let mut ways: Vec<(f64, u64, usize)> =
            subsets(left).map(|set| (least(set), part.moved[slot][set], set)).collect();
        ways.retain(|way| way.0 < f64::INFINITY && !self.is_no_better(cost + way.0, moved + way.1));
        ways.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        for (least, more, set) in ways {
            if self.budget.spend(1) {
                self.open = true;
                return;
            }
            // Dates may be known better by now.
            let members = members(part.track, set);
            let dates = self.timetable.known(&members) - self.timetable.lower_bound(&members);
            if self.is_no_better(cost + least + dates, moved + more) {
                continue;
            }
            self.chosen[at].push(set);
            self.fill(at, left & !set, cost + costs[set] + dates, moved + more);
            self.chosen[at].pop();
        }
    }

    /// Whether a plan that costs at least this, and moves at least so many, is no better than the best.
    fn is_no_better(&self, cost: f64, moved: u64) -> bool {
        let hair = HAIR * self.best.cost.abs().max(1.0);
        // Where there is none yet, all that is possible is better.
        cost == f64::INFINITY
            || (self.best.cost < f64::INFINITY
                && (cost > self.best.cost + hair || (cost >= self.best.cost - hair && moved >= self.best.moved)))
    }

    /// Looks at a whole assignment: each network by itself, then all together.
    fn look(&mut self, moved: u64) {
        let states: Vec<State<'_>> =
            self.parts.iter().zip(&self.chosen).map(|(part, sets)| state(part, sets)).collect();
        if states.iter().any(|state| !state.breach().is_none()) {
            return; // pairs that are to be together
        }
        let networks: Vec<Vec<EnrolmentIx>> = self
            .parts
            .iter()
            .zip(&self.chosen)
            .flat_map(|(part, sets)| sets.iter().map(|&set| members(part.track, set)))
            .collect();
        let own: f64 = states.iter().map(State::cost).sum();
        let looks = [false, true].into_iter().flat_map(|exactly| networks.iter().map(move |n| (n, exactly)));
        for look in looks.map(Some).chain([None]) {
            // After the last look too: what is known of a network by then may be that it cannot be.
            let dates: f64 = networks.iter().map(|network| self.timetable.known(network)).sum();
            if self.is_no_better(own + dates, moved) {
                return;
            }
            match look {
                Some((network, false)) => self.timetable.near(network),
                Some((network, true)) if !self.timetable.best(network, self.budget) => {
                    self.open = true;
                    return;
                }
                Some(_) | None => {}
            }
        }
        let mut network_of = vec![None; states.iter().map(|state| state.track.len()).sum()];
        for state in &states {
            for (e, &slot) in state.slots().iter().enumerate() {
                network_of[state.track.enrolments[e].at()] = state.track.networks.get(slot as usize).copied();
            }
        }
        match self.timetable.together(&network_of, self.budget) {
            None => self.open = true,
            Some(dates) if self.is_no_better(own + dates, moved) => {}
            Some(dates) => {
                // Of those that cost the same the least counts, so that no hair is added to another.
                let cost = (own + dates).min(self.best.cost);
                self.best = Known { cost, moved };
                self.found = Some(network_of);
            }
        }
    }
}

/// The state of a track with these members in its networks.
fn state<'t>(part: &Part<'t, '_>, sets: &[usize]) -> State<'t> {
    let mut slots = vec![part.track.nowhere() as u32; part.track.len()];
    for (slot, &set) in sets.iter().enumerate() {
        bits(set).for_each(|e| slots[e] = slot as u32);
    }
    State::of(part.track, &slots)
}

fn members(track: &Track<'_>, set: usize) -> Vec<EnrolmentIx> {
    bits(set).map(|e| track.enrolments[e]).collect()
}

/// The members of a set.
fn bits(set: usize) -> impl Iterator<Item = usize> {
    (0..usize::BITS as usize).filter(move |e| set >> e & 1 == 1)
}

/// The subsets of a set, itself and the empty one included.
fn subsets(set: usize) -> impl Iterator<Item = usize> {
    let mut next = Some(set);
    std::iter::from_fn(move || {
        let now = next?;
        next = (now > 0).then(|| (now - 1) & set);
        Some(now)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subset_is_told_once() {
        let mut all: Vec<usize> = subsets(0b1011).collect();
        all.sort_unstable();
        assert_eq!(all, [0b0000, 0b0001, 0b0010, 0b0011, 0b1000, 0b1001, 0b1010, 0b1011]);
        assert_eq!(subsets(0).collect::<Vec<_>>(), [0]);
    }
}
