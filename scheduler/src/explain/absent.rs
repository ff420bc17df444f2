//! Why a member misses a hosting that is held: what keeps it from each of the hosting's visits, as the plan stands.

use super::book::Book;
use super::sieve::{Sieve, Stop};
use super::{LeftOut, Missing, english};
use crate::facts::{Held, HostingKey};
use crate::problem::EnrolmentIx;

/// What can keep a guest away, in the order looked at: what no plan can change comes first.
const STOPS: &[Stop] = &[
    Stop { code: "unavailable", by: "unavailable" },
    Stop { code: "busy", by: "busy" },
    Stop { code: "pace", by: "pace" },
    Stop { code: "return_days", by: "return_days" },
    Stop { code: "no_room", by: "no_room" },
];

pub(super) fn reason(book: &Book<'_>, guest: EnrolmentIx, key: HostingKey) -> LeftOut {
    let (code, why) = code_and_reason(book, guest, key);
    LeftOut { what: Missing::Guest { guest, host: key.0, round: key.1 }, code, reason: english::left_out(&why) }
}

fn code_and_reason<'b>(book: &Book<'b>, guest: EnrolmentIx, key: HostingKey) -> (&'static str, english::LeftOut<'b>) {
    let (host, round) = (key.0, book.round_name(key));
    let [who, whom] = [guest, host].map(|e| book.id(e));
    if book.too_large(guest, host) {
        let (persons, room) =
            (book.problem.enrolment(guest).delegates, book.problem.home(host).host_capacity.unwrap_or(0));
        return ("too_large", english::LeftOut::TooLarge { who, whom, persons, room });
    }
    let mut sieve = Sieve::new(STOPS);
    for held in book.facts.visits_of(key) {
        match stop(book, guest, held) {
            Some(test) => sieve.stop(test),
            None => {
                return ("cost", english::LeftOut::CouldVisit { who, whom, round, day: held.visit.day });
            }
        }
    }
    let visits = book.facts.visits_of(key).count();
    let why = english::LeftOut::NoVisit { who, whom, round, visits, stopped: sieve.told() };
    (sieve.code().unwrap_or("cost"), why) // a hosting that is held has a visit, so there is a code
}

/// The number of the test that keeps the guest from this visit, if any does.
fn stop(book: &Book<'_>, guest: EnrolmentIx, held: &Held<'_>) -> Option<usize> {
    let (host, day) = (held.visit.host, held.visit.day);
    let delegates = |e: EnrolmentIx| u64::from(book.problem.enrolment(e).delegates);
    if book.problem.home(guest).unavailable.contains(day) {
        return Some(0);
    }
    if book.takes_part(guest, day) {
        return Some(1);
    }
    if book.too_fast(guest, day) {
        return Some(2);
    }
    if book.returns_too_soon(guest, host, day) {
        return Some(3);
    }
    let there: u64 = held.guests.iter().map(|&e| delegates(e)).sum();
    let room = book.problem.home(host).host_capacity;
    room.is_some_and(|room| there + delegates(guest) > u64::from(room)).then_some(4)
}
