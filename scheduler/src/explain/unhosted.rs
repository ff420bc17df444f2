//! Why a hosting is not held: what stands against each open day of its rounds, as the plan stands.

use super::book::Book;
use super::sieve::{Sieve, Stop};
use super::{LeftOut, Missing, english};
use crate::facts::HostingKey;
use crate::problem::{Day, EnrolmentIx, NetworkIx, RoundIx};

/// What can stop a day, in the order looked at: what no plan can change comes first.
const STOPS: &[Stop] = &[
    Stop { code: "cannot_host_any_day", by: "host_cannot" },
    Stop { code: "no_guest_can_come", by: "no_guest_available" },
    Stop { code: "round_full", by: "round_full" },
    Stop { code: "host_busy", by: "host_busy" },
    Stop { code: "pace", by: "host_pace" },
    Stop { code: "day_limit", by: "day_limit" },
    Stop { code: "no_guest_can_come", by: "no_guest_free" },
];

pub(super) fn reason(book: &Book<'_>, network: NetworkIx, key: HostingKey) -> LeftOut {
    let (code, why) = code_and_reason(book, network, key);
    LeftOut { what: Missing::Hosting { host: key.0, round: key.1 }, code, reason: english::left_out(&why) }
}

fn code_and_reason<'b>(book: &Book<'b>, network: NetworkIx, key: HostingKey) -> (&'static str, english::LeftOut<'b>) {
    let (host, id, round) = (key.0, book.id(key.0), book.round_name(key));
    let guests: Vec<EnrolmentIx> =
        book.facts.members[network.at()].iter().copied().filter(|&e| e != host && !book.too_large(e, host)).collect();
    if guests.is_empty() {
        let room = book.problem.home(host).host_capacity.unwrap_or(0);
        return ("no_guest_can_come", english::LeftOut::NoRoom { id, room });
    }
    let mut sieve = Sieve::new(STOPS);
    for (of, day) in days(book, key) {
        match stop(book, network, host, &guests, of, day) {
            Some(test) => sieve.stop(test),
            None => return ("not_found", english::LeftOut::CouldHost { id, round, day }),
        }
    }
    match sieve.code() {
        Some(code) => (code, english::LeftOut::NoDay { id, round, stopped: sieve.told() }),
        None => ("no_open_day", english::LeftOut::NoOpenDay { id, round }),
    }
}

fn days(book: &Book<'_>, key: HostingKey) -> impl Iterator<Item = (RoundIx, Day)> {
    let rounds = book.problem.rounds().iter().enumerate().map(|(at, round)| (RoundIx::new(at), round));
    let rounds = rounds.filter(move |(at, _)| key.1.is_none_or(|wanted| wanted == *at));
    rounds.flat_map(|(at, round)| round.open_days.iter().map(move |&day| (at, day)))
}

/// The number of the test that stops this day, if any does.
fn stop(
    book: &Book<'_>,
    network: NetworkIx,
    host: EnrolmentIx,
    guests: &[EnrolmentIx],
    round: RoundIx,
    day: Day,
) -> Option<usize> {
    let available = |guest: &&EnrolmentIx| !book.problem.home(**guest).unavailable.contains(day);
    let free = |&guest: &EnrolmentIx| {
        !book.takes_part(guest, day) && !book.too_fast(guest, day) && !book.returns_too_soon(guest, host, day)
    };
    if book.problem.home(host).cannot_host.contains(day) {
        return Some(0);
    }
    if !guests.iter().any(|guest| available(&guest)) {
        return Some(1);
    }
    if book.round_is_full(network, round) {
        return Some(2);
    }
    if book.takes_part(host, day) || book.hosts_on(host, day) {
        return Some(3);
    }
    if book.too_fast(host, day) {
        return Some(4);
    }
    if book.day_is_full(host, day) {
        return Some(5);
    }
    (!guests.iter().filter(available).any(free)).then_some(6)
}
