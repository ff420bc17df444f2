//! Why a hosting is not held: what stands against each open day of its rounds, as the plan stands.

use super::book::Book;
use super::sieve::{Sieve, Stop};
use super::{LeftOut, Missing};
use crate::facts::HostingKey;
use crate::problem::{Day, EnrolmentIx, NetworkIx, RoundIx};

/// What can stop a day, in the order looked at: what no plan can change comes first.
const STOPS: &[Stop] = &[
    Stop { code: "cannot_host_any_day", words: "the host cannot host" },
    Stop { code: "no_guest_can_come", words: "no guest is available" },
    Stop { code: "round_full", words: "the round has its share of the network's hostings" },
    Stop { code: "host_busy", words: "the host takes part in another visit" },
    Stop { code: "pace", words: "the host would take part in more visits than the pace allows" },
    Stop { code: "day_limit", words: "the day has as many visits as its region or the programme takes" },
    Stop { code: "no_guest_can_come", words: "no guest has the time" },
];

pub(super) fn reason(book: &Book<'_>, network: NetworkIx, key: HostingKey) -> LeftOut {
    let (code, reason) = code_and_reason(book, network, key);
    LeftOut { what: Missing::Hosting { host: key.0, round: key.1 }, code, reason }
}

fn code_and_reason(book: &Book<'_>, network: NetworkIx, key: HostingKey) -> (&'static str, String) {
    let (host, id, when) = (key.0, book.id(key.0), book.round_name(key));
    let guests: Vec<EnrolmentIx> =
        book.facts.members[network.at()].iter().copied().filter(|&e| e != host && !book.too_large(e, host)).collect();
    if guests.is_empty() {
        let room = book.problem.home(host).host_capacity.unwrap_or(0);
        return (
            "no_guest_can_come",
            format!("no delegation of the other members is small enough for the room for {room} at {id}"),
        );
    }
    let mut sieve = Sieve::new(STOPS);
    for (round, day) in days(book, key) {
        match stop(book, network, host, &guests, round, day) {
            Some(test) => sieve.stop(test),
            None => {
                let reason =
                    format!("{id} could host{when} on {day}, but no plan with that hosting was found to cost less");
                return ("not_found", reason);
            }
        }
    }
    match sieve.code() {
        Some(code) => (code, format!("{id} can host{when} on no open day: {}", sieve.told())),
        None => ("no_open_day", format!("there is no open day{when} on which {id} could host")),
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
