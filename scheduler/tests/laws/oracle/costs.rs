//! What a plan costs, by the wording of the measures.

use std::collections::BTreeSet;

use super::{Oracle, Trial, Trip, lists};
use scheduler::problem::records::WeightsRecord;

/// One hosting that is wanted: network, host and, with `each_round`, the round.
pub type Wanted = (usize, usize, Option<usize>);

impl Oracle {
    fn weights(&self) -> WeightsRecord {
        self.records.weights.clone().unwrap_or_default()
    }

    /// The cost of the networks: unassigned, preference and travel.
    pub fn assignment_cost(&self, trial: &Trial) -> f64 {
        let weights = self.weights();
        let (mut unassigned, mut preference, mut travel) = (0.0, 0.0, 0.0);
        for (e, place) in trial.place.iter().enumerate() {
            match place {
                None => unassigned += 1.0,
                Some(n) => preference += self.wish_cost(e, *n),
            }
        }
        for n in 0..self.networks() {
            let members = self.members(trial, n);
            for (&g, &h) in members.iter().flat_map(|g| members.iter().map(move |h| (g, h))) {
                let times = if self.each_round && self.rounds > 0 { self.rounds as f64 } else { 1.0 };
                if g != h && self.hosts(h) {
                    travel += 2.0 * self.km[self.town[g]][self.town[h]] * self.delegates(g) as f64 * times;
                }
            }
        }
        unassigned * weights.unassigned.unwrap_or(100_000.0)
            + preference * weights.preference.unwrap_or(500.0)
            + travel * weights.travel.unwrap_or(1.0)
    }

    fn wish_cost(&self, e: usize, n: usize) -> f64 {
        let costs = self.records.preference_costs.clone().unwrap_or_default();
        let by_rank = costs.by_rank.unwrap_or(vec![0.0, 1.0, 3.0, 6.0]);
        let wishes = self.records.enrolments[e].preferences.clone().unwrap_or_default();
        if wishes.is_empty() {
            return 0.0;
        }
        match wishes.iter().position(|id| *id == self.records.networks[n].id) {
            Some(rank) => by_rank[rank.min(by_rank.len() - 1)],
            None => costs.unlisted.unwrap_or(10.0),
        }
    }

    /// The hostings that are wanted of the networks.
    pub fn wanted(&self, trial: &Trial) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for n in (0..self.networks()).filter(|_| self.rounds > 0) {
            let members = self.members(trial, n);
            for &host in members.iter().filter(|&&e| members.len() >= 2 && self.hosts(e)) {
                match self.each_round {
                    true => wanted.extend((0..self.rounds).map(|round| (n, host, Some(round)))),
                    false => wanted.push((n, host, None)),
                }
            }
        }
        wanted
    }

    /// The cost of the dates, as far as these hostings and the visits planned go.
    pub fn timetable_cost(&self, trial: &Trial, wanted: &[Wanted]) -> f64 {
        let weights = self.weights();
        let held: Vec<&Trip> = trial.visits.iter().filter(|trip| self.counts(trial, trip)).collect();
        let of = |trip: &&&Trip, (_, host, round): Wanted| {
            trip.host == host && (round.is_none() || self.round_of(trip.day) == round)
        };
        let (mut unhosted, mut absence, mut undesired, mut pace) = (0.0, 0.0, 0.0, 0.0);
        for &(n, host, round) in wanted {
            let visits: Vec<&&Trip> = held.iter().filter(|trip| of(trip, (n, host, round))).collect();
            if visits.is_empty() {
                unhosted += 1.0;
                continue;
            }
            let came: BTreeSet<usize> = visits.iter().flat_map(|trip| self.guests(trial, trip)).collect();
            let missed = self.members(trial, n).into_iter().filter(|e| *e != host && !came.contains(e));
            absence += missed.map(|e| self.delegates(e) as f64).sum::<f64>();
        }
        let round_of = |trip: &Trip| if self.each_round { self.round_of(trip.day) } else { None };
        let hostings = BTreeSet::from_iter(held.iter().map(|trip| (trip.host, round_of(trip))));
        for trip in &held {
            for &e in trip.guests.iter().chain([&trip.host]) {
                if lists(&self.home(e).undesired, trip.day) {
                    undesired += self.delegates(e) as f64;
                }
            }
        }
        for e in 0..self.enrolments() {
            let days = self.days(trial, e);
            for rule in &self.pace {
                let too_many = |visits: &i64| (visits - rule.max_visits.unwrap_or(1)).max(0) as f64;
                let sum: f64 = self.windows(&days, rule.window_days).iter().map(too_many).sum();
                pace += rule.penalty.unwrap_or(0.0) * sum;
            }
        }
        unhosted * weights.unhosted.unwrap_or(20_000.0)
            + absence * weights.absence.unwrap_or(1_000.0)
            + (held.len() - hostings.len()) as f64 * weights.extra_visit.unwrap_or(500.0)
            + undesired * weights.undesired.unwrap_or(50.0)
            + pace * weights.pace.unwrap_or(1.0)
    }
}
