//! What a search is told beside the problem: what must stay as a base plan has it, and what else costs something.
//!
//! A [`Task`] is a problem and what steers its search. Locks narrow the plans that are looked at; prices are added
//! to what the searches make small. Neither touches the rules or the cost of `problem.md`: `check`, `rules` and `cost`
//! know nothing of it, [`Solution::steered`](crate::Solution) tells both beside the cost. Steerings are written by ids
//! ([`SteeringRecords`]) or built by hand ([`Steering::stay`], [`Steering::only_on`] and the others).
//!
//! **What counts as a change** against a base plan, here and everywhere: an enrolment that the base has in one network and
//! the plan in another or in none; a day on which a host receives its network, of a hosting that the base holds on other
//! days; and a hosting that the base holds and the plan, which has its host among others, does not. A visit keeps being the
//! same change however many guests come to it. Not changes: who or what is new since the base, or gone; and what the base
//! has but the problem no longer allows ([`Forced`], counted apart): a network that is closed to its member or gone, a day
//! that is lost, a hosting for which there is no day any more. Who is affected by them, as a guest too: [`Affected`].

mod affected;
mod build;
mod disturbance;
mod fair;
mod held;
mod judge;
mod limits;
mod locks;
pub mod records;
mod task;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use crate::facts::HostingKey;
use crate::facts::key_round;
use crate::plan::Plan;
use crate::problem::{Day, EnrolmentIx, MunicipalityIx, NetworkIx, Problem, RoundIx};
use crate::rules::{RuleCode, Subject, Violation};
use affected::Told;
pub use affected::{Affected, affected_since};
pub(crate) use disturbance::{Disturbance, Moved};
use fair::Fair;
pub use fair::Fairly;
pub use held::{Held, Hold};
pub(crate) use limits::{Limit, Limited};
pub use records::{Keep, SteeringRecords, VisitLockRecord};
pub use task::Task;

/// What weighs against breaking a lock, where an engine knows only costs: far more than any plan gains by it. A plan that
/// breaks one all the same is never kept.
pub(crate) const LOCK: f64 = 1e6;

/// Locks and prices for one problem; by default none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steering {
    /// The network that an enrolment must be in, by enrolment; shorter: none of the rest.
    stays: Vec<Option<NetworkIx>>,
    /// Networks that nobody comes into who is not locked there, by network; shorter: none of the rest.
    closed: Vec<bool>,
    /// Who was kept in a network and is not any more: it may stay where that is closed to others.
    freed: BTreeSet<(EnrolmentIx, NetworkIx)>,
    /// Enrolments that are in some network, whatever that costs.
    placed: BTreeSet<EnrolmentIx>,
    /// Municipalities that share a network in every track in which both are enrolled, whatever that costs.
    meeting: BTreeSet<(MunicipalityIx, MunicipalityIx)>,
    /// The network of the base, by enrolment, where leaving it would be a change.
    promised: Vec<Option<NetworkIx>>,
    hostings: BTreeMap<HostingKey, Hosting>,
    /// Meetings that are held whatever they cost.
    gatherings: held::ByGathering,
    /// Nothing is held before this day but what the base holds.
    from: Option<Day>,
    /// What a change costs.
    weight: f64,
    /// What it costs on top, while a plan with few changes is looked for: never told.
    pressure: f64,
    /// Most changes.
    most: Option<u32>,
    /// Most municipalities affected.
    most_affected: Option<u32>,
    /// Nobody loses a place and no hosting is dropped that could stay, whatever that costs: where few changes are asked for.
    strict: bool,
    fair: Fair,
    forced: Forced,
    /// The base as it lies over the problem: what is left of it.
    base: Option<Plan>,
    /// What the base has told everybody, by enrolment; empty without a base.
    told: Vec<Told>,
    /// Plans that the search is to keep away from: what is as there is what costs, not what is as in the base.
    shunned: Vec<Promises>,
}

/// What a plan gives everybody.
#[derive(Clone, Debug, Default, PartialEq)]
struct Promises {
    networks: Vec<Option<NetworkIx>>,
    days: BTreeMap<HostingKey, Vec<Day>>,
}

