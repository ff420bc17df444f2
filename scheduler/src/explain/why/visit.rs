//! Why a visit is on its day.

use std::collections::BTreeMap;

use super::{Alternative, Choice, Explanation, NAMED, NEAR, Reason, Stop, cheapest_first, rank};
use crate::cost::{Cost, Measures};
use crate::explain::book::Book;
use crate::explain::day::{self, Away, DayStop, Wanted};
use crate::explain::price::Price;
use crate::facts::{Facts, HostingKey, key_round};
use crate::plan::{Plan, Visit};
use crate::problem::names::Names;
use crate::problem::{Day, EnrolmentIx, RoundIx};
use crate::steering::Task;

/// Why a visit of the plan, by its position, is on its day: what the other open days would cost with the same guests and
/// all other visits as they are, and what is in the way. Its share holds the journeys of its guests, the absence from its
/// hosting, and what it adds to the pace of those who take part. Linear in the days of the programme, times the guests.
pub fn visit(problem: &Task, plan: &Plan, position: usize) -> Explanation {
    let visit = &plan.visits[position];
    let mut without = plan.clone();
    without.visits.remove(position);
    let (facts, others) = (Facts::new(problem, plan), Facts::new(problem, &without));
    let others = Book::new(problem, &others);
    let day = Look { book: &others, visit };
    let mut alternatives: Vec<Alternative> = day.open_days().map(|(round, at)| day.alternative(round, at)).collect();
    cheapest_first(&mut alternatives);
    let possible: Vec<Alternative> = alternatives.iter().filter(|one| one.stops.is_empty()).cloned().collect();
    let mut reasons = about(&facts, visit);
    reasons.extend(days(&alternatives, &possible));
    Explanation {
        share: Cost::of(&share(&facts, &others, visit), problem.weights()),
        rank: rank(&alternatives),
        alternatives,
        parts: Vec::new(),
        reasons,
    }
}

fn key(facts: &Facts<'_>, visit: &Visit) -> HostingKey {
    let round = facts.problem.round_of(visit.day);
    (visit.host, round.and_then(|round| key_round(facts.problem, visit.host, round)))
}

/// A visit taken out of a plan, to be tried on other days.
struct Look<'a> {
    /// All other visits.
    book: &'a Book<'a>,
    visit: &'a Visit,
}

impl Look<'_> {
    fn wanted(&self) -> Wanted {
        let hosting = key(self.book.facts, self.visit);
        Wanted { network: self.visit.network, hosting, from: Some(self.visit.day) }
    }

    /// The open days that its hosting could use.
    fn open_days(&self) -> impl Iterator<Item = (RoundIx, Day)> {
        let problem = self.book.problem;
        problem.open_days(problem.network(self.visit.network).track, self.wanted().hosting.1)
    }

    fn alternative(&self, round: RoundIx, day: Day) -> Alternative {
        let present = day == self.visit.day;
        let (host, problem) = (self.visit.host, self.book.problem);
        let (mut stops, mut lost) = (Vec::new(), Vec::new());
        if !present {
            stops = day::stops(self.book, self.wanted(), round, day);
            let away = |&guest: &EnrolmentIx| (guest, day::away(self.book, guest, host, day));
            lost = self.visit.guests.iter().map(away).filter(|(_, away)| !away.is_empty()).collect();
            let nobody = lost.len() == self.visit.guests.len();
            let is_lost = |guest: &EnrolmentIx| lost.iter().any(|one| one.0 == *guest);
            let come: Vec<EnrolmentIx> =
                self.visit.guests.iter().copied().filter(|guest| nobody || !is_lost(guest)).collect();
            stops.extend(self.book.affects_too_many(host, day, &come).map(DayStop::Limit));
            if nobody {
                stops.extend(lost.iter().flat_map(|(guest, away)| {
                    away.iter().map(|why| DayStop::Guest { guest: *guest, why: why.clone() })
                }));
            }
        }
        Alternative {
            choice: Choice::Day(day),
            present,
            difference: if present { 0.0 } else { self.cost(day, &lost) - self.cost(self.visit.day, &[]) },
            price: self.price(day).than(self.price(self.visit.day)),
            lifted: day::lifted(problem, host, day, &stops),
            stops: stops.into_iter().map(Stop::Day).collect(),
            lost,
            swap: None,
        }
    }

    /// What the hosting costs on this day by what steers the plan.
    fn price(&self, day: Day) -> Price {
        let hosting = self.wanted().hosting;
        let mut days = self.book.days_of(hosting);
        days.push(day);
        self.book.days_price(hosting, &days)
    }

    /// What those who take part cost on this day, and those of the guests who cannot.
    fn cost(&self, day: Day, lost: &[(EnrolmentIx, Vec<Away>)]) -> f64 {
        let problem = self.book.problem;
        let misses = |guest: &EnrolmentIx| lost.iter().any(|(lost, _)| lost == guest);
        let absent = self.visit.guests.iter().filter(|guest| misses(guest));
        let absence: f64 = absent.map(|&guest| f64::from(problem.enrolment(guest).delegates)).sum();
        let there = self.visit.guests.iter().filter(|guest| !misses(guest)).chain([&self.visit.host]).copied();
        problem.weights().absence * absence + self.book.taking_part_costs(there, day)
    }
}

