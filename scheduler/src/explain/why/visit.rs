//! Why a visit is on its day.

use std::collections::BTreeMap;

use super::{Alternative, Choice, Explanation, NAMED, NEAR, Reason, Stop, cheapest_first, rank};
use crate::cost::{Cost, Measures};
use crate::explain::book::Book;
use crate::facts::{Facts, HostingKey, excess};
use crate::plan::{Plan, Visit};
use crate::problem::{Day, EnrolmentIx, Hosting, Problem, RoundIx};

/// Why a visit of the plan, by its position, is on its day: what the other open days would cost with the same guests and
/// all other visits as they are, and what is in the way. Its share holds the journeys of its guests, the absence from its
/// hosting, and what it adds to the pace of those who take part. Linear in the days of the programme, times the guests.
pub fn visit(problem: &Problem, plan: &Plan, position: usize) -> Explanation {
    let visit = &plan.visits[position];
    let mut without = plan.clone();
    without.visits.remove(position);
    let (facts, others) = (Facts::new(problem, plan), Facts::new(problem, &without));
    let day = Look { book: &Book::new(&others), visit };
    let mut alternatives: Vec<Alternative> = day.open_days().map(|(round, at)| day.alternative(round, at)).collect();
    cheapest_first(&mut alternatives);
    let possible: Vec<Alternative> = alternatives.iter().filter(|one| one.stop.is_none()).cloned().collect();
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
    let each_round = facts.problem.visits().hosting == Hosting::EachRound;
    (visit.host, facts.problem.round_of(visit.day).filter(|_| each_round))
}

/// A visit taken out of a plan, to be tried on other days.
struct Look<'a> {
    /// All other visits.
    book: &'a Book<'a>,
    visit: &'a Visit,
}

impl Look<'_> {
    /// The open days that its hosting could use.
    fn open_days(&self) -> impl Iterator<Item = (RoundIx, Day)> {
        let problem = self.book.problem;
        let own = key(self.book.facts, self.visit).1;
        let rounds = problem.rounds().iter().enumerate().map(|(at, round)| (RoundIx::new(at), round));
        let rounds = rounds.filter(move |(at, _)| own.is_none_or(|own| own == *at));
        rounds.flat_map(|(at, round)| round.open_days.iter().map(move |&day| (at, day)))
    }

    fn alternative(&self, round: RoundIx, day: Day) -> Alternative {
        let present = day == self.visit.day;
        let stop = if present { None } else { self.stop(round, day) };
        let stop = stop.map(|(code, rule)| Stop::Day { code, rule });
        let difference = if present { 0.0 } else { self.cost(day) - self.cost(self.visit.day) };
        Alternative { choice: Choice::Day(day), present, difference, stop, swap: None }
    }

    /// What keeps the visit from this day: a code and its rule.
    fn stop(&self, round: RoundIx, day: Day) -> Option<(&'static str, &'static str)> {
        let (book, host) = (self.book, self.visit.host);
        let elsewhere = book.facts.visits_of(key(book.facts, self.visit)).any(|other| other.round != round);
        let moved = book.problem.round_of(self.visit.day) != Some(round);
        if book.problem.home(host).cannot_host.contains(day) {
            Some(("host_cannot", "V2"))
        } else if book.takes_part(host, day) || book.hosts_on(host, day) {
            Some(("host_busy", "V2"))
        } else if book.too_fast(host, day) {
            Some(("pace", "V5"))
        } else if elsewhere || (moved && book.round_is_full(self.visit.network, round)) {
            Some(("round_full", "V7"))
        } else if book.day_is_full(host, day) {
            Some(("day_limit", "V6"))
        } else {
            let somebody = self.visit.guests.iter().any(|&guest| self.can_come(guest, day));
            (!somebody).then_some(("no_guest", "V4"))
        }
    }

    fn can_come(&self, guest: EnrolmentIx, day: Day) -> bool {
        let book = self.book;
        day == self.visit.day
            || (!book.problem.home(guest).unavailable.contains(day)
                && !book.takes_part(guest, day)
                && !book.too_fast(guest, day)
                && !book.returns_too_soon(guest, self.visit.host, day))
    }

    /// What those who take part cost on this day, and those of the guests who cannot.
    fn cost(&self, day: Day) -> f64 {
        let (problem, weights) = (self.book.problem, self.book.problem.weights());
        let (come, miss): (Vec<EnrolmentIx>, Vec<EnrolmentIx>) =
            self.visit.guests.iter().partition(|&&guest| self.can_come(guest, day));
        let persons = |e: &EnrolmentIx| f64::from(problem.enrolment(*e).delegates);
        let absence: f64 = miss.iter().map(persons).sum();
        let there = || come.iter().chain([&self.visit.host]);
        let undesired: f64 = there().filter(|e| problem.home(**e).undesired.contains(day)).map(persons).sum();
        let pace = there().map(|&e| pace(self.book.facts, e, Some(day))).sum::<f64>()
            + miss.iter().map(|&e| pace(self.book.facts, e, None)).sum::<f64>();
        weights.absence * absence + weights.undesired * undesired + weights.pace * pace
    }
}

/// The price of an enrolment's pace with one day more.
fn pace(facts: &Facts<'_>, e: EnrolmentIx, more: Option<Day>) -> f64 {
    let mut days = facts.days[e.at()].clone();
    days.extend(more);
    days.sort_unstable();
    let soft = facts.problem.visits().pace.iter().filter_map(|pace| Some((pace, pace.penalty?)));
    soft.map(|(pace, penalty)| penalty * excess(facts.problem, &days, pace.window_days, pace.max_visits) as f64).sum()
}

fn share(facts: &Facts<'_>, others: &Facts<'_>, visit: &Visit) -> Measures {
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
        pace: there().map(|e| pace(facts, e, None) - pace(others, e, None)).sum(),
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
    let guests = missing(facts, visit).len();
    if guests > 0 {
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
        Choice::Day(day) => Some(Reason::CheaperDay { day, saves: -one.difference }),
        Choice::Network(_) => None,
    }));
    if possible.len() == 1 {
        reasons.push(Reason::OnlyDay);
    } else if reasons.is_empty() {
        reasons.push(Reason::BestDay { of: possible.len() });
    }
    let mut stopped: BTreeMap<(&'static str, &'static str), usize> = BTreeMap::new();
    for alternative in all {
        if let Some(Stop::Day { code, rule }) = alternative.stop {
            *stopped.entry((code, rule)).or_default() += 1;
        }
    }
    let mut stopped: Vec<_> = stopped.into_iter().collect();
    stopped.sort_by_key(|(_, days)| std::cmp::Reverse(*days));
    reasons.extend(stopped.into_iter().map(|((code, rule), days)| Reason::DaysStopped { code, rule, days }));
    reasons
}