/// What steers a hosting.
#[derive(Clone, Debug, Default, PartialEq)]
struct Hosting {
    /// Days on which the base holds it, ascending, where another day would be a change; else empty.
    promised: Vec<Day>,
    /// The base holds it, and there is a day on which it can be held: to leave it out is a change.
    held: bool,
    /// Days of the base on which it can no longer be held: so many visits beyond the days promised may go to other days
    /// without a change.
    spare: u32,
    /// Locked to the days promised: no more visits on other days than that.
    firm: bool,
    /// Locked: held, and on no other days than these, ascending.
    only: Option<Vec<Day>>,
    /// Who comes on a frozen day, and nobody else: ascending.
    frozen: Vec<(Day, Vec<EnrolmentIx>)>,
    /// Frozen by a lock of its own, and not for lying before a day alone.
    named: bool,
}

/// What is different from the base whatever the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forced {
    /// Enrolments that the base has in a network, and the problem no longer has.
    pub gone: u32,
    /// Enrolments that the problem has, and the base does not.
    pub new: u32,
    /// Enrolments whose network of the base is closed to them, or gone.
    pub networks: u32,
    /// Hostings of the base that cannot be held on all of their days. The visits of the days that are lost may go to any
    /// other; the rest of their days count.
    pub hostings: u32,
}

/// How many changes a plan makes against the base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Enrolments in another network.
    pub networks: u32,
    /// Enrolments that have lost their place: in no network.
    pub places: u32,
    /// Visits on days on which the base does not have them.
    pub visits: u32,
    /// Hostings that are no longer held.
    pub hostings: u32,
    /// What is different whatever the plan: not counted.
    pub forced: Forced,
}

impl Changes {
    /// All that count.
    pub fn total(&self) -> u32 {
        self.networks + self.places + self.visits + self.hostings
    }
}

/// What a plan comes to beside its cost, where something steers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Steered {
    /// Changes made.
    pub changes: Changes,
    /// Who is affected by what is different from the base, whether or not it counts as a change.
    pub affected: Affected,
    /// Pairs that meet again, and who travels farthest.
    pub fairly: Fairly,
    /// What all of it costs: not part of the cost.
    pub price: f64,
}

impl Steering {
    /// Keeps an enrolment in a network; it is never left out.
    pub fn stay(&mut self, enrolment: EnrolmentIx, network: NetworkIx) {
        self.stays.resize(self.stays.len().max(enrolment.at() + 1), None);
        self.stays[enrolment.at()] = Some(network);
    }

    /// Lets nobody into a network but those who are kept there ([`Steering::stay`]).
    pub fn close(&mut self, network: NetworkIx) {
        self.closed.resize(self.closed.len().max(network.at() + 1), false);
        self.closed[network.at()] = true;
    }

    /// Has an enrolment placed, in whichever network.
    pub fn require(&mut self, enrolment: EnrolmentIx) {
        self.placed.insert(enrolment);
    }

    /// Has two municipalities, who are to be together, share a network in every track in which both are enrolled: with any
    /// of their enrolments there.
    pub fn meet(&mut self, a: MunicipalityIx, b: MunicipalityIx) {
        self.meeting.insert((a.min(b), a.max(b)));
    }

    /// Has a hosting held, on no other days than these; on top of what was said before of the same hosting.
    pub fn only_on(&mut self, problem: &Problem, host: EnrolmentIx, round: Option<RoundIx>, days: &[Day]) {
        let hosting = self.hostings.entry(key(problem, host, round)).or_default();
        let mut days: Vec<Day> = days.to_vec();
        days.sort_unstable();
        days.dedup();
        if let Some(before) = &hosting.only {
            days.retain(|day| before.binary_search(day).is_ok());
        }
        hosting.only = Some(days);
    }

    /// Lets an enrolment go wherever it likes.
    pub(crate) fn unlock(&mut self, enrolment: EnrolmentIx) {
        let kept = self.stays.get_mut(enrolment.at()).and_then(Option::take);
        self.freed.extend(kept.map(|network| (enrolment, network)));
    }

    /// Lets others into a network.
    pub(crate) fn unlock_network(&mut self, network: NetworkIx) {
        self.closed.iter_mut().skip(network.at()).take(1).for_each(|closed| *closed = false);
    }

