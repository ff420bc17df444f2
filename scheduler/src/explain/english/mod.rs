//! The words of explanations, in English. Whatever is told is a value first (an [`Obstacle`](super::obstacle::Obstacle),
//! a [`Changed`], a [`Reason`](super::why::Reason)) with a stable code; another language is another module like this one.

pub mod catalogue;
mod left_out;
mod meetings;
mod obstacles;
mod reasons;
mod repairs;

pub(super) use left_out::{LeftOut, days_stopped, left_out};
pub use meetings::{cannot_gather, meeting_reason, meeting_stop};
use obstacles::lock;
pub use obstacles::{away, day_stop, obstacle, obstacles, stop};
pub use reasons::reason;
pub use repairs::repair;

use super::difference::{Change, Changed, Differences, Named, Standing};
use crate::problem::names::Names;
use crate::problem::{Day, EnrolmentIx, RegionIx};
use crate::rules::RuleCode;
use crate::steering::{Steered, Task};

/// What changes, told to the municipality.
pub fn change(change: &Change) -> String {
    let track = match change.one_of_several {
        true => format!("{}, {}", change.track.name, change.enrolment),
        false => change.track.name.clone(),
    };
    match &change.what {
        Changed::Network { from, to } => network_change(&track, change.standing, from.as_ref(), to.as_ref()),
        Changed::Hosting { from: Some(from), to: Some(to) } => {
            format!("The visit that you host ({track}) moves from {from} to {to}.")
        }
        Changed::Hosting { from: Some(from), to: None } => match change.standing {
            Standing::Withdrew => format!("The visit that you would have hosted ({track}) on {from} is cancelled."),
            _ => format!("The visit that you host ({track}) on {from} is cancelled."),
        },
        Changed::Hosting { from: None, to } => {
            let on = to.map_or_else(String::new, |to| format!(" on {to}"));
            format!("You host a visit{on} ({track}).")
        }
        Changed::Visit { host, from: Some(from), to: Some(to), .. } => {
            format!("Your visit to {} ({track}) moves from {from} to {to}.", host.name)
        }
        Changed::Visit { host, standing, from: Some(from), to: None } => {
            let why = match standing {
                Standing::Withdrew => format!(": {} has withdrawn", host.name),
                _ => String::new(),
            };
            format!("Your visit to {} ({track}) on {from} is cancelled{why}.", host.name)
        }
        Changed::Visit { host, standing, from: None, to } => {
            let new = if *standing == Standing::Joined { ", which has joined," } else { "" };
            let on = to.map_or_else(String::new, |to| format!(" on {to}"));
            format!("You visit {}{new}{on} ({track}).", host.name)
        }
        Changed::Meeting { gathering, held, from, to } => {
            meetings::attended(&track, &gathering.name, *held, from.as_ref(), to.as_ref())
        }
        Changed::HostedMeeting { gathering, from, to } => meetings::hosted(&gathering.name, *from, *to),
    }
}

fn network_change(track: &str, standing: Standing, from: Option<&Named>, to: Option<&Named>) -> String {
    match (from, to, standing) {
        (Some(from), Some(to), _) => {
            format!("Your delegation ({track}) moves from network {} to network {}.", from.name, to.name)
        }
        (None, Some(to), Standing::Joined) => {
            format!("Your delegation ({track}) has joined: its place is in network {}.", to.name)
        }
        (None, Some(to), _) => format!("Your delegation ({track}) now has a place in network {}.", to.name),
        (from, None, Standing::Withdrew) => {
            let from = from.map_or_else(String::new, |from| format!(" from network {}", from.name));
            format!("You have withdrawn your delegation ({track}){from}.")
        }
        (from, None, _) => {
            let from = from.map_or("its network".to_owned(), |from| format!("network {}", from.name));
            format!("Your delegation ({track}) no longer has a place in {from}.")
        }
    }
}

/// What changes for a municipality, as a message to it.
pub fn message(programme: &str, differences: &Differences) -> String {
    let lines: Vec<String> = differences.changes.iter().map(|one| format!("- {}", change(one))).collect();
    format!(
        "Dear {},\n\nthe plan of {programme} has changed for you:\n\n{}\n",
        differences.municipality.name,
        lines.join("\n")
    )
}

/// What granting wishes comes to.
pub fn what_if(more: f64, proved: bool) -> String {
    let cost = match more {
        more if more > 0.05 => format!("costs {} more", amount(more)),
        more if more < -0.05 => format!("costs {} less", amount(-more)),
        _ => "costs the same".to_owned(),
    };
    match proved {
        true => format!("Granting it {cost}; it is proved that it costs no less."),
        false => format!("Granting it {cost}, as far as was found in the time given."),
    }
}

/// Which network it costs least to close.
pub fn closed(network: &str, tried: usize, of: usize) -> String {
    match (tried, of) {
        (_, 1) => format!("{network} is closed: it is the only one."),
        (tried, of) if tried < of => {
            format!("{network} is closed: it costs least of {tried} networks that were tried, of {of}.")
        }
        _ => format!("{network} is closed: it costs least of all {of} networks, as far as was found."),
    }
}

