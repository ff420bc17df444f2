//! The words for meetings of gatherings: what is in their way, and why they are when and where they are.

use super::obstacles::with_rule;
use super::{amount, count};
use crate::explain::difference::MeetingAt;
use crate::explain::meeting::{MeetingReason, MeetingStop};
use crate::plan::Plan;
use crate::problem::names::Names;
use crate::problem::{Day, GatheringIx, MunicipalityIx, Problem};
use crate::steering::Hold;

/// How many visits are named.
const NAMED: usize = 3;

/// What keeps a meeting from a day and a place of a plan, with its rule behind it.
pub fn meeting_stop(problem: &Problem, plan: &Plan, stop: &MeetingStop) -> String {
    let names = Names(problem);
    let words = match stop {
        MeetingStop::Closed(day) => format!("{day} is not an open day"),
        MeetingStop::Window => "its days do not all lie in the window".to_owned(),
        MeetingStop::HostNever(town) => format!("{} does not host", names.town(*town)),
        MeetingStop::HostCannot { municipality, day } => {
            format!("{} cannot host on {day}", names.town(*municipality))
        }
        MeetingStop::HostsMeeting { municipality, gathering } => {
            format!("{} hosts {} then", names.town(*municipality), names.gathering(*gathering))
        }
        MeetingStop::HostsVisits(visits) => format!("the place hosts {} then", visits_named(problem, plan, visits)),
        MeetingStop::Nobody => "nobody who is invited could attend".to_owned(),
        MeetingStop::PlaceTaken => "another meeting of it is at the place".to_owned(),
        MeetingStop::DayFull { most } => format!("it may have {} that begin on a day", count(*most, "meeting")),
        MeetingStop::TooMany { most } => format!("it may have {}", count(*most, "meeting")),
        MeetingStop::TooFew { least } => format!("it must have {}", count(*least, "meeting")),
        MeetingStop::NoMeeting(region) => format!("region {} would have no meeting", names.region(*region)),
        MeetingStop::Locked(lock) => super::lock(names, lock),
        MeetingStop::Visits(visits) => {
            format!("those who attend take part in {} on or near its days", visits_named(problem, plan, visits))
        }
    };
    with_rule(words, stop.rule())
}

/// How many visits, and the first of them by host and day.
fn visits_named(problem: &Problem, plan: &Plan, visits: &[usize]) -> String {
    let named = visits.iter().take(NAMED).map(|&at| {
        let visit = &plan.visits[at];
        format!("to {} on {}", Names(problem).enrolment(visit.host), visit.day)
    });
    let mut words = format!("{} ({}", count(visits.len() as u64, "visit"), named.collect::<Vec<_>>().join(", "));
    if visits.len() > NAMED {
        words.push_str(&format!(" and {} more", visits.len() - NAMED));
    }
    words + ")"
}

/// Why a gathering cannot have a meeting then and there, by its code; `town`: the municipality at the place.
pub fn cannot_gather(
    problem: &Problem,
    gathering: GatheringIx,
    hold: Hold,
    code: &str,
    town: Option<MunicipalityIx>,
) -> String {
    let names = Names(problem);
    let (it, when) = (names.gathering(gathering), hold.start.map_or_else(String::new, |day| format!(" on {day}")));
    match (code, town) {
        ("not_a_meeting_day", _) => {
            format!("{it} cannot begin{when}: its days must be open and lie in its window.")
        }
        (_, Some(town)) => {
            format!("{it} cannot be at {}{when}: the municipality does not host then.", names.town(town))
        }
        _ => format!("{it} cannot begin{when}: none of its places can host then."),
    }
}

/// What changes for an enrolment of a gathering that it attends, told to its municipality.
pub(super) fn attended(
    track: &str,
    gathering: &str,
    held: bool,
    from: Option<&MeetingAt>,
    to: Option<&MeetingAt>,
) -> String {
    let at = |meeting: &MeetingAt| on_at(meeting.start, meeting.place.as_ref().map(|place| place.name.as_str()));
    match (from, to) {
        (Some(from), Some(to)) => {
            format!("{gathering} ({track}) moves for you: it was {}, and is {}.", at(from), at(to))
        }
        (Some(from), None) if held => format!("You no longer attend {gathering} ({track}) {}.", at(from)),
        (Some(from), None) => format!("{gathering} ({track}) {} is cancelled.", at(from)),
        (None, Some(to)) => format!("You attend {gathering} ({track}) {}.", at(to)),
        (None, None) => format!("{gathering} ({track}) stays as it is."),
    }
}

/// What changes of a meeting that a municipality hosts, told to it.
pub(super) fn hosted(gathering: &str, from: Option<Day>, to: Option<Day>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("The meeting of {gathering} that you host moves from {from} to {to}."),
        (Some(from), None) => format!("You no longer host {gathering} on {from}."),
        (None, to) => {
            let on = to.map_or_else(String::new, |to| format!(" on {to}"));
            format!("You host {gathering}{on}.")
        }
    }
}

/// A reason in a sentence.
pub fn meeting_reason(problem: &Problem, plan: &Plan, reason: &MeetingReason) -> String {
    match reason {
        MeetingReason::NotHeld => "The plan holds no meeting of it.".to_owned(),
        MeetingReason::Given { day } => format!("Its day is given: {day}."),
        MeetingReason::Best { of } => {
            format!("Of {of} days and places, none that the rules allow would cost less, all else equal.")
        }
        MeetingReason::Only => "It could have no other day and place.".to_owned(),
        MeetingReason::Cheaper { start, place, saves, stop } => {
            let but = but(problem, plan, stop.as_ref());
            let at = on_at(*start, place.as_deref());
            format!("It would cost {} less {at}, all else equal{but}.", amount(*saves))
        }
        MeetingReason::OneMore { start, place, more, stop } => {
            let but = but(problem, plan, stop.as_ref());
            let at = on_at(*start, place.as_deref());
            format!("One meeting more, {at}, would cost {}{but}.", than_now(*more))
        }
        MeetingReason::OneFewer { start, place, more, stop } => {
            let but = but(problem, plan, stop.as_ref());
            let at = on_at(*start, place.as_deref());
            format!("Without the meeting {at} it would cost {}{but}.", than_now(*more))
        }
        MeetingReason::Missing { enrolments, persons } => format!(
            "{} who are invited do not attend, of {}.",
            count(*persons, "person"),
            count(*enrolments as u64, "enrolment")
        ),
    }
}

fn on_at(start: Day, place: Option<&str>) -> String {
    place.map_or_else(|| format!("on {start}"), |place| format!("on {start} at {place}"))
}

fn than_now(more: f64) -> String {
    if more < -0.05 {
        format!("{} less", amount(-more))
    } else if more > 0.05 {
        format!("{} more", amount(more))
    } else {
        "the same".to_owned()
    }
}

fn but(problem: &Problem, plan: &Plan, stop: Option<&MeetingStop>) -> String {
    stop.map_or_else(String::new, |stop| format!(", but {}", meeting_stop(problem, plan, stop)))
}