    /// Lets a hosting be held on any day, with any guests, or not at all.
    pub(crate) fn unlock_visits(&mut self, hosting: HostingKey) {
        if let Some(known) = self.hostings.get_mut(&hosting) {
            (known.firm, known.only) = (false, None);
            known.frozen.clear();
        }
    }

    /// Lets new visits be held on any day.
    pub(crate) fn open_from_the_start(&mut self) {
        self.from = None;
    }

    /// Lets new visits be held from this day on: what was frozen for lying before a later one is free from there.
    pub(crate) fn open_from(&mut self, day: Day) {
        self.from = Some(day);
        let hostings = self.hostings.values_mut().filter(|hosting| !hosting.named);
        hostings.for_each(|hosting| hosting.frozen.retain(|frozen| frozen.0 < day));
    }

    /// The first day on which anything new may be held, where there is one.
    pub(crate) fn opens_on(&self) -> Option<Day> {
        self.from
    }

    /// Whether a network is locked as a whole.
    pub(crate) fn is_closed(&self, network: NetworkIx) -> bool {
        self.closed.get(network.at()).is_some_and(|&closed| closed)
    }

    /// What a change costs, at least 0.
    pub fn weigh_changes(&mut self, weight: f64) {
        self.weight = weight;
    }

    /// What is different from the base whatever the plan.
    pub fn forced(&self) -> Forced {
        self.forced
    }

    /// What is left of the base plan in the problem as it is: where a search begins. It may break rules.
    pub fn base(&self) -> Option<&Plan> {
        self.base.as_ref()
    }

    /// Whether searches pay for anything beyond the cost, so that what they prove is not proved of the cost alone. Where no
    /// change is allowed, changes are closed to them like what is locked.
    pub(crate) fn has_prices(&self) -> bool {
        (self.price() > 0.0 && !self.keeps_all()) || self.fair.has_prices()
    }

    /// The locks alone, and a price on whatever is as in one of these plans.
    pub(crate) fn shunning(&self, problem: &Problem, plans: &[&Plan], price: f64) -> Steering {
        let promises = |plan: &&Plan| Promises { networks: plan.network_of.clone(), days: days_held(problem, plan) };
        Steering { pressure: price, shunned: plans.iter().map(promises).collect(), ..self.unpriced() }
    }

    /// What counts as a change against a plan of this problem.
    pub fn from_plan(problem: &Problem, plan: &Plan) -> Steering {
        let hosting = |(key, days)| (key, Hosting { promised: days, held: true, ..Hosting::default() });
        Steering {
            promised: plan.network_of.clone(),
            hostings: days_held(problem, plan).into_iter().map(hosting).collect(),
            base: Some(plan.clone()),
            told: affected::told(problem, plan),
            ..Steering::default()
        }
    }

    /// What a change costs a search.
    pub(crate) fn price(&self) -> f64 {
        self.weight + self.pressure
    }

    /// The network that an enrolment is kept in.
    pub(crate) fn stays_in(&self, enrolment: EnrolmentIx) -> Option<NetworkIx> {
        self.stays.get(enrolment.at()).copied().flatten()
    }

    /// The only network that an enrolment may be in, where it is in any.
    pub(crate) fn only_in(&self, enrolment: EnrolmentIx) -> Option<NetworkIx> {
        let kept = || self.promised_to(enrolment).filter(|_| self.keeps_all());
        self.stays_in(enrolment).or_else(kept)
    }

    /// Whether an enrolment must not be left out.
    pub fn requires(&self, enrolment: EnrolmentIx) -> bool {
        self.placed.contains(&enrolment) || self.stays_in(enrolment).is_some()
    }

    /// Whether an enrolment must be in some network, whichever.
    pub(crate) fn wants_placed(&self, enrolment: EnrolmentIx) -> bool {
        self.placed.contains(&enrolment)
    }