/// Where no network can be closed.
pub const NONE_CAN_CLOSE: &str = "Somebody is fixed to each of the networks, or they must all have members.";

/// Where wishes were not granted, and nothing is proved.
pub const UNDECIDED: &str =
    "No plan that grants it was found in the time given, and nothing is proved; ask again with more seconds.";

/// Where no plan grants wishes, which every plan shows.
pub const NO_PLAN: &str =
    "No plan grants it and keeps the rules: every assignment was looked at, each network with its best days.";

/// An enrolment's place that a wish replaces.
pub fn was_fixed(enrolment: &str, network: &str) -> String {
    format!("{enrolment} was fixed to {network}.")
}

/// A pair rule (`apart` or `together`) that a wish replaces.
pub fn were_to_be(a: &str, b: &str, kind: &str) -> String {
    format!("{a} and {b} were to be {kind}.")
}

/// The minimum of members of a network that a wish replaces.
pub fn had_to_have(network: &str, members: i64) -> String {
    format!("{network} was to have at least {members} members.")
}

/// A field of a record that a wish replaces; no value: it was not set.
pub fn had_the_value(record: &str, field: &str, value: Option<String>) -> String {
    match value {
        Some(value) => format!("{record}: {field} was {value}."),
        None => format!("{record}: {field} was not set."),
    }
}

/// No plan was found: what the one comes to that exceeds the limits of changes least, where there is one.
pub fn not_found(problem: &Task, nearest: Option<&Steered>) -> String {
    let told = "No plan was found in the effort given, and nothing is proved";
    let Some((steering, steered)) = problem.steering().zip(nearest) else { return format!("{told}; try more effort.") };
    let made = [
        (steered.changes.total(), steering.most(), "change", "changes"),
        (steered.affected.municipalities, steering.most_affected(), "affected municipality", "affected municipalities"),
    ];
    let over = made.into_iter().filter_map(|(made, most, one, many)| {
        let most = most.filter(|&most| made > most)?;
        Some(format!("{made} {}, and at most {most} allowed", if made == 1 { one } else { many }))
    });
    let over: Vec<String> = over.collect();
    format!("{told}: the nearest plan that was found has {}; allow so many, or try more effort.", over.join(", "))
}

/// Two wishes that cannot both be granted, by what they are and where they are asked.
pub fn contradiction(one: &str, other: &str) -> String {
    format!("{one} and {other} cannot both be granted; ask for one of them.")
}

/// Why an enrolment cannot receive on a day, by its code.
pub fn cannot_receive(problem: &Task, host: EnrolmentIx, day: Day, code: &str) -> String {
    let (id, town) = (Names(problem).enrolment(host), &problem.home(host).name);
    match code {
        "not_an_open_day" => format!("{id} cannot receive on {day}: that is not an open day of a round."),
        "hosts_never" => format!("{id} cannot receive on {day}: {town} does not host."),
        "nobody_can_come" => {
            format!("{id} cannot receive on {day}: nobody of its track is available who is not too many for {town}.")
        }
        _ => format!("{id} cannot receive on {day}: {town} is unavailable or does not host that day."),
    }
}

/// Why so many enrolments cannot all receive on a day, in a region or in the programme.
pub fn too_many_receive(problem: &Task, region: Option<RegionIx>, day: Day, most: u32) -> String {
    let place = region.map_or("The programme".to_owned(), |region| format!("Region {}", Names(problem).region(region)));
    format!(
        "{place} may have {most} visits on {day}, and more are asked for; choose another day or raise max_visits_per_day."
    )
}

/// The rule behind a contradiction, by its code.
pub fn rule_of(contradiction: &str) -> Option<RuleCode> {
    match contradiction {
        "fixed_excluded" | "fixed_closed_region" | "other_track" => Some(RuleCode::A1),
        "too_many_fixed" | "too_many_fixed_delegates" | "too_few_eligible" => Some(RuleCode::A2),
        "same_municipality_fixed" => Some(RuleCode::A3),
        "too_many_fixed_of_region" => Some(RuleCode::A4),
        "fixed_too_far_apart" => Some(RuleCode::A5),
        "apart_fixed_together" | "together_and_apart" | "together_fixed_apart" => Some(RuleCode::A6),
        "not_an_open_day" => Some(RuleCode::V1),
        "hosts_never" | "cannot_host_that_day" | "hosts_twice_a_day" => Some(RuleCode::V2),
        "nobody_can_come" => Some(RuleCode::V4),
        "day_limit" => Some(RuleCode::V6),
        "hosts_once" => Some(RuleCode::V7),
        "not_a_meeting_day" | "place_cannot_host" | "no_place_that_day" => Some(RuleCode::G1),
        _ => None,
    }
}

fn amount(cost: f64) -> String {
    format!("{:.1}", cost)
}

/// A number of things: "1 member", "2 members".
fn count(number: impl Into<u64>, thing: &str) -> String {
    let number = number.into();
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map_or_else(String::new, |letter| letter.to_uppercase().to_string());
    format!("{first}{}.", letters.as_str())
}
