//! One track by itself: its enrolments, its networks as slots, what each choice costs, and who gets in whose way.
//!
//! Tracks do not touch each other (pair rules act within a track), so each is searched alone. Enrolments and
//! networks are numbered from 0 in the problem's canonical order; the slot after the last network means
//! "unassigned". Costs are tables while the track is modest and worked out on demand above, so that memory
//! stays linear in a track of tens of thousands.

use std::collections::HashMap;

use super::limits::Limits;
use crate::problem::spot::Spot;
use crate::problem::{EnrolmentIx, MunicipalityIx, NetworkIx, TrackIx, ValueIx};
use crate::steering::{Steering, Task};

/// Up to this many enrolments, pair costs are kept in a table.
const PAIR_TABLE: usize = 1_000;
/// Up to this many cells, costs of enrolments in slots are kept in a table.
pub(super) const SLOT_TABLE: usize = 4_000_000;

/// A track, ready to be searched.
pub(super) struct Track<'p> {
    problem: &'p Task,
    /// The enrolments, by local number.
    pub(super) enrolments: Vec<EnrolmentIx>,
    /// The networks, by slot.
    pub(super) networks: Vec<NetworkIx>,
    /// The limits of each network, by slot.
    pub(super) limits: Vec<Limits>,
    /// Delegates, by enrolment.
    pub(super) delegates: Vec<i64>,
    /// Region, by enrolment; regions of the track are numbered from 0.
    pub(super) region: Vec<u32>,
    /// How many regions the track has.
    pub(super) regions: usize,
    /// Municipality, by enrolment; municipalities of the track are numbered from 0.
    pub(super) home: Vec<u32>,
    /// The municipalities of the track.
    homes: Vec<Home>,
    hosts: Vec<bool>,
    /// 2 × weight × hostings: what a kilometre costs for one delegate.
    per_km: f64,
    own: Vec<f64>,
    pairs: Vec<f64>,
    /// Whether any pair must stay together.
    pub(super) has_ties: bool,
    /// Whether an enrolment must be placed, by enrolment; empty where none must.
    required: Vec<bool>,
    /// Whether an enrolment may meet anyone, by enrolment: no other of its municipality, nobody to be kept apart from.
    pub(super) meets_all: Vec<bool>,
    /// Whether every network must have just so many members that nobody is left: then nobody moves alone.
    pub(super) rigid: bool,
}

/// A municipality of the track.
struct Home {
    ix: MunicipalityIx,
    enrolments: Vec<u32>,
    apart: Vec<u32>,
    ties: Vec<u32>,
    /// Those of the ties that must share a network with it, come what may.
    meets: Vec<u32>,
}

