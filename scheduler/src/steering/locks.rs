//! From locks as they are written to what must stay where. What is named by its id and cannot be kept is refused; of
//! "all" whatever can be kept is kept.

use std::collections::HashMap;

use super::build::{Base, may_receive};
use super::*;
use crate::plan::{Meeting, Visit};
use crate::problem::{Faults, GatheringIx, MunicipalityIx, Network, TrackIx};
use crate::rules;
use crate::rules::RuleCode;

/// Locks on their way into a steering.
pub(super) struct Locks<'a> {
    pub(super) problem: &'a Problem,
    pub(super) base: &'a Base,
    pub(super) steering: &'a mut Steering,
    pub(super) faults: &'a mut Faults,
}

/// The rules that a part of a plan breaks only if the whole does. Of the others A2, A4 and A6 ask for more members as
/// well and are judged apart; how many hostings V7 allows depends on the members.
const RULES_OF_PARTS: [RuleCode; 12] = [
    RuleCode::A1,
    RuleCode::A3,
    RuleCode::A5,
    RuleCode::G1,
    RuleCode::V1,
    RuleCode::V2,
    RuleCode::V3,
    RuleCode::V4,
    RuleCode::V5,
    RuleCode::V6,
    RuleCode::V8,
    RuleCode::V9,
];