    /// The pairs of municipalities that must share a network, each with the lower one first.
    pub(crate) fn meeting(&self) -> impl Iterator<Item = (MunicipalityIx, MunicipalityIx)> + '_ {
        self.meeting.iter().copied()
    }

    /// Whether it says no more than what must be: no prices, nothing frozen, no limit of changes.
    pub(crate) fn only_demands(&self) -> bool {
        let plain = |hosting: &Hosting| hosting.promised.is_empty() && hosting.frozen.is_empty();
        self.hostings.values().all(plain) && self.from.is_none() && !self.strict && !self.has_prices()
    }

    /// Whether any hosting of this host is locked.
    pub(crate) fn times(&self, host: EnrolmentIx) -> bool {
        self.hostings.iter().any(|(key, hosting)| key.0 == host && (hosting.only.is_some() || hosting.firm))
    }

    /// What it costs a search that an enrolment is in a network (`None`: in none); infinite where a lock forbids it.
    pub(crate) fn place(&self, enrolment: EnrolmentIx, network: Option<NetworkIx>) -> f64 {
        let stays = self.stays_in(enrolment);
        let Some(network) = network else { return self.leaving(enrolment) };
        let closed = self.is_closed(network) && !self.freed.contains(&(enrolment, network));
        if stays.is_some_and(|stays| stays != network) || (closed && stays.is_none()) {
            return f64::INFINITY;
        }
        let shunned = |plan: &Promises| plan.networks.get(enrolment.at()).copied().flatten() == Some(network);
        let costs = match self.shunned.is_empty() {
            true => self.moves(enrolment, network),
            false => self.shunned.iter().any(shunned),
        };
        match costs {
            false => 0.0,
            true if self.keeps_all() => f64::INFINITY,
            true => self.price(),
        }
    }

    /// What it costs a search that an enrolment is in no network, beside the weight of that.
    fn leaving(&self, enrolment: EnrolmentIx) -> f64 {
        let lost = self.shunned.is_empty() && self.promised_to(enrolment).is_some();
        match lost {
            _ if self.requires(enrolment) => LOCK,
            true => self.losing(),
            false => 0.0,
        }
    }

    /// What it costs a search that a place is lost, or a hosting dropped.
    pub(crate) fn losing(&self) -> f64 {
        self.price() + if self.strict || self.keeps_all() { LOCK } else { 0.0 }
    }

    /// How many places and hostings a plan loses that makes these changes, where that weighs more than any cost.
    pub(crate) fn losses(&self, changes: &Changes) -> u32 {
        if self.strict { changes.places + changes.hostings } else { 0 }
    }

    /// What it costs a search that a hosting is not held, beside the weight of that.
    pub(crate) fn leaving_out(&self, hosting: HostingKey) -> f64 {
        let due = if self.is_due(hosting) { LOCK } else { 0.0 };
        due + if self.promises(hosting) { self.losing() } else { 0.0 }
    }

    /// The hostings that the base holds and that can be held.
    pub(crate) fn hostings_promised(&self) -> impl Iterator<Item = HostingKey> {
        self.hostings.iter().filter(|(_, hosting)| hosting.held).map(|(key, _)| *key)
    }

    /// Whether it is a change that this hosting is not held.
    pub(crate) fn promises(&self, hosting: HostingKey) -> bool {
        self.shunned.is_empty() && self.hostings.get(&hosting).is_some_and(|known| known.held)
    }

    /// The network that the base has this enrolment in, where leaving it is a change.
    pub(crate) fn promised_to(&self, enrolment: EnrolmentIx) -> Option<NetworkIx> {
        self.promised.get(enrolment.at()).copied().flatten()
    }

    /// Whether this network is another than the base's.
    fn moves(&self, enrolment: EnrolmentIx, network: NetworkIx) -> bool {
        self.promised_to(enrolment).is_some_and(|promised| promised != network)
    }

    /// Whether a hosting may be held that day.
    pub(crate) fn open_on(&self, hosting: HostingKey, day: Day) -> bool {
        let known = self.hostings.get(&hosting);
        let allowed = known.and_then(|known| known.only.as_ref()).is_none_or(|only| only.binary_search(&day).is_ok());
        let frozen = || known.is_some_and(|known| known.frozen.iter().any(|frozen| frozen.0 == day));
        let kept = !self.keeps_all() || !self.retimes(hosting, day) || self.spare(hosting).0 > 0;
        allowed && kept && (self.from.is_none_or(|from| day >= from) || frozen())
    }

    /// Locks a hosting to what is left of its days.
    fn hold_days(&mut self, hosting: HostingKey) {
        if let Some(known) = self.hostings.get_mut(&hosting) {
            known.firm = !known.promised.is_empty();
        }
    }

    /// How many days a hosting has lost, and how many of its days are left. Of its visits beyond those, as many as it has
    /// lost may be on days that would be changes, and are none.
    pub(crate) fn spare(&self, hosting: HostingKey) -> (u32, u32) {
        let known = self.hostings.get(&hosting).filter(|_| self.shunned.is_empty());
        known.map_or((0, 0), |known| (known.spare, known.promised.len() as u32))
    }

    /// Whether a lock allows no changes of a hosting that has lost days.
    pub(crate) fn is_firm(&self, hosting: HostingKey) -> bool {
        self.hostings.get(&hosting).is_some_and(|known| known.firm)
    }

    /// Whether holding it that day is a change, but for what [`Steering::spare`] lets pass.
    fn retimes(&self, hosting: HostingKey, day: Day) -> bool {
        self.hostings
            .get(&hosting)
            .is_some_and(|known| !known.promised.is_empty() && known.promised.binary_search(&day).is_err())
    }

    /// Whether holding it that day costs a search, but for what [`Steering::spare`] lets pass.
    pub(crate) fn costs_on(&self, hosting: HostingKey, day: Day) -> bool {
        let shunned = |plan: &Promises| plan.days.get(&hosting).is_some_and(|days| days.contains(&day));
        if self.shunned.is_empty() { self.retimes(hosting, day) } else { self.shunned.iter().any(shunned) }
    }

    /// The hostings of which something is locked.
    pub(crate) fn locked_visits(&self) -> impl Iterator<Item = HostingKey> + '_ {
        self.hostings.keys().copied().filter(|&key| self.is_due(key))
    }

    /// The hostings that must be held on one day alone, with that day.
    pub(crate) fn single_days(&self) -> impl Iterator<Item = (EnrolmentIx, Day)> + '_ {
        let one = |hosting: &Hosting| hosting.only.as_deref().and_then(|days| <[Day; 1]>::try_from(days).ok());
        self.hostings.iter().filter_map(move |(key, hosting)| Some((key.0, one(hosting)?[0])))
    }

    /// Whether it must be held.
    pub(crate) fn is_due(&self, hosting: HostingKey) -> bool {
        self.hostings.get(&hosting).is_some_and(|known| known.only.is_some() || known.firm || !known.frozen.is_empty())
    }

    /// The days of a hosting that are frozen, with those who come then and nobody else.
    pub(crate) fn frozen(&self, hosting: HostingKey) -> &[(Day, Vec<EnrolmentIx>)] {
        self.hostings.get(&hosting).map_or(&[], |known| &known.frozen)
    }
}

