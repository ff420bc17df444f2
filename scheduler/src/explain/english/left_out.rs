//! The words for who and what a plan leaves out.

use crate::explain::obstacle::Obstacle;
use crate::problem::Day;

/// Why somebody or something is left out. Ids stand for their records; `round` is named where there is a hosting in each.
pub(in crate::explain) enum LeftOut<'a> {
    /// A network could take the enrolment.
    CouldBeIn { id: &'a str, network: &'a str },
    /// No network is open to it.
    NoNetwork { id: &'a str },
    /// All that are open to it are full, or a rule is in the way of each; the first ones, and how many more.
    Kept { id: &'a str, full: bool, by: Vec<(&'a str, Obstacle)>, more: usize },
    /// No guest is small enough for the host's room.
    NoRoom { id: &'a str, room: u32 },
    /// The host could host that day.
    CouldHost { id: &'a str, round: Option<&'a str>, day: Day },
    /// What stops each day.
    NoDay { id: &'a str, round: Option<&'a str>, stopped: String },
    /// There is no day at all.
    NoOpenDay { id: &'a str, round: Option<&'a str> },
    /// The guests are too many for the host's room.
    TooLarge { who: &'a str, whom: &'a str, persons: u32, room: u32 },
    /// The guest could come that day.
    CouldVisit { who: &'a str, whom: &'a str, round: Option<&'a str>, day: Day },
    /// What stops each visit.
    NoVisit { who: &'a str, whom: &'a str, round: Option<&'a str>, visits: usize, stopped: String },
}

/// A reason in a sentence, without its capital and its full stop.
pub(in crate::explain) fn left_out(why: &LeftOut<'_>) -> String {
    let when = |round: &Option<&str>| round.map_or_else(String::new, |round| format!(" in round {round}"));
    match why {
        LeftOut::CouldBeIn { id, network } => {
            format!("network {network} could take {id}, but no plan with it there was found to cost less")
        }
        LeftOut::NoNetwork { id } => format!(
            "no network of its track is open to {id}: each is excluded, closed to its region, or another is fixed"
        ),
        LeftOut::Kept { id, full, by, more } => {
            let named = by.iter().map(|(network, obstacle)| format!("{network} ({})", super::obstacle(obstacle)));
            let mut list = named.collect::<Vec<_>>().join(", ");
            if *more > 0 {
                list.push_str(&format!(" and {more} more"));
            }
            match full {
                true => format!("every network that {id} may be in is full: {list}"),
                false => format!("a rule keeps {id} out of every network that it may be in: {list}"),
            }
        }
        LeftOut::NoRoom { id, room } => {
            format!("no delegation of the other members is small enough for the room for {room} at {id}")
        }
        LeftOut::CouldHost { id, round, day } => {
            format!("{id} could host{} on {day}, but no plan with that hosting was found to cost less", when(round))
        }
        LeftOut::NoDay { id, round, stopped } => format!("{id} can host{} on no open day: {stopped}", when(round)),
        LeftOut::NoOpenDay { id, round } => format!("there is no open day{} on which {id} could host", when(round)),
        LeftOut::TooLarge { who, whom, persons, room } => {
            format!("the {persons} delegates of {who} are more than the {room} guests that fit at {whom}")
        }
        LeftOut::CouldVisit { who, whom, round, day } => format!(
            "{who} could visit {whom}{} on {day}, but no plan with it there was found to cost less",
            when(round)
        ),
        LeftOut::NoVisit { who, whom, round, visits, stopped } => {
            format!("{who} can come to none of the {visits} visits to {whom}{}: {stopped}", when(round))
        }
    }
}

/// What stops how many days: "on 40 the host cannot host, on 3 the day is full".
pub(in crate::explain) fn days_stopped(counted: impl Iterator<Item = (&'static str, usize)>) -> String {
    let parts: Vec<String> = counted.map(|(stop, count)| format!("on {count} {}", stop_words(stop))).collect();
    parts.join(", ")
}

/// What stops a hosting, or keeps a guest away, on one day.
fn stop_words(stop: &str) -> &'static str {
    match stop {
        "host_cannot" => "the host cannot host",
        "no_guest_available" => "no guest is available",
        "round_full" => "the round has its share of the network's hostings",
        "host_busy" => "the host takes part in another visit",
        "host_pace" => "the host would take part in more visits than the pace allows",
        "day_limit" => "the day has as many visits as its region or the programme takes",
        "no_guest_free" => "no guest has the time",
        "unavailable" => "it is unavailable",
        "busy" => "it takes part in another visit",
        "pace" => "it would take part in more visits than the pace allows",
        "return_days" => "the visit the other way is too close",
        _ => "the others leave no room",
    }
}