impl Locks<'_> {
    /// Applies all of them; what contradicts is noted.
    pub(super) fn apply(&mut self, written: &SteeringRecords) {
        for (at, id) in written.enrolments.iter().enumerate() {
            self.enrolment(&format!("/locks/enrolments/{at}"), id);
        }
        for (at, id) in written.networks.iter().enumerate() {
            let pointer = format!("/locks/networks/{at}");
            match self.problem.network_of_id(id) {
                Some(n) => self.network(&pointer, n, true),
                None => self.faults.add(pointer, "unknown_id", format!("there is no network {id}")),
            }
        }
        if written.all_networks {
            (0..self.problem.networks().len())
                .for_each(|n| self.network("/locks/all_networks", NetworkIx::new(n), false));
        }
        for (at, lock) in written.visits.iter().enumerate() {
            self.visit(&format!("/locks/visits/{at}"), lock);
        }
        if let Some(keep) = written.all_visits {
            for key in self.base.days.keys() {
                self.hosting(None, *key, keep);
            }
        }
        self.gatherings(written);
        if let Some(date) = &written.before {
            match Day::parse(date) {
                Ok(day) => self.freeze(day),
                Err(wrong) => self.faults.add("/locks/before", wrong.code, wrong.detail),
            }
        }
        self.contradictions();
    }

    fn gatherings(&mut self, written: &SteeringRecords) {
        for (at, id) in written.gatherings.iter().enumerate() {
            let pointer = format!("/locks/gatherings/{at}");
            match self.problem.gathering_of_id(id) {
                Some(gathering) => self.gathering(Some(&pointer), gathering),
                None => self.faults.add(pointer, "unknown_id", format!("there is no gathering {id}")),
            }
        }
        if written.all_gatherings {
            (0..self.problem.gatherings().len()).for_each(|at| self.gathering(None, GatheringIx::new(at)));
        }
    }

    /// Keeps the meetings of a gathering; `pointer`: where it is named.
    fn gathering(&mut self, pointer: Option<&str>, gathering: GatheringIx) {
        let (problem, base) = (self.problem, self.base);
        let own = || base.plan.meetings.iter().filter(|meeting| meeting.gathering == gathering);
        let id = &problem.gathering(gathering).id;
        let why = match own().next() {
            None => Some(("nothing_to_keep", format!("the base plan has no meeting of {id} to keep"))),
            Some(_) => {
                let broken = rules::of_meetings(problem, gathering, &own().collect::<Vec<_>>());
                let told =
                    |broken: &Violation| format!("{id} is locked and breaks rule {}: {}", broken.rule, broken.detail);
                broken.first().map(|broken| ("lock_contradiction", told(broken)))
            }
        };
        match (why, pointer) {
            (None, _) => self.steering.keep_meetings(gathering, own()),
            (Some((code, why)), Some(pointer)) => self.faults.add(pointer, code, format!("{why}; leave it free")),
            (Some(_), None) => {}
        }
    }

    fn enrolment(&mut self, pointer: &str, id: &str) {
        let Some(e) = self.problem.enrolment_of_id(id) else {
            return self.faults.add(pointer, "unknown_id", format!("there is no enrolment {id}"));
        };
        match (self.base.plan.network_of[e.at()], self.steering.promised[e.at()]) {
            (_, Some(network)) => self.steering.stay(e, network),
            (Some(network), None) => {
                let network = &self.problem.network(network).id;
                let detail =
                    format!("{id} was in {network}, which is closed to it now; leave it free or open the network");
                self.faults.add(pointer, "lock_contradiction", detail);
            }
            (None, None) => {
                let detail = format!("the base plan has {id} in no network that there is; leave it free");
                self.faults.add(pointer, "nothing_to_keep", detail);
            }
        }
    }

    fn network(&mut self, pointer: &str, n: NetworkIx, named: bool) {
        let network = self.problem.network(n);
        let stay: Vec<EnrolmentIx> = self.members(n).collect();
        for (at, enrolment) in self.problem.enrolments().iter().enumerate() {
            let elsewhere = self.base.plan.network_of[at].is_some_and(|was| was != n);
            let fixed = enrolment.fixed == Some(n) && elsewhere;
            if fixed {
                let detail = format!("{} is locked as a whole, yet {} is fixed to it", network.id, enrolment.id);
                self.faults.add(pointer, "lock_contradiction", detail);
            }
            let shut_out = named && self.base.plan.network_of[at] == Some(n) && self.steering.promised[at].is_none();
            if shut_out {
                let detail = format!("{} is locked as a whole, yet closed to its member {}", network.id, enrolment.id);
                self.faults.add(pointer, "lock_contradiction", detail);
            }
        }
        for broken in rules::of_network(self.problem, network, &stay) {
            let detail =
                format!("{} is locked as a whole and breaks rule {}: {}", network.id, broken.rule, broken.detail);
            self.faults.add(pointer, "lock_contradiction", detail);
        }
        stay.into_iter().for_each(|e| self.steering.stay(e, n));
        self.steering.close(n);
    }

    fn members(&self, n: NetworkIx) -> impl Iterator<Item = EnrolmentIx> + use<> {
        let members: Vec<EnrolmentIx> = (0..self.steering.promised.len())
            .filter(|&at| self.steering.promised[at] == Some(n))
            .map(EnrolmentIx::new)
            .collect();
        members.into_iter()
    }

    fn visit(&mut self, pointer: &str, lock: &VisitLockRecord) {
        let Some(host) = self.problem.enrolment_of_id(&lock.host) else {
            return self.faults.add(
                format!("{pointer}/host"),
                "unknown_id",
                format!("there is no enrolment {}", lock.host),
            );
        };
        let round = match &lock.round {
            None => None,
            Some(id) => match self.problem.round_of_id(id) {
                Some(round) => Some(round),
                None => {
                    return self.faults.add(
                        format!("{pointer}/round"),
                        "unknown_id",
                        format!("there is no round {id}"),
                    );
                }
            },
        };
        let problem = self.problem;
        let of_host = self.base.days.range((host, None)..).map(|(key, _)| *key).take_while(|key| key.0 == host);
        let wanted = |key: &HostingKey| round.is_none() || key.1 == key_of(problem, host, round);
        let keys: Vec<HostingKey> = of_host.filter(wanted).collect();
        if keys.is_empty() {
            let detail = format!("the base plan has no visit to {} to keep; leave it free", lock.host);
            self.faults.add(pointer, "nothing_to_keep", detail);
        }
        for key in keys {
            self.hosting(Some(pointer), key, lock.keep);
        }
    }

    /// Keeps a hosting; `pointer`: where it is named.
    fn hosting(&mut self, pointer: Option<&str>, key: HostingKey, keep: Keep) {
        let problem = self.problem;
        let days = &self.base.days[&key];
        let track = problem.enrolment(key.0).track;
        let open = || problem.open_days(track, None).map(|(_, day)| day);
        let week = |day: Day| (day.number() - 1).div_euclid(7); // 0001-01-01 was a Monday
        let may = |&day: &Day| may_receive(problem, key.0, day);
        let allowed: Vec<Day> = match keep {
            Keep::Round => {
                let rounds: Vec<_> = days.iter().filter_map(|&day| problem.round_of(day)).collect();
                open().filter(|&day| problem.round_of(day).is_some_and(|round| rounds.contains(&round))).collect()
            }
            Keep::Week => open().filter(|&day| days.iter().any(|&held| week(held) == week(day))).collect(),
            Keep::Day | Keep::Guests => days.clone(),
        };
        let possible = match keep {
            Keep::Round | Keep::Week => allowed.iter().any(may),
            Keep::Day | Keep::Guests => allowed.iter().all(may),
        };
        let base = self.base;
        let crowded = base.visits_of(key).find_map(|visit| rules::too_many(problem, visit.host, &visit.guests));
        let crowded = crowded.filter(|_| keep == Keep::Guests);
        match pointer {
            Some(pointer) if !possible || crowded.is_some() => {
                let host = &problem.enrolment(key.0).id;
                let why = match crowded.filter(|_| possible) {
                    Some((persons, room)) => format!("{persons} persons come to {host}, and {room} fit by now"),
                    None => format!("{host} can no longer receive when it is locked to"),
                };
                self.faults.add(pointer, "lock_contradiction", format!("{why}; leave it free"));
            }
            _ if possible && crowded.is_none() => {
                self.steering.only_on(problem, key.0, key.1, &allowed);
                if keep == Keep::Guests {
                    self.freeze_visits(true, base.visits_of(key));
                }
            }
            // Some days are lost, or some visits are too large: what can be kept is.
            _ => match keep {
                Keep::Round | Keep::Week => {}
                Keep::Day => self.steering.hold_days(key),
                Keep::Guests => self.freeze_visits(
                    true,
                    base.visits_of(key).filter(|visit| {
                        may(&visit.day) && rules::too_many(problem, visit.host, &visit.guests).is_none()
                    }),
                ),
            },
        }
    }

    fn freeze(&mut self, before: Day) {
        self.steering.from = Some(before);
        let base = self.base;
        self.freeze_meetings(before);
        self.freeze_visits(false, base.plan.visits.iter().filter(|visit| visit.day < before));
    }

    /// Keeps the meetings that begin before a day: the whole gathering where none of its meetings is later.
    fn freeze_meetings(&mut self, before: Day) {
        for gathering in (0..self.problem.gatherings().len()).map(GatheringIx::new) {
            let own = || self.base.plan.meetings.iter().filter(|meeting| meeting.gathering == gathering);
            let (earlier, later): (Vec<_>, Vec<_>) = own().partition(|meeting| meeting.start < before);
            if self.steering.held(gathering).is_some() || earlier.is_empty() {
                continue;
            }
            if later.is_empty() {
                self.gathering(None, gathering);
                continue;
            }
            let can = |meeting: &&Meeting| {
                let broken = rules::of_meetings(self.problem, gathering, &[*meeting]);
                broken.iter().all(|broken| broken.rule != RuleCode::G1)
            };
            for meeting in earlier.into_iter().filter(can) {
                self.steering.hold(gathering, Hold { start: Some(meeting.start), place: meeting.place });
            }
        }
    }

    /// Freezes visits of the base: their day, and who comes of those that there still are. `named`: by a lock of their own.
    fn freeze_visits<'v>(&mut self, named: bool, visits: impl Iterator<Item = &'v Visit>) {
        for visit in visits.filter(|visit| !visit.guests.is_empty()) {
            let hosting = self.steering.hostings.entry(key_on(self.problem, visit.host, visit.day)).or_default();
            hosting.named |= named;
            if !hosting.frozen.iter().any(|frozen| frozen.0 == visit.day) {
                hosting.frozen.push((visit.day, visit.guests.clone()));
            }
            self.steering.stay(visit.host, visit.network);
            visit.guests.iter().for_each(|&guest| self.steering.stay(guest, visit.network));
        }
    }

    /// Whatever the plan: locks that break a rule together.
    fn contradictions(&mut self) {
        let (problem, steering) = (self.problem, &*self.steering);
        let mut part = Plan::empty(problem);
        for (at, network) in part.network_of.iter_mut().enumerate() {
            *network = steering.stays_in(EnrolmentIx::new(at));
        }
        let frozen = |visit: &&Visit| {
            let frozen = steering.frozen(key_on(problem, visit.host, visit.day));
            frozen.iter().any(|frozen| frozen.0 == visit.day)
        };
        part.visits = self.base.plan.visits.iter().filter(frozen).cloned().collect();
        let kept = |meeting: &&Meeting| steering.held(meeting.gathering).is_some_and(|held| held.only);
        let nobody = |meeting: &Meeting| Meeting { attend: Vec::new(), ..meeting.clone() };
        part.meetings = self.base.plan.meetings.iter().filter(kept).map(nobody).collect();
        for broken in rules::violations(problem, &part) {
            if RULES_OF_PARTS.contains(&broken.rule) {
                let detail = format!("what is locked breaks rule {}: {}", broken.rule, broken.detail);
                self.faults.add("/locks", "lock_contradiction", detail);
            }
        }
        for (n, members) in part.members(problem).iter().enumerate() {
            if steering.closed.get(n).is_some_and(|&closed| closed) {
                continue; // told already
            }
            let upper = Network { min_members: 0, min_delegates: 0, min_regions: 0, ..problem.networks()[n].clone() };
            for broken in rules::of_network(problem, &upper, members) {
                let detail = format!("what is locked breaks rule {}: {}", broken.rule, broken.detail);
                self.faults.add("/locks", "lock_contradiction", detail);
            }
        }
        self.pairs(&part);
    }

    /// A6: pairs that are locked in a network and are to be apart; and pairs that are to be together, of whom nobody is
    /// free any more to join the other.
    fn pairs(&mut self, part: &Plan) {
        let problem = self.problem;
        let mut places: HashMap<(MunicipalityIx, TrackIx), Vec<Option<NetworkIx>>> = HashMap::new();
        for (enrolment, network) in problem.enrolments().iter().zip(&part.network_of) {
            places.entry((enrolment.municipality, enrolment.track)).or_default().push(*network);
        }
        let rules = [(problem.apart(), false), (problem.together(), true)];
        for (pair, together) in rules.into_iter().flat_map(|(pairs, together)| pairs.iter().map(move |p| (p, together)))
        {
            for track in (0..problem.tracks().len()).map(TrackIx::new) {
                let of = |town: MunicipalityIx| places.get(&(town, track));
                let (Some(of_a), Some(of_b)) = (of(pair.0), of(pair.1)) else { continue };
                let shared = of_a.iter().flatten().find(|&&network| of_b.contains(&Some(network)));
                let settled = of_a.iter().chain(of_b).all(Option::is_some);
                let (a, b) = (&problem.municipality(pair.0).id, &problem.municipality(pair.1).id);
                let detail = match shared {
                    Some(n) if !together => {
                        format!("{a} and {b} are locked in {}, and are to be apart", problem.network(*n).id)
                    }
                    None if together && settled => {
                        let track = &problem.tracks()[track.at()].id;
                        format!("{a} and {b} are locked in different networks of track {track}, and are to be together")
                    }
                    _ => continue,
                };
                self.faults.add("/locks", "lock_contradiction", detail);
            }
        }
    }
}

fn key_of(problem: &Problem, host: EnrolmentIx, round: Option<RoundIx>) -> Option<RoundIx> {
    key(problem, host, round).1
}