fn share(facts: &Facts<'_>, others: &Book<'_>, visit: &Visit) -> Measures {
    let problem = facts.problem;
    let persons = |e: EnrolmentIx| f64::from(problem.enrolment(e).delegates);
    let town = |e: EnrolmentIx| problem.enrolment(e).municipality;
    let visits = facts.visits_of(key(facts, visit)).count().max(1) as f64;
    let km = |&guest: &EnrolmentIx| 2.0 * problem.km(town(guest), town(visit.host)) * persons(guest);
    let there = || visit.guests.iter().chain([&visit.host]).copied();
    let missing: f64 = missing(facts, visit).into_iter().map(persons).sum();
    Measures {
        travel: visit.guests.iter().map(km).sum(),
        undesired: there().filter(|&e| problem.home(e).undesired.contains(visit.day)).map(persons).sum(),
        pace: there().map(|e| others.pace(e, Some(visit.day)) - others.pace(e, None)).sum(),
        extra_visit: (visits - 1.0) / visits,
        absence: missing / visits,
        ..Measures::default()
    }
}

/// The members who come to no visit of its hosting.
fn missing(facts: &Facts<'_>, visit: &Visit) -> Vec<EnrolmentIx> {
    let came = facts.came(key(facts, visit));
    let members = facts.members[visit.network.at()].iter().copied();
    members.filter(|&e| e != visit.host && came.binary_search(&e).is_err()).collect()
}

/// What is to be known of the visit itself.
fn about(facts: &Facts<'_>, visit: &Visit) -> Vec<Reason> {
    let problem = facts.problem;
    let mut reasons = Vec::new();
    let there = visit.guests.iter().chain([&visit.host]);
    let undesired = there.filter(|e| problem.home(**e).undesired.contains(visit.day));
    let delegates: u64 = undesired.map(|e| u64::from(problem.enrolment(*e).delegates)).sum();
    if delegates > 0 {
        reasons.push(Reason::Undesired { delegates });
    }
    let guests: Vec<String> = missing(facts, visit).into_iter().map(|e| Names(problem).enrolment(e)).collect();
    if !guests.is_empty() {
        reasons.push(Reason::Missing { guests });
    }
    let visits = facts.visits_of(key(facts, visit)).count();
    if visits > 1 {
        reasons.push(Reason::Split { visits });
    }
    reasons
}

/// What is to be known of its other days.
fn days(all: &[Alternative], possible: &[Alternative]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let cheaper = possible.iter().filter(|one| one.difference < -NEAR).take(NAMED);
    reasons.extend(cheaper.filter_map(|one| match one.choice {
        Choice::Day(day) => Some(Reason::CheaperDay { day, saves: -one.difference, price: one.price }),
        Choice::Network(_) => None,
    }));
    if possible.len() == 1 {
        reasons.push(Reason::OnlyDay);
    } else if reasons.is_empty() {
        reasons.push(Reason::BestDay { of: possible.len() });
    }
    let mut stopped: BTreeMap<&'static str, (usize, DayStop)> = BTreeMap::new();
    for alternative in all {
        let mut codes: Vec<&'static str> = Vec::new();
        for stop in &alternative.stops {
            let Stop::Day(stop) = stop else { continue };
            if !codes.contains(&stop.code()) {
                codes.push(stop.code());
                stopped.entry(stop.code()).or_insert_with(|| (0, stop.clone())).0 += 1;
            }
        }
    }
    let mut stopped: Vec<(usize, DayStop)> = stopped.into_values().collect();
    stopped.sort_by_key(|(days, _)| std::cmp::Reverse(*days));
    reasons.extend(stopped.into_iter().map(|(days, stop)| Reason::DaysStopped { stop, days }));
    reasons
}
