//! Every plan of a tiny problem.

use std::collections::BTreeMap;

use super::costs::Wanted;
use super::{Oracle, Trial, Trip};

/// Looks that are taken at most: a problem that needs more is too large to be counted out.
const LOOKS: usize = 60_000;

/// What is best.
#[derive(Debug)]
pub struct Best {
    /// The least cost of networks; `None`: no assignment keeps the rules.
    pub assignment: Option<f64>,
    /// The least cost of all plans; `None` where it would take too long.
    pub total: Option<f64>,
}

impl Oracle {
    /// The best of all plans.
    pub fn best(&self) -> Best {
        let mut trials = self.assignments();
        trials.sort_by(|a, b| a.0.total_cmp(&b.0));
        let assignment = trials.first().map(|trial| trial.0);
        let mut looks = LOOKS;
        let mut best: Option<f64> = None;
        for (cost, trial) in &trials {
            if best.is_some_and(|best| best <= *cost) {
                break; // the others cost more by their networks alone
            }
            match self.best_timetable(trial, &mut looks) {
                Some(dates) => best = Some(best.unwrap_or(f64::INFINITY).min(cost + dates)),
                None => return Best { assignment, total: None },
            }
        }
        Best { assignment, total: best }
    }

    /// All assignments that keep the rules, with their cost.
    pub fn assignments(&self) -> Vec<(f64, Trial)> {
        let mut found = Vec::new();
        let places = self.networks() + 1;
        for number in 0..places.pow(self.enrolments() as u32) {
            let place = |e: usize| (number / places.pow(e as u32) % places).checked_sub(1);
            let trial = Trial { place: (0..self.enrolments()).map(place).collect(), visits: Vec::new() };
            if self.broken_by_assignment(&trial).is_empty() {
                found.push((self.assignment_cost(&trial), trial));
            }
        }
        found
    }

    /// The least cost of dates for these networks; `None` where it takes more looks than are left.
    pub fn best_timetable(&self, trial: &Trial, looks: &mut usize) -> Option<f64> {
        let wanted = self.wanted(trial);
        let mut best = f64::INFINITY;
        let mut trial = Trial { visits: Vec::new(), ..trial.clone() };
        self.descend(&mut trial, &wanted, 0, &mut best, looks).then_some(best)
    }

    /// Tries every way to hold hosting number `at` and those after it; tells whether the looks sufficed.
    fn descend(&self, trial: &mut Trial, wanted: &[Wanted], at: usize, best: &mut f64, looks: &mut usize) -> bool {
        if *looks == 0 {
            return false;
        }
        *looks -= 1;
        // Further visits never mend a broken rule and never take away cost.
        let cost = self.timetable_cost(trial, &wanted[..at]);
        if cost >= *best || !self.broken_by_visits(trial).is_empty() {
            return true;
        }
        if at == wanted.len() {
            *best = cost;
            return true;
        }
        let before = trial.visits.len();
        for visits in self.ways(trial, wanted[at]) {
            trial.visits.extend(visits);
            let enough = self.descend(trial, wanted, at + 1, best, looks);
            trial.visits.truncate(before);
            if !enough {
                return false;
            }
        }
        true
    }

    /// Every way to hold a hosting: each guest on one of the days of one round, or not at all; and not to hold it.
    fn ways(&self, trial: &Trial, (network, host, round): Wanted) -> Vec<Vec<Trip>> {
        let guests: Vec<usize> = self.members(trial, network).into_iter().filter(|&e| e != host).collect();
        let rounds = (0..self.rounds).filter(|&at| round.is_none_or(|wanted| wanted == at));
        let mut ways = Vec::new();
        for round in rounds {
            let days: Vec<i64> = self.open.iter().filter(|open| open.1 == round).map(|open| open.0).collect();
            let choices = days.len() + 1; // the last: not at all
            for number in 0..choices.pow(guests.len() as u32) {
                let mut by_day: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
                for (position, &guest) in guests.iter().enumerate() {
                    if let Some(&day) = days.get(number / choices.pow(position as u32) % choices) {
                        by_day.entry(day).or_default().push(guest);
                    }
                }
                if !by_day.is_empty() {
                    ways.push(by_day.into_iter().map(|(day, guests)| Trip { network, host, day, guests }).collect());
                }
            }
        }
        ways.push(Vec::new());
        ways
    }
}