/// Whether this violation is of a lock or of a limit of changes, and of no rule.
pub(crate) fn is_lock(broken: &Violation) -> bool {
    broken.rule.subject() == Subject::Steering
}

/// Whether this violation is of a limit of changes.
pub(crate) fn is_limit(broken: &Violation) -> bool {
    matches!(broken.rule, RuleCode::MaxChanges | RuleCode::MaxAffectedMunicipalities)
}

/// Which hosting of a member a round is about.
fn key(problem: &Problem, host: EnrolmentIx, round: Option<RoundIx>) -> HostingKey {
    (host, round.and_then(|round| key_round(problem, host, round)))
}

/// The hosting that a visit belongs to.
fn key_on(problem: &Problem, host: EnrolmentIx, day: Day) -> HostingKey {
    key(problem, host, problem.round_of(day))
}

/// The days of every hosting of a plan, ascending.
fn days_held(problem: &Problem, plan: &Plan) -> BTreeMap<HostingKey, Vec<Day>> {
    let mut held: BTreeMap<HostingKey, Vec<Day>> = BTreeMap::new();
    for visit in &plan.visits {
        held.entry(key_on(problem, visit.host, visit.day)).or_default().push(visit.day);
    }
    held.values_mut().for_each(|days| days.sort_unstable());
    held
}
