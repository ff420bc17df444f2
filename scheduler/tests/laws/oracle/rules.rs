//! Which rules a plan breaks, by their wording.

use std::collections::BTreeSet;

use super::{Oracle, Trial, Trip, lists};
use scheduler::problem::records::PairKind;

impl Oracle {
    /// The codes of all rules that a plan breaks.
    pub fn broken(&self, trial: &Trial) -> BTreeSet<&'static str> {
        let mut broken = self.broken_by_assignment(trial);
        broken.extend(self.broken_by_visits(trial));
        broken
    }

    pub fn broken_by_assignment(&self, trial: &Trial) -> BTreeSet<&'static str> {
        let mut broken = BTreeSet::new();
        let mut rule = |code, kept: bool| {
            if !kept {
                broken.insert(code);
            }
        };
        for (e, place) in trial.place.iter().enumerate() {
            let Some(n) = *place else { continue };
            let (enrolment, network) = (&self.records.enrolments[e], &self.records.networks[n]);
            rule("A1", self.track[e] == self.network_track[n]);
            rule("A1", !enrolment.excluded.iter().flatten().any(|id| *id == network.id));
            rule("A1", enrolment.fixed.as_ref().is_none_or(|id| *id == network.id));
            rule("A1", network.allowed_regions.as_ref().is_none_or(|open| open.contains(&self.home(e).region)));
        }
        for (n, network) in self.records.networks.iter().enumerate() {
            let members = self.members(trial, n);
            let count = members.len() as i64;
            let persons: i64 = members.iter().map(|&e| self.delegates(e)).sum();
            if !(count == 0 && network.may_stay_empty == Some(true)) {
                rule("A2", network.min_members <= count && count <= network.max_members);
                rule("A2", network.min_delegates.is_none_or(|least| persons >= least));
                rule("A2", network.max_delegates.is_none_or(|most| persons <= most));
            }
            let regions: BTreeSet<usize> = members.iter().map(|&e| self.region[e]).collect();
            for &one in &members {
                let of_region = members.iter().filter(|&&e| self.region[e] == self.region[one]).count() as i64;
                rule("A4", network.max_members_per_region.is_none_or(|most| of_region <= most));
                for &other in members.iter().filter(|&&other| other != one) {
                    rule("A3", self.town[one] != self.town[other]);
                    let km = self.km[self.town[one]][self.town[other]];
                    rule("A5", network.max_distance_km.is_none_or(|most| km <= most + 1e-6));
                }
            }
            rule("A4", count == 0 || network.min_regions.is_none_or(|least| regions.len() as i64 >= least));
        }
        for pair in self.records.pair_rules.iter().flatten() {
            for track in BTreeSet::from_iter(self.track.iter().copied()) {
                let networks_of = |id: &String| -> BTreeSet<usize> {
                    let of = |&e: &usize| self.home(e).id == *id && self.track[e] == track;
                    (0..self.enrolments()).filter(of).filter_map(|e| trial.place[e]).collect()
                };
                let (a, b) = (networks_of(&pair.a), networks_of(&pair.b));
                let share = a.intersection(&b).next().is_some();
                match pair.kind {
                    PairKind::Apart => rule("A6", !share),
                    PairKind::Together => rule("A6", a.is_empty() || b.is_empty() || share),
                }
            }
        }
        broken
    }

    /// Whether a visit keeps V1: one that does not counts for nothing else.
    pub fn counts(&self, trial: &Trial, trip: &Trip) -> bool {
        trial.place[trip.host] == Some(trip.network) && self.round_of(trip.day).is_some()
    }

    /// The guests who are other members of the network.
    pub fn guests(&self, trial: &Trial, trip: &Trip) -> Vec<usize> {
        let member = |&&guest: &&usize| guest != trip.host && trial.place[guest] == Some(trip.network);
        trip.guests.iter().filter(member).copied().collect()
    }

    /// The days on which an enrolment takes part, a day once per visit.
    pub fn days(&self, trial: &Trial, e: usize) -> Vec<i64> {
        let mut days = Vec::new();
        for trip in trial.visits.iter().filter(|trip| self.counts(trial, trip)) {
            let times = usize::from(trip.host == e) + self.guests(trial, trip).iter().filter(|&&g| g == e).count();
            days.extend(vec![trip.day; times]);
        }
        days
    }

    /// For every window of so many days in the programme, how many of `days` lie in it.
    pub fn windows(&self, days: &[i64], window_days: i64) -> Vec<i64> {
        let Some((first, last)) = self.span else { return Vec::new() };
        let length = window_days.min(last - first + 1);
        let inside = |start: i64| days.iter().filter(|&&day| start <= day && day < start + length).count() as i64;
        (first..=last - length + 1).map(inside).collect()
    }

    pub fn broken_by_visits(&self, trial: &Trial) -> BTreeSet<&'static str> {
        let mut broken = BTreeSet::new();
        let mut rule = |code, kept: bool| {
            if !kept {
                broken.insert(code);
            }
        };
        let held: Vec<&Trip> = trial.visits.iter().filter(|trip| self.counts(trial, trip)).collect();
        rule("V1", held.len() == trial.visits.len());
        let limits = self.records.visits.clone().unwrap_or_default();
        for trip in &held {
            let (home, day) = (self.home(trip.host), trip.day);
            rule("V2", self.hosts(trip.host) && !lists(&home.unavailable, day) && !lists(&home.cannot_host_on, day));
            let that_day: Vec<&&Trip> = held.iter().filter(|other| other.day == day).collect();
            let same_town = that_day.iter().filter(|other| self.town[other.host] == self.town[trip.host]).count();
            rule("V2", same_town == 1);
            let guests = self.guests(trial, trip);
            let persons: i64 = guests.iter().map(|&guest| self.delegates(guest)).sum();
            rule("V3", !trip.guests.is_empty());
            rule("V3", home.host_capacity.is_none_or(|room| persons <= room));
            rule("V4", guests.len() == trip.guests.len());
            rule("V4", guests.iter().all(|&guest| !lists(&self.home(guest).unavailable, day)));
            let region = self.region[trip.host];
            let in_region = that_day.iter().filter(|other| self.region[other.host] == region).count() as i64;
            rule("V6", self.records.regions[region].max_visits_per_day.is_none_or(|most| in_region <= most));
            rule("V6", limits.max_visits_per_day.is_none_or(|most| that_day.len() as i64 <= most));
            for &guest in &guests {
                let same_hosting = |other: &&&Trip| {
                    other.host == trip.host && (!self.each_round || self.round_of(other.day) == self.round_of(day))
                };
                let visits = held.iter().filter(same_hosting).flat_map(|other| self.guests(trial, other));
                rule("V8", visits.filter(|&other| other == guest).count() == 1);
                let back = held.iter().filter(|other| other.host == guest);
                for other in back.filter(|other| self.guests(trial, other).contains(&trip.host)) {
                    rule("V9", (other.day - day).abs() >= self.min_return_days);
                }
            }
        }
        for e in 0..self.enrolments() {
            let days = self.days(trial, e);
            rule("V5", days.len() == BTreeSet::from_iter(&days).len());
            for pace in self.pace.iter().filter(|pace| pace.penalty.is_none()) {
                let most = pace.max_visits.unwrap_or(1);
                rule("V5", self.windows(&days, pace.window_days).iter().all(|&visits| visits <= most));
            }
            let rounds: BTreeSet<_> =
                held.iter().filter(|trip| trip.host == e).map(|trip| self.round_of(trip.day)).collect();
            rule("V7", self.each_round || rounds.len() <= 1);
        }
        for n in (0..self.networks()).filter(|_| !self.each_round && self.rounds > 0) {
            let members = self.members(trial, n);
            let hosting = members.iter().filter(|&&e| self.hosts(e)).count();
            let share = (hosting as f64 / self.rounds as f64).ceil() as usize;
            for round in 0..self.rounds {
                let in_round = held.iter().filter(|trip| trip.network == n && self.round_of(trip.day) == Some(round));
                let hosts = BTreeSet::from_iter(in_round.map(|trip| trip.host));
                rule("V7", members.len() < 2 || hosts.len() <= share);
            }
        }
        broken
    }
}
