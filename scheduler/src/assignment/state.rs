//! Who is in which slot, with every figure that a move needs kept up to date.
//!
//! A move is a list of [`Changes`]. [`State::delta`] tells what it would change, in cost and in broken rules,
//! from figures at hand; [`State::apply`] makes it so. Rules may be broken on the way: the search decides what
//! a breach is worth. The deltas are an optimisation, not a second definition: a law test holds them against
//! `crate::cost`.

use super::breach::{Breach, LEFT_OUT, MIX, TOGETHER};
use super::track::{SLOT_TABLE, Track};

/// Enrolments and the slots they go to; each enrolment at most once, and never to where it is.
pub(super) type Changes = Vec<(u32, u32)>;

/// What a move changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Delta {
    /// In cost: unassigned, preference and travel.
    pub(super) cost: f64,
    /// In broken rules.
    pub(super) breach: Breach,
}

/// An assignment of one track on the way to a better one.
#[derive(Clone)]
pub(super) struct State<'t> {
    pub(super) track: &'t Track<'t>,
    slot: Vec<u32>,
    members: Vec<Vec<u32>>,
    place: Vec<u32>,
    delegates: Vec<i64>,
    /// Whether any network counts regions.
    counts_regions: bool,
    /// Members by network and region, where any network counts them; empty: counted on demand.
    by_region: Vec<u32>,
    spans: Vec<u32>,
    /// Pair costs of every enrolment to the members of every slot: `[slot][enrolment]`; empty: worked out on demand.
    towards: Vec<f64>,
    cost: f64,
    breach: Breach,
}

