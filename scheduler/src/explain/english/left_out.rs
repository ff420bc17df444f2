//! The words for who and what a plan leaves out.

use super::{amount, count, lock, obstacles};
use crate::explain::lock::Lock;
use crate::explain::obstacle::Obstacle;
use crate::explain::price::Price;
use crate::problem::names::Names;
use crate::problem::{Day, EnrolmentIx, GatheringIx, NetworkIx, Problem, RoundIx};

/// Why somebody or something is left out; `round` is named where there is a hosting in each, `more` is what the measures
/// concerned cost more, all else as it is.
pub(in crate::explain) enum LeftOut {
    /// A network could take the enrolment.
    CouldBeIn { enrolment: EnrolmentIx, network: NetworkIx, more: f64, price: Price },
    /// Something is in the way of each network; the first ones, and how many more.
    Kept { enrolment: EnrolmentIx, code: &'static str, by: Vec<(NetworkIx, Vec<Obstacle>)>, more: usize },
    /// No guest is small enough for the host's room.
    NoRoom { host: EnrolmentIx, room: u32 },
    /// The host could host so many guests that day.
    CouldHost { host: EnrolmentIx, round: Option<RoundIx>, day: Day, guests: usize, more: f64, price: Price },
    /// What stops each day.
    NoDay { host: EnrolmentIx, round: Option<RoundIx>, stopped: String },
    /// There is no day at all.
    NoOpenDay { host: EnrolmentIx, round: Option<RoundIx> },
    /// The guests are too many for the host's room.
    TooLarge { guest: EnrolmentIx, host: EnrolmentIx, persons: u32, room: u32 },
    /// It attends no meeting of a gathering.
    Misses { enrolment: EnrolmentIx, gathering: GatheringIx, code: &'static str, several: bool },
    /// The guest could come that day.
    CouldVisit { guest: EnrolmentIx, host: EnrolmentIx, round: Option<RoundIx>, day: Day, more: f64 },
    /// What stops each visit.
    NoVisit { guest: EnrolmentIx, host: EnrolmentIx, round: Option<RoundIx>, visits: usize, stopped: String },
}

/// A reason in a sentence, without its capital and its full stop.
pub(in crate::explain) fn left_out(problem: &Problem, why: &LeftOut) -> String {
    let names = Names(problem);
    let when =
        |round: &Option<RoundIx>| round.map_or_else(String::new, |round| format!(" in round {}", names.round(round)));
    let who = |e: &EnrolmentIx| names.enrolment(*e);
    match why {
        LeftOut::CouldBeIn { enrolment, network, more, price } => {
            let (network, than) = (names.network(*network), "in wishes and travel than leaving it out");
            let alone = alone(*more, than);
            let dates = match problem.rounds().is_empty() {
                false if *more + price.total() < -0.05 => DATES,
                false => "",
                true => missed(*more + price.total()),
            };
            format!("network {network} could take {}: {alone}{}{dates}", who(enrolment), priced(*more, *price))
        }
        LeftOut::Kept { enrolment, code, by, more } => {
            let each = by.iter().map(|(n, found)| format!("{} – {}", names.network(*n), obstacles(problem, found)));
            let mut list = each.collect::<Vec<_>>().join("; ");
            if *more > 0 {
                list.push_str(&format!("; and {more} more"));
            }
            format!("{}: {list}", kept(names, *enrolment, code))
        }
        LeftOut::Misses { enrolment, gathering, code, several } => {
            let (who, what) = (who(enrolment), names.gathering(*gathering));
            let each = if *several { "each of its meetings: " } else { "" };
            let why = match *code {
                "unavailable" => "it has said that it is unavailable on a day of it (G2)",
                "elsewhere" => "it is at another gathering that day (G6)",
                "too_far" => "it lies farther away than may be (G5)",
                "no_room" => "there is no room beside those who attend (G3)",
                "cost" => "it could attend; that would cost more, or the search has not found it",
                _ => "no meeting is held",
            };
            let why =
                if *code == "cost" || !several { why.to_owned() } else { format!("what is in the way of {each}{why}") };
            format!("{who} attends no meeting of {what}: {why}")
        }
        LeftOut::NoRoom { host, room } => {
            let host = who(host);
            format!("no other member is small enough for {host}, who has room for {room} guests")
        }
        LeftOut::CouldHost { host, round, day, guests, more, price } => {
            let (host, when, guests) = (who(host), when(round), count(*guests as u64, "other member"));
            let told = format!("{}{}", alone(*more, "than no visit"), priced(*more, *price));
            let missed = missed(*more + price.total());
            format!("{host} could host{when} on {day}, and {guests} could come: {told}{missed}")
        }
        LeftOut::NoDay { host, round, stopped } => {
            format!("{} can host{} on no open day: {stopped}", who(host), when(round))
        }
        LeftOut::NoOpenDay { host, round } => {
            format!("there is no open day{} on which {} could host", when(round), who(host))
        }
        LeftOut::TooLarge { guest, host, persons, room } => {
            format!("{} has {}, and {} has room for {room}", who(guest), count(*persons, "delegate"), who(host))
        }
        LeftOut::CouldVisit { guest, host, round, day, more } => format!(
            "{} could visit {}{} on {day}: {}{}",
            who(guest),
            who(host),
            when(round),
            alone(*more, "than its absence"),
            missed(*more)
        ),
        LeftOut::NoVisit { guest, host, round, visits, stopped } => {
            let visits = if *visits == 1 { "the visit".to_owned() } else { format!("any of the {visits} visits") };
            format!("{} cannot come to {visits} to {}{}: {stopped}", who(guest), who(host), when(round))
        }
    }
}

/// What keeps an enrolment out of all networks, by its code.
fn kept(names: Names<'_>, e: EnrolmentIx, code: &str) -> String {
    let (who, enrolment) = (names.enrolment(e), names.0.enrolment(e));
    match code {
        "no_network_open" => format!("no network of track {} is open to {who}", names.track(enrolment.track)),
        "networks_full" => format!("every network that {who} may be in is full"),
        "larger_than_every_network" => {
            let persons = count(enrolment.delegates, "delegate");
            format!("{who} has {persons}, too many for every network that it may be in")
        }
        "locked" => format!("locks keep {who} out"),
        "change_limit" => format!("{who} would be a change too many"),
        "affected_limit" => format!("with {who} too many municipalities would be affected"),
        _ => format!("rules keep {who} out of every network that it may be in"),
    }
}

/// What something by itself costs more.
fn alone(more: f64, than: &str) -> String {
    match more {
        more if more < -0.05 => format!("all else as it is, that would cost {} less {than}", amount(-more)),
        more if more > 0.05 => format!("all else as it is, that would cost {} more {than}", amount(more)),
        _ => format!("all else as it is, that would cost no less {than}"),
    }
}

/// What steers the plan against it.
pub(super) fn priced(more: f64, price: Price) -> String {
    let and = if more < -0.05 { "but" } else { "and" };
    let mut told = Vec::new();
    if price.changes > 0.05 {
        told.push(format!("would be a change, which costs {}", amount(price.changes)));
    }
    if price.fairly > 0.05 {
        let price = amount(price.fairly);
        told.push(format!("would raise the price on pairs that meet again and on the longest journey by {price}"));
    }
    if told.is_empty() { String::new() } else { format!(", {and} {}", told.join(" and ")) }
}

/// What is to be said of a network that saves costs, of which the dates are not known.
pub(super) const DATES: &str = "; what its dates would cost there is not counted";

/// What is to be said of something that saves costs and that nothing is in the way of.
fn missed(more: f64) -> &'static str {
    if more < -0.05 { "; the search has not found that" } else { "" }
}

/// What stops how many days: "on 40 days the host cannot host, on 3 the day is full".
pub(in crate::explain) fn days_stopped(
    names: Names<'_>,
    counted: impl Iterator<Item = (&'static str, usize)>,
    locks: &[Lock],
) -> String {
    let mut parts = Vec::new();
    for (stop, number) in counted {
        let days = if parts.is_empty() { count(number as u64, "day") } else { number.to_string() };
        let words = match stop {
            "locked" => locks.iter().map(|one| lock(names, one)).collect::<Vec<_>>().join(" and "),
            _ => stop_words(stop).to_owned(),
        };
        parts.push(format!("on {days} {words}"));
    }
    parts.join(", ")
}

/// What stops a hosting, or keeps a guest away, on one day.
fn stop_words(stop: &str) -> &'static str {
    match stop {
        "never_hosts" => "its municipality hosts no visits",
        "host_gathers" => "it is at a gathering, or the day stays clear for one",
        "hosts_meeting" => "its municipality hosts a meeting of a gathering",
        "host_unavailable" => "its municipality has said that it is unavailable",
        "host_cannot" => "its municipality has said that it cannot host",
        "no_guest_available" => "each other member has said that it is unavailable, or is too large",
        "round_full" => "the round has its share of the network's hostings",
        "municipality_hosts" => "its municipality hosts another visit",
        "host_busy" => "it takes part in another visit",
        "host_pace" => "it would take part in more visits than the pace allows",
        "day_limit" => "the day has as many visits as its region or the programme takes",
        "no_guest_free" => {
            "no other member can come: each is unavailable, under way, too large, or would travel too often"
        }
        "change_limit" => "it would be a change too many",
        "affected_limit" => "too many municipalities would be affected",
        "too_large" => "it has more delegates than there is room",
        "gathers" => "it is at a gathering, or the day stays clear for one",
        "unavailable" => "it has said that it is unavailable",
        "busy" => "it takes part in another visit",
        "pace" => "it would take part in more visits than the pace allows",
        "return_days" => "the visit the other way is too few days away",
        _ => "the others leave no room",
    }
}