impl<'p> Track<'p> {
    /// One track of a problem.
    pub(super) fn new(problem: &'p Task, track: TrackIx) -> Track<'p> {
        let enrolments: Vec<EnrolmentIx> = (0..problem.enrolments().len())
            .map(EnrolmentIx::new)
            .filter(|&e| problem.enrolment(e).track == track && problem.wants_network(e))
            .collect();
        let networks: Vec<NetworkIx> =
            (0..problem.networks().len()).map(NetworkIx::new).filter(|&n| problem.network(n).track == track).collect();
        let (home, homes) = homes(problem, &enrolments);
        let (region, regions) =
            renumber(enrolments.iter().map(|&e| problem.home(e).region.at()), problem.regions().len());
        let required = |steering: &Steering| enrolments.iter().map(|&e| steering.wants_placed(e)).collect();
        let mut model = Track {
            problem,
            required: problem.steering().map_or_else(Vec::new, required),
            limits: networks.iter().map(|&n| Limits::of(problem, n)).collect(),
            delegates: enrolments.iter().map(|&e| i64::from(problem.enrolment(e).delegates)).collect(),
            region,
            regions,
            home,
            has_ties: homes.iter().any(|home| !home.ties.is_empty()),
            homes,
            hosts: enrolments.iter().map(|&e| problem.hosts(e)).collect(),
            per_km: 2.0 * problem.weights().travel * problem.hostings_least(track),
            own: Vec::new(),
            pairs: Vec::new(),
            rigid: false,
            meets_all: Vec::new(),
            enrolments,
            networks,
        };
        model.tabulate();
        model
    }

    /// Some of the enrolments and networks by themselves (numbers ascending); `slots` tells where everybody is. Who is
    /// tied to others that are not all there stays where it is.
    pub(super) fn part(&self, enrolments: &[u32], networks: &[u32], slots: &[u32]) -> Track<'p> {
        let mut whole: Vec<u32> = enrolments.iter().map(|&e| self.home[e as usize]).collect();
        whole.sort_unstable();
        whole.dedup();
        let local = |home: &u32| whole.binary_search(home).ok();
        let complete: Vec<bool> =
            whole.iter().map(|&home| self.of_home(home).iter().all(|e| enrolments.binary_search(e).is_ok())).collect();
        let tied = |home: u32| local(&home).filter(|&at| complete[at]);
        let homes: Vec<Home> = whole
            .iter()
            .enumerate()
            .map(|(at, &home)| {
                let old = &self.homes[home as usize];
                let here = |e: &u32| enrolments.binary_search(e).ok().map(|e| e as u32);
                let ties = |ties: &[u32]| -> Vec<u32> {
                    let complete = if complete[at] { ties } else { &[] };
                    complete.iter().filter_map(|&tie| tied(tie)).map(|at| at as u32).collect()
                };
                Home {
                    ix: old.ix,
                    enrolments: old.enrolments.iter().filter_map(here).collect(),
                    apart: old.apart.iter().filter_map(local).map(|at| at as u32).collect(),
                    ties: ties(&old.ties),
                    meets: ties(&old.meets),
                }
            })
            .collect();
        let of = |e: &u32| *e as usize;
        let mut regions: Vec<u32> = enrolments.iter().map(|e| self.region[of(e)]).collect();
        regions.sort_unstable();
        regions.dedup();
        let region = |e: &u32| regions.partition_point(|&region| region < self.region[of(e)]) as u32;
        let mut part = Track {
            problem: self.problem,
            limits: networks.iter().map(|n| self.limits[of(n)].clone()).collect(),
            delegates: enrolments.iter().map(|e| self.delegates[of(e)]).collect(),
            region: enrolments.iter().map(region).collect(),
            regions: regions.len(),
            home: enrolments.iter().filter_map(|e| local(&self.home[of(e)])).map(|at| at as u32).collect(),
            has_ties: homes.iter().any(|home| !home.ties.is_empty()),
            required: enrolments.iter().map(|e| self.must_be_placed(of(e))).collect(),
            hosts: enrolments.iter().map(|e| self.hosts[of(e)]).collect(),
            per_km: self.per_km,
            own: Vec::new(),
            pairs: Vec::new(),
            rigid: false,
            meets_all: Vec::new(),
            enrolments: enrolments.iter().map(|e| self.enrolments[of(e)]).collect(),
            networks: networks.iter().map(|n| self.networks[of(n)]).collect(),
            homes,
        };
        part.tabulate();
        for (e, &old) in enrolments.iter().enumerate() {
            let home = self.home[old as usize];
            let free = |home: u32| tied(home).is_some();
            let ties = self.ties(home);
            let torn = !free(home) || ties.iter().any(|&tie| !free(tie));
            if torn && !ties.is_empty() {
                let here = networks.binary_search(&slots[old as usize]).unwrap_or(networks.len());
                part.lock(e, here);
            }
        }
        part
    }

    /// Keeps an enrolment in a slot.
    fn lock(&mut self, e: usize, slot: usize) {
        let slots = self.slots();
        let row = self.own.iter_mut().skip(e * slots).take(slots); // a part has the table: it has few networks
        for (at, own) in row.enumerate() {
            if at != slot {
                *own = f64::INFINITY;
            }
        }
    }