impl<'t> State<'t> {
    /// Everybody unassigned.
    pub(super) fn new(track: &'t Track<'t>) -> State<'t> {
        let (n, slots) = (track.len(), track.slots());
        let counts_regions = track.limits.iter().any(|limits| limits.by_region());
        let cells = if counts_regions { track.networks.len() * track.regions } else { 0 };
        let tabled = n * slots <= SLOT_TABLE && (n == 0 || track.pair_row(0).is_some());
        let mut members = vec![Vec::new(); slots];
        members[track.nowhere()] = (0..n as u32).collect();
        let mut state = State {
            track,
            slot: vec![track.nowhere() as u32; n],
            members,
            place: (0..n as u32).collect(),
            delegates: vec![0; slots],
            by_region: vec![0; if cells <= SLOT_TABLE { cells } else { 0 }],
            counts_regions,
            spans: vec![0; slots],
            towards: vec![0.0; if tabled { n * slots } else { 0 }],
            cost: (0..n).map(|e| track.own(e, track.nowhere())).sum(),
            breach: Breach::default(),
        };
        for slot in 0..track.nowhere() {
            state.breach = state.breach + track.limits[slot].floors(0, 0, 0);
            state.breach.0[MIX] += track.limits[slot].mix_breach(0, |_| 0);
        }
        state.count_demands();
        state
    }

    /// The state of an assignment.
    pub(super) fn of(track: &'t Track<'t>, slots: &[u32]) -> State<'t> {
        let mut state = State::new(track);
        for (e, &slot) in slots.iter().enumerate() {
            if slot as usize != track.nowhere() && track.open(e, slot as usize) {
                state.make(&[(e as u32, slot)]);
            }
        }
        state.recount();
        state
    }

    /// Unassigned + preference + travel.
    pub(super) fn cost(&self) -> f64 {
        self.cost
    }

    /// How much is broken.
    pub(super) fn breach(&self) -> Breach {
        self.breach
    }

    /// The slot of each enrolment.
    pub(super) fn slots(&self) -> &[u32] {
        &self.slot
    }

    /// The slot of an enrolment.
    pub(super) fn slot(&self, e: usize) -> usize {
        self.slot[e] as usize
    }

    /// The members of a slot, in no particular order.
    pub(super) fn members(&self, slot: usize) -> &[u32] {
        &self.members[slot]
    }

    /// Pair costs of an enrolment to all members of a slot but itself.
    pub(super) fn towards(&self, e: usize, slot: usize) -> f64 {
        if slot == self.track.nowhere() {
            return 0.0;
        }
        if !self.towards.is_empty() {
            return self.towards[slot * self.track.len() + e];
        }
        let others = self.members[slot].iter().filter(|&&f| f as usize != e);
        others.map(|&f| self.track.pair(e, f as usize)).sum()
    }

    /// What a move would change. Infinite where rule A1 forbids it.
    pub(super) fn delta(&self, changes: &[(u32, u32)]) -> Delta {
        if let &[(e, to), (f, back)] = changes
            && self.is_plain_swap(e, to, f, back)
        {
            return Delta { cost: self.swap_cost(e as usize, f as usize), breach: Breach::default() };
        }
        let cost = self.cost_delta(changes);
        if cost == f64::INFINITY {
            return Delta { cost, breach: Breach::default() };
        }
        Delta { cost, breach: self.breach_delta(changes) }
    }

    /// Whether two trade places and that can break nothing: networks keep their sizes and ask for no more.
    fn is_plain_swap(&self, e: u32, to: u32, f: u32, back: u32) -> bool {
        let track = self.track;
        let asks_only_size = |slot: u32| track.limits.get(slot as usize).is_some_and(|limits| limits.only_size);
        self.slot[e as usize] == back
            && self.slot[f as usize] == to
            && !track.has_ties
            && asks_only_size(to)
            && asks_only_size(back)
            && track.meets_all[e as usize]
            && track.meets_all[f as usize]
    }

    /// What it changes in cost when two trade places.
    fn swap_cost(&self, e: usize, f: usize) -> f64 {
        let (track, a, b) = (self.track, self.slot(e), self.slot(f));
        let own = track.own(e, b) - track.own(e, a) + track.own(f, a) - track.own(f, b);
        let there = self.towards(e, b) - self.towards(f, b);
        own + there + self.towards(f, a) - self.towards(e, a) - 2.0 * track.pair(e, f)
    }

    fn cost_delta(&self, changes: &[(u32, u32)]) -> f64 {
        let (track, nowhere) = (self.track, self.track.nowhere());
        let mut cost = 0.0;
        for (i, &(e, to)) in changes.iter().enumerate() {
            let (e, from, to) = (e as usize, self.slot(e as usize), to as usize);
            cost += track.own(e, to) - track.own(e, from) + self.towards(e, to) - self.towards(e, from);
            for &(f, f_to) in &changes[..i] {
                let (f, f_from, f_to) = (f as usize, self.slot(f as usize), f_to as usize);
                let meet = i32::from(from == f_from && from != nowhere) + i32::from(to == f_to && to != nowhere);
                let miss = i32::from(to == f_from && to != nowhere) + i32::from(from == f_to && from != nowhere);
                if meet != miss {
                    cost += f64::from(meet - miss) * track.pair(e, f);
                }
            }
        }
        cost
    }

    fn breach_delta(&self, changes: &[(u32, u32)]) -> Breach {
        let mut breach = Breach::default();
        for (i, &(e, to)) in changes.iter().enumerate() {
            for slot in [self.slot[e as usize], to] {
                let known = |&(f, f_to): &(u32, u32)| self.slot[f as usize] == slot || f_to == slot;
                let first = !changes[..i].iter().any(known);
                if first && slot as usize != self.track.nowhere() {
                    self.network_delta(slot, changes, &mut breach);
                }
            }
        }
        if self.track.has_ties {
            breach.0[TOGETHER] += self.tie_delta(changes);
        }
        breach.0[LEFT_OUT] += self.left_out_delta(changes);
        breach
    }

    /// Counts anew who must share a network and does not, and who must be placed and is not.
    fn count_demands(&mut self) {
        let nowhere = self.track.nowhere();
        self.breach.0[TOGETHER] = self.ties_broken();
        let out = self.members[nowhere].iter().filter(|&&e| self.track.must_be_placed(e as usize));
        self.breach.0[LEFT_OUT] = out.count() as i64;
    }

    /// Makes a move that has been looked at.
    pub(super) fn apply(&mut self, changes: &[(u32, u32)], delta: &Delta) {
        self.cost += delta.cost;
        self.breach = self.breach + delta.breach;
        self.make(changes);
    }

    /// Makes a move, whatever it changes; tells what.
    pub(super) fn go(&mut self, changes: &[(u32, u32)]) -> Delta {
        let delta = self.delta(changes);
        self.apply(changes, &delta);
        delta
    }

    fn make(&mut self, changes: &[(u32, u32)]) {
        for &(e, to) in changes {
            self.shift(e as usize, to as usize);
        }
    }

    fn shift(&mut self, e: usize, to: usize) {
        let from = self.slot(e);
        let place = self.place[e] as usize;
        self.members[from].swap_remove(place);
        if let Some(&moved) = self.members[from].get(place) {
            self.place[moved as usize] = place as u32;
        }
        self.place[e] = self.members[to].len() as u32;
        self.members[to].push(e as u32);
        self.slot[e] = to as u32;
        self.delegates[from] -= self.track.delegates[e];
        self.delegates[to] += self.track.delegates[e];
        self.count_region(e, from, false);
        self.count_region(e, to, true);
        self.spread(e, from, -1.0);
        self.spread(e, to, 1.0);
    }

    /// Counts one who has come to a slot, or has left it.
    fn count_region(&mut self, e: usize, slot: usize, comes: bool) {
        if slot == self.track.nowhere() || !self.counts_regions {
            return;
        }
        let region = self.track.region[e];
        let others = match self.by_region.get_mut(slot * self.track.regions + region as usize) {
            Some(count) => {
                let others = if comes { *count } else { *count - 1 };
                *count = others + u32::from(comes);
                others as usize
            }
            None => {
                let alike = |&&f: &&u32| f as usize != e && self.track.region[f as usize] == region;
                self.members[slot].iter().filter(alike).count()
            }
        };
        let alone = u32::from(others == 0);
        self.spans[slot] = if comes { self.spans[slot] + alone } else { self.spans[slot] - alone };
    }

    fn spread(&mut self, e: usize, slot: usize, sign: f64) {
        if slot == self.track.nowhere() || self.towards.is_empty() {
            return;
        }
        let Some(pairs) = self.track.pair_row(e) else { return };
        let n = self.track.len();
        for (towards, pair) in self.towards[slot * n..(slot + 1) * n].iter_mut().zip(pairs) {
            *towards += sign * pair;
        }
    }

    /// Works all sums out again, so that rounding errors of millions of moves do not add up.
    pub(super) fn recount(&mut self) {
        let track = self.track;
        self.towards.fill(0.0);
        self.cost = 0.0;
        self.breach = Breach::default();
        for e in 0..track.len() {
            self.spread(e, self.slot(e), 1.0);
            self.cost += track.own(e, self.slot(e));
        }
        for slot in 0..track.nowhere() {
            let towards: f64 = self.members[slot].iter().map(|&e| self.towards(e as usize, slot)).sum();
            self.cost += towards / 2.0;
            self.breach = self.breach + self.network_breach(slot, slot);
        }
        self.count_demands();
    }

    /// How many members a slot has.
    pub(super) fn size(&self, slot: usize) -> i64 {
        self.members[slot].len() as i64
    }

    /// How many delegates a slot has.
    pub(super) fn delegates(&self, slot: usize) -> i64 {
        self.delegates[slot]
    }

    /// How many regions the members of a slot come from; 0 where no network counts.
    pub(super) fn spans(&self, slot: usize) -> i64 {
        i64::from(self.spans[slot])
    }

    /// How many members of a slot come from a region; 0 where no network counts.
    pub(super) fn in_region(&self, slot: usize, region: usize) -> i64 {
        match self.by_region.get(slot * self.track.regions + region) {
            Some(&count) => i64::from(count),
            None if !self.counts_regions => 0,
            None => {
                self.members[slot].iter().filter(|&&e| self.track.region[e as usize] as usize == region).count() as i64
            }
        }
    }
}
