//! Why a member misses a hosting that is held: what keeps it from each of the hosting's visits, as the plan stands.

use std::collections::BTreeSet;

use super::book::Book;
use super::day::{self, Away};
use super::lock::Lock;
use super::sieve::{Sieve, Stop};
use super::{LeftOut, Missing, Told, english};
use crate::facts::{Held, HostingKey};
use crate::problem::EnrolmentIx;
use crate::problem::names::Names;

/// What can keep a guest away, in the order looked at: what no plan can change comes first.
pub(super) const STOPS: &[Stop] = &[
    Stop { code: "too_large", by: "too_large" },
    Stop { code: "unavailable", by: "unavailable" },
    Stop { code: "gathers", by: "gathers" },
    Stop { code: "locked", by: "locked" },
    Stop { code: "busy", by: "busy" },
    Stop { code: "pace", by: "pace" },
    Stop { code: "return_days", by: "return_days" },
    Stop { code: "no_room", by: "no_room" },
    Stop { code: "affected_limit", by: "affected_limit" },
];

pub(super) fn reason(book: &Book<'_>, guest: EnrolmentIx, key: HostingKey) -> LeftOut {
    told(book, guest, key).of(book.problem, Missing::Guest { guest, host: key.0, round: key.1 })
}

fn told(book: &Book<'_>, guest: EnrolmentIx, key: HostingKey) -> Told {
    let (host, round) = key;
    let persons = book.problem.enrolment(guest).delegates;
    let mut sieve = Sieve::new(STOPS);
    for held in book.facts.visits_of(key) {
        let stops = stops(book, guest, key, held);
        if stops.is_empty() {
            let day = held.visit.day;
            let absent = book.problem.weights().absence * f64::from(persons);
            let more = book.taking_part_costs([guest].into_iter(), day) - absent;
            let why = english::LeftOut::CouldVisit { guest, host, round, day, more };
            return Told { code: "cost", rules: Vec::new(), why };
        }
        stops.iter().for_each(|away| {
            sieve.note(away.rule(), if let Away::Locked(lock) = away { Some(lock) } else { None });
        });
        let test = |away: &Away| STOPS.iter().position(|stop| stop.code == away.code());
        sieve.stop(&stops.iter().filter_map(test).collect::<BTreeSet<usize>>());
    }
    if book.too_large(guest, host) {
        let room = book.problem.home(host).host_capacity.unwrap_or(0);
        let why = english::LeftOut::TooLarge { guest, host, persons, room };
        return Told { code: "too_large", rules: sieve.rules(), why };
    }
    let visits = book.facts.visits_of(key).count();
    let stopped = sieve.told(Names(book.problem));
    let why = english::LeftOut::NoVisit { guest, host, round, visits, stopped };
    Told { code: sieve.code().unwrap_or("cost"), rules: sieve.rules(), why } // what is held has a visit: there is a code
}

/// What keeps the guest from this visit.
fn stops(book: &Book<'_>, guest: EnrolmentIx, key: HostingKey, held: &Held<'_>) -> Vec<Away> {
    let (host, day) = (held.visit.host, held.visit.day);
    let persons = |e: EnrolmentIx| u64::from(book.problem.enrolment(e).delegates);
    let mut found = day::away(book, guest, host, day);
    let steering = book.problem.steering();
    let frozen = |day| steering.is_some_and(|steering| steering.frozen(key).iter().any(|frozen| frozen.0 == day));
    if frozen(day) {
        let before = steering.and_then(|steering| steering.opens_on()).filter(|&opens| day < opens);
        found.push(Away::Locked(before.map_or(Lock::Guests, Lock::Before)));
    }
    let with = held.guests.iter().map(|&e| persons(e)).sum::<u64>() + persons(guest);
    if let Some(room) = book.problem.home(host).host_capacity.filter(|&room| with > u64::from(room)) {
        found.push(Away::NoRoom { persons: with, room });
    }
    found.extend(book.affects_too_many(host, day, &[guest]).map(Away::Limit));
    found
}