    fn tabulate(&mut self) {
        self.meets_all = (0..self.len()).map(|e| self.rivals(e).next().is_none()).collect();
        let exact = |limits: &Limits| limits.min == limits.max && !limits.may_stay_empty;
        let room: i64 = self.limits.iter().map(|limits| limits.max).sum();
        self.rigid = room == self.len() as i64 && self.limits.iter().all(exact);
        let (n, slots) = (self.len(), self.slots());
        if n * slots <= SLOT_TABLE {
            self.own = (0..n * slots).map(|at| self.own(at / slots, at % slots)).collect();
        }
        if n <= PAIR_TABLE {
            let mut pairs = vec![0.0; n * n];
            for a in 0..n {
                for b in a + 1..n {
                    pairs[a * n + b] = self.pair(a, b);
                    pairs[b * n + a] = pairs[a * n + b];
                }
            }
            self.pairs = pairs;
        }
    }

    /// The problem that it is a part of.
    pub(super) fn problem(&self) -> &'p Task {
        self.problem
    }

    /// How many enrolments there are.
    pub(super) fn len(&self) -> usize {
        self.enrolments.len()
    }

    /// The slot of those who are in no network; all lower ones are networks.
    pub(super) fn nowhere(&self) -> usize {
        self.networks.len()
    }

    /// How many slots there are, nowhere included.
    pub(super) fn slots(&self) -> usize {
        self.networks.len() + 1
    }

    /// What an enrolment costs in a slot by itself, weighted: its wish, or staying out, and what steers the search; infinite
    /// where it may not be.
    pub(super) fn own(&self, e: usize, slot: usize) -> f64 {
        if let Some(&cost) = self.own.get(e * self.slots() + slot) {
            return cost;
        }
        let (network, id) = (self.networks.get(slot).copied(), self.enrolments[e]);
        let steered = self.problem.steering().map_or(0.0, |steering| steering.place(id, network));
        let Some(network) = network else { return self.problem.weights().unassigned + steered };
        if !self.problem.eligible(id, network) {
            return f64::INFINITY;
        }
        self.problem.weights().preference * self.problem.preference_cost(id, network) + steered
    }

    /// A lower bound on what an enrolment costs by itself in any slot; exact while the table is kept.
    pub(super) fn least_own(&self, e: usize) -> f64 {
        let out = self.own(e, self.nowhere());
        if self.tabled() {
            return (0..self.nowhere()).map(|slot| self.own(e, slot)).fold(out, f64::min);
        }
        if self.problem.enrolment(self.enrolments[e]).preferences.is_empty() {
            return out.min(0.0);
        }
        let unlisted = self.problem.weights().preference * self.problem.preference_costs.unlisted;
        self.wishes(e).map(|slot| self.own(e, slot)).fold(out.min(unlisted), f64::min)
    }

    /// Whether costs in slots are kept in a table: where they are not, going through all slots is too slow.
    pub(super) fn tabled(&self) -> bool {
        !self.own.is_empty()
    }

    /// Whether rule A1 lets the enrolment into the slot.
    pub(super) fn open(&self, e: usize, slot: usize) -> bool {
        self.own(e, slot) < f64::INFINITY
    }

    /// What two enrolments cost in one network: their travel to each other, and what steers the search.
    pub(super) fn pair(&self, a: usize, b: usize) -> f64 {
        if let Some(&cost) = self.pairs.get(a * self.len() + b) {
            return cost;
        }
        let mut persons = 0;
        if self.hosts[b] {
            persons += self.delegates[a];
        }
        if self.hosts[a] {
            persons += self.delegates[b];
        }
        let steering = self.problem.steering();
        let steered =
            steering.map_or(0.0, |steering| steering.pair(self.problem, self.enrolments[a], self.enrolments[b]));
        if persons == 0 || self.per_km == 0.0 {
            steered
        } else {
            self.per_km * self.km(a, b) * persons as f64 + steered
        }
    }

    /// What an enrolment pays at least together with anybody who is at least so many km away.
    pub(super) fn least_beyond(&self) -> impl Fn(usize, f64) -> f64 + '_ {
        let fewest = self.delegates.iter().min().copied().unwrap_or(0);
        let all_host = self.hosts.iter().all(|&hosts| hosts);
        move |e, km| {
            let mine = if all_host { self.delegates[e] } else { 0 };
            let theirs = if self.hosts[e] { fewest } else { 0 };
            self.per_km * km * (mine + theirs) as f64
        }
    }

    /// The pair costs of one enrolment, where they are kept in a table.
    pub(super) fn pair_row(&self, a: usize) -> Option<&[f64]> {
        self.pairs.get(a * self.len()..(a + 1) * self.len())
    }

    /// Kilometres between two enrolments' municipalities.
    pub(super) fn km(&self, a: usize, b: usize) -> f64 {
        self.problem.km(self.homes[self.home[a] as usize].ix, self.homes[self.home[b] as usize].ix)
    }

    /// Where a municipality lies.
    pub(super) fn spot(&self, home: u32) -> Spot {
        self.problem.spot(self.homes[home as usize].ix)
    }

    /// Pairs of municipalities whose distance is given, in no particular order.
    pub(super) fn given_distances(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let local: HashMap<MunicipalityIx, u32> = self.homes.iter().map(|home| home.ix).zip(0..).collect();
        let pairs = self.problem.distances.keys();
        pairs.filter_map(move |(a, b)| Some((*local.get(a)?, *local.get(b)?)))
    }

    /// Where an enrolment lies: degrees north and east.
    pub(super) fn position(&self, e: usize) -> (f64, f64) {
        let home = self.problem.home(self.enrolments[e]);
        (home.lat, home.lon)
    }

    /// Whether an enrolment must be placed, in whichever network or in one that it is locked to.
    pub(super) fn requires(&self, e: usize) -> bool {
        self.problem.steering().is_some_and(|steering| steering.requires(self.enrolments[e]))
    }

    /// Whether an enrolment must be placed, in whichever network.
    pub(super) fn must_be_placed(&self, e: usize) -> bool {
        self.required.get(e).is_some_and(|&required| required)
    }

    /// Whether anybody must be placed, or must share a network with somebody.
    pub(super) fn has_demands(&self) -> bool {
        self.homes.iter().any(|home| !home.meets.is_empty()) || (0..self.len()).any(|e| self.requires(e))
    }

    /// The slots an enrolment wishes for and may have, best first.
    pub(super) fn wishes(&self, e: usize) -> impl Iterator<Item = usize> + '_ {
        let wishes = &self.problem.enrolment(self.enrolments[e]).preferences;
        wishes.iter().filter_map(|wish| self.networks.binary_search(wish).ok()).filter(move |&slot| self.open(e, slot))
    }

    /// The slot that an enrolment is fixed to, or locked in.
    pub(super) fn fixed(&self, e: usize) -> Option<usize> {
        let fixed = self.problem.must_be_in(self.enrolments[e])?;
        self.networks.binary_search(&fixed).ok()
    }

    /// Those who may never share a network with this one: its municipality's others, and those kept apart.
    pub(super) fn rivals(&self, e: usize) -> impl Iterator<Item = usize> + '_ {
        let home = &self.homes[self.home[e] as usize];
        let mine = home.enrolments.iter();
        let theirs = home.apart.iter().flat_map(|&other| self.homes[other as usize].enrolments.iter());
        mine.chain(theirs).map(|&f| f as usize).filter(move |&f| f != e)
    }

    /// The municipalities that must share a network with this one.
    pub(super) fn ties(&self, home: u32) -> &[u32] {
        &self.homes[home as usize].ties
    }

    /// Whether two municipalities must share a network, even where neither is placed.
    pub(super) fn must_meet(&self, a: u32, b: u32) -> bool {
        self.homes[a as usize].meets.contains(&b)
    }

    /// The id of a municipality, for messages.
    pub(super) fn home_id(&self, home: u32) -> &str {
        &self.problem.municipality(self.homes[home as usize].ix).id
    }

    /// Whether two municipalities may never share a network.
    pub(super) fn kept_apart(&self, a: u32, b: u32) -> bool {
        self.homes[a as usize].apart.contains(&b)
    }

    /// Whether a municipality is kept apart from any other.
    pub(super) fn has_apart(&self, home: u32) -> bool {
        !self.homes[home as usize].apart.is_empty()
    }

    /// The enrolments of a municipality.
    pub(super) fn of_home(&self, home: u32) -> &[u32] {
        &self.homes[home as usize].enrolments
    }

    /// The number of municipalities.
    pub(super) fn homes(&self) -> usize {
        self.homes.len()
    }

    /// Whether an enrolment has a value of an attribute.
    pub(super) fn has_value(&self, e: usize, value: ValueIx) -> bool {
        self.problem.enrolment(self.enrolments[e]).values.binary_search(&value).is_ok()
    }

    /// The id of an enrolment, for messages.
    pub(super) fn enrolment_id(&self, e: usize) -> &str {
        &self.problem.enrolment(self.enrolments[e]).id
    }

    /// The id of a network, for messages.
    pub(super) fn network_id(&self, slot: usize) -> &str {
        &self.problem.network(self.networks[slot]).id
    }

    /// The name of the track, for messages.
    pub(super) fn name(&self) -> &str {
        self.networks.first().map_or("", |&n| &self.problem.tracks()[self.problem.network(n).track.at()].id)
    }
}

