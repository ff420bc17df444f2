//! Why a hosting is not held: what stands against each open day of its rounds, as the plan stands.

use std::collections::BTreeSet;

use super::book::Book;
use super::day::{self, Away, DayStop, Wanted};
use super::sieve::{Sieve, Stop};
use super::{LeftOut, Missing, Told, english};
use crate::facts::HostingKey;
use crate::problem::names::Names;
use crate::problem::{Day, EnrolmentIx, NetworkIx, RoundIx};
use crate::rules::RuleCode;

/// What can stop a day, in the order looked at: what no plan can change comes first.
pub(super) const STOPS: &[Stop] = &[
    Stop { code: "cannot_host_any_day", by: "never_hosts" },
    Stop { code: "cannot_host_any_day", by: "host_unavailable" },
    Stop { code: "cannot_host_any_day", by: "host_cannot" },
    Stop { code: "host_gathers", by: "host_gathers" },
    Stop { code: "host_gathers", by: "hosts_meeting" },
    Stop { code: "no_guest_can_come", by: "no_guest_available" },
    Stop { code: "locked", by: "locked" },
    Stop { code: "round_full", by: "round_full" },
    Stop { code: "host_busy", by: "municipality_hosts" },
    Stop { code: "host_busy", by: "host_busy" },
    Stop { code: "pace", by: "host_pace" },
    Stop { code: "day_limit", by: "day_limit" },
    Stop { code: "no_guest_can_come", by: "no_guest_free" },
    Stop { code: "change_limit", by: "change_limit" },
    Stop { code: "affected_limit", by: "affected_limit" },
];

/// What stops a day where this does.
fn by(stop: &DayStop) -> &'static str {
    match stop {
        DayStop::OtherRound => "round_full",
        DayStop::HostPace(_) => "host_pace",
        DayStop::Guest { .. } => "no_guest_free",
        other => other.code(),
    }
}

/// The number of a test.
fn test(by: &str) -> usize {
    STOPS.iter().position(|stop| stop.by == by).unwrap_or(0) // each of them is in the list
}

pub(super) fn reason(book: &Book<'_>, network: NetworkIx, key: HostingKey) -> LeftOut {
    let told = told(book, network, key);
    told.of(book.problem, Missing::Hosting { host: key.0, round: key.1 })
}

/// Why a round of a network whose members take turns has no hosting: what keeps the member from it whose turn it is first.
pub(super) fn of_round(book: &Book<'_>, network: NetworkIx, round: RoundIx) -> LeftOut {
    let hosts = book.facts.members[network.at()].iter().copied().filter(|&e| book.problem.hosts(e));
    let turns = |e: EnrolmentIx| book.facts.hostings.range((e, None)..).take_while(|(key, _)| key.0 == e).count();
    let what = Missing::Round { network, round };
    let Some(host) = hosts.min_by_key(|&e| (turns(e), e)) else {
        return LeftOut { what, code: "nobody_hosts", reason: "Nobody hosts.".to_owned(), rules: vec![RuleCode::V2] };
    };
    let first = told(book, network, (host, Some(round))).of(book.problem, what);
    let names = Names(book.problem);
    let none = format!("Nobody hosts {} in round {}.", names.network(network), names.round(round));
    LeftOut { reason: format!("{none} {}", first.reason), ..first }
}

fn told(book: &Book<'_>, network: NetworkIx, key: HostingKey) -> Told {
    let (host, round) = (key.0, key.1);
    let guests: Vec<EnrolmentIx> = book.facts.members[network.at()].iter().copied().filter(|&e| e != host).collect();
    let mut sieve = Sieve::new(STOPS);
    for (of, day) in days(book, key) {
        let stopped = stops(book, network, key, &guests, of, day, &mut sieve);
        if stopped.is_empty() {
            return could_host(book, key, &guests, day);
        }
        sieve.stop(&stopped);
    }
    let stopped = sieve.told(Names(book.problem));
    match sieve.code() {
        Some(_) if guests.iter().all(|&e| book.too_large(e, host)) => {
            let room = book.problem.home(host).host_capacity.unwrap_or(0);
            Told { code: "no_guest_can_come", rules: sieve.rules(), why: english::LeftOut::NoRoom { host, room } }
        }
        Some(code) => Told { code, rules: sieve.rules(), why: english::LeftOut::NoDay { host, round, stopped } },
        None => {
            Told { code: "no_open_day", rules: vec![RuleCode::V1], why: english::LeftOut::NoOpenDay { host, round } }
        }
    }
}

/// Nothing is in the way of a day: what the hosting would cost then, all else as it is.
fn could_host(book: &Book<'_>, key: HostingKey, guests: &[EnrolmentIx], day: Day) -> Told {
    let (problem, weights) = (book.problem, book.problem.weights());
    let mut room = problem.home(key.0).host_capacity.map_or(u64::MAX, u64::from);
    let persons = |e: EnrolmentIx| u64::from(problem.enrolment(e).delegates);
    let (mut come, mut miss) = (Vec::new(), 0);
    for &guest in guests {
        let free = day::away(book, guest, key.0, day).is_empty() && persons(guest) <= room;
        come.extend(free.then_some(guest));
        if free && book.affects_too_many(key.0, day, &come).is_none() {
            room -= persons(guest);
        } else {
            come.truncate(come.len() - usize::from(free));
            miss += persons(guest);
        }
    }
    let guests = come.len();
    let there = come.into_iter().chain([key.0]);
    let more = weights.absence * miss as f64 + book.taking_part_costs(there, day) - weights.unhosted;
    let price = book.days_price(key, &[day]);
    let code = if more < 0.0 && more + price.total() >= 0.0 { "price" } else { "not_found" };
    let why = english::LeftOut::CouldHost { host: key.0, round: key.1, day, guests, more, price };
    Told { code, rules: Vec::new(), why }
}

fn days<'a>(book: &'a Book<'_>, key: HostingKey) -> impl Iterator<Item = (RoundIx, Day)> + 'a {
    book.problem.open_days(book.problem.enrolment(key.0).track, key.1)
}

/// The numbers of the tests that stop this day; their rules are noted.
fn stops(
    book: &Book<'_>,
    network: NetworkIx,
    hosting: HostingKey,
    guests: &[EnrolmentIx],
    round: RoundIx,
    day: Day,
    sieve: &mut Sieve,
) -> BTreeSet<usize> {
    let mut tests = BTreeSet::new();
    for stop in day::stops(book, Wanted { network, hosting, from: None }, round, day) {
        sieve.note(stop.rule(), if let DayStop::Locked(lock) = &stop { Some(lock) } else { None });
        tests.insert(test(by(&stop)));
    }
    let mut kept = Vec::with_capacity(guests.len());
    for &guest in guests {
        let mut away = day::away(book, guest, hosting.0, day);
        let limit = book.affects_too_many(hosting.0, day, &[guest]).map(Away::Limit);
        if away.is_empty() && limit.is_none() {
            return tests;
        }
        away.extend(limit);
        kept.push(away);
    }
    let never = |away: &Vec<Away>| {
        away.iter().any(|one| matches!(one, Away::Unavailable | Away::Gathers(_) | Away::TooLarge { .. }))
    };
    let limited = |away: &Vec<Away>| away.iter().all(|one| matches!(one, Away::Limit(_)));
    tests.insert(test(match () {
        () if kept.iter().any(limited) => "affected_limit",
        () if kept.iter().all(never) => "no_guest_available",
        () => "no_guest_free",
    }));
    kept.iter().flatten().for_each(|away| sieve.note(away.rule(), None));
    tests
}