/// The municipality of each enrolment and the municipalities, with the pair rules among them.
fn homes(problem: &Task, enrolments: &[EnrolmentIx]) -> (Vec<u32>, Vec<Home>) {
    let municipality = |e: &EnrolmentIx| problem.enrolment(*e).municipality;
    let (home, count) = renumber(enrolments.iter().map(|e| municipality(e).at()), problem.municipalities().len());
    let blank = || Home {
        ix: MunicipalityIx(0),
        enrolments: Vec::new(),
        apart: Vec::new(),
        ties: Vec::new(),
        meets: Vec::new(),
    };
    let mut homes: Vec<Home> = std::iter::repeat_with(blank).take(count).collect();
    let mut local = vec![None; problem.municipalities().len()];
    for (e, &at) in home.iter().enumerate() {
        homes[at as usize].ix = municipality(&enrolments[e]);
        homes[at as usize].enrolments.push(e as u32);
        local[municipality(&enrolments[e]).at()] = Some(at);
    }
    let both = |&(a, b): &(MunicipalityIx, MunicipalityIx)| Some((local[a.at()]?, local[b.at()]?));
    for (a, b) in problem.apart().iter().filter_map(both) {
        homes[a as usize].apart.push(b);
        homes[b as usize].apart.push(a);
    }
    for (a, b) in problem.together().iter().filter_map(both) {
        homes[a as usize].ties.push(b);
        homes[b as usize].ties.push(a);
    }
    let meeting: Vec<_> = problem.steering().into_iter().flat_map(Steering::meeting).collect();
    for (a, b) in meeting.iter().filter_map(both) {
        homes[a as usize].meets.push(b);
        homes[b as usize].meets.push(a);
    }
    (home, homes)
}

/// Numbers from 0, in order of first appearance, for those of `0..whole` that appear; and how many do.
fn renumber(items: impl Iterator<Item = usize>, whole: usize) -> (Vec<u32>, usize) {
    let mut local = vec![u32::MAX; whole];
    let mut count = 0;
    let numbers = items.map(|item| {
        if local[item] == u32::MAX {
            local[item] = count;
            count += 1;
        }
        local[item]
    });
    let numbers = numbers.collect();
    (numbers, count as usize)
}
