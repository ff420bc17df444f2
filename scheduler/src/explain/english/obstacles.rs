//! The words for what is in the way: of an enrolment in a network, of a visit on a day.

use super::count;
use crate::explain::day::{Away, DayStop};
use crate::explain::lock::{Limit, Lock};
use crate::explain::obstacle::{Floor, Obstacle};
use crate::explain::why::Stop;
use crate::problem::Problem;
use crate::problem::names::Names;
use crate::rules::RuleCode;

/// What is in the way of an alternative, with its rule behind it.
pub fn stop(problem: &Problem, stop: &Stop) -> String {
    match stop {
        Stop::Network(obstacle) => self::obstacle(problem, obstacle),
        Stop::Day(stop) => day_stop(problem, stop),
    }
}

/// All that keeps an enrolment out of a network, each with its rule behind it.
pub fn obstacles(problem: &Problem, obstacles: &[Obstacle]) -> String {
    obstacles.iter().map(|one| obstacle(problem, one)).collect::<Vec<_>>().join(", ")
}

/// What keeps an enrolment out of a network, with its rule behind it.
pub fn obstacle(problem: &Problem, obstacle: &Obstacle) -> String {
    with_rule(in_words(Names(problem), obstacle), obstacle.rule())
}

/// Words with the rule behind them, where it is one.
pub(super) fn with_rule(words: String, rule: RuleCode) -> String {
    match rule {
        RuleCode::Lock | RuleCode::MaxChanges | RuleCode::MaxAffectedMunicipalities => words,
        rule => format!("{words} ({rule})"),
    }
}

fn in_words(names: Names<'_>, obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Excluded => "its enrolment excludes it".to_owned(),
        Obstacle::FixedElsewhere(n) => format!("it is fixed to network {}", names.network(*n)),
        Obstacle::ClosedRegion(region) => format!("closed to its region {}", names.region(*region)),
        Obstacle::Full { members, most } => format!("full: {members} of {most} members"),
        Obstacle::Crowded { persons, most, .. } if *persons >= u64::from(*most) => {
            format!("full: {persons} of {most} delegates")
        }
        Obstacle::Crowded { persons, more, most } => {
            format!("full: {persons} of {most} delegates, and it has {more} more")
        }
        Obstacle::TooLarge { persons, most, .. } => {
            format!("its {} are more than the {most} that the network takes", count(*persons, "delegate"))
        }
        Obstacle::FewMembers { members, least } => {
            format!("{} with it, and at least {least} are needed", count(*members, "member"))
        }
        Obstacle::FewDelegates { persons, least } => {
            format!("{} with it, and at least {least} are needed", count(*persons, "delegate"))
        }
        Obstacle::SameMunicipality(e) => {
            format!("its municipality has {} in it already", names.enrolment(*e))
        }
        Obstacle::RegionFull { region, members, most } => {
            format!("full for its region: {members} of {most} members from {}", names.region(*region))
        }
        Obstacle::FewRegions { regions, least } => {
            format!("members from {} with it, and at least {least} are needed", count(*regions, "region"))
        }
        Obstacle::TooFar { town, km, most } => {
            format!("{km:.1} km from {}, and at most {most} km are allowed", names.town(*town))
        }
        Obstacle::Apart { other, .. } => format!("to be apart from {}, who is in it", names.town(*other)),
        Obstacle::Together { other, network, .. } => {
            format!("to be together with {}, who is in network {}", names.town(*other), names.network(*network))
        }
        Obstacle::Needed { network, left, floor } => {
            let (thing, least) = match floor {
                Floor::Members { least } => ("member", least),
                Floor::Delegates { least } => ("delegate", least),
                Floor::Regions { least } => ("region", least),
            };
            let left = if *left == 0 { format!("no {thing}") } else { count(*left, thing) };
            format!("without it network {} would have {left}, and needs at least {least}", names.network(*network))
        }
        Obstacle::Locked(lock) => self::lock(names, lock),
        Obstacle::Limit(limit) => too_many(*limit),
        Obstacle::Breaks(_) => "a rule is broken with new dates for it".to_owned(),
    }
}

fn too_many(limit: Limit) -> String {
    match limit {
        Limit::Changes { most: 0 } => "no change is allowed".to_owned(),
        Limit::Changes { most: 1 } => "it would be a change too many: 1 is allowed".to_owned(),
        Limit::Changes { most } => format!("it would be a change too many: {most} are allowed"),
        Limit::Affected { most: 0 } => "no municipality may be affected".to_owned(),
        Limit::Affected { most } => format!("too many municipalities would be affected: at most {most} may be"),
    }
}

/// A lock, by name.
pub(super) fn lock(names: Names<'_>, lock: &Lock) -> String {
    match lock {
        Lock::Enrolment { network } => format!("it is locked in network {}", names.network(*network)),
        Lock::Network(n) => format!("network {} is locked as a whole", names.network(*n)),
        Lock::Days(days) => match days.as_slice() {
            [day] => format!("the visit is locked to its day, {day}"),
            [first, .., last] => format!("the visit is locked to {} days from {first} to {last}", days.len()),
            [] => "the visit is locked, and has no day".to_owned(),
        },
        Lock::Gathering(gathering) => {
            format!("{} is locked to its days and places", names.gathering(*gathering))
        }
        Lock::Guests => "the visit is locked to its day and its guests".to_owned(),
        Lock::Before(day) => format!("nothing before {day} may change"),
    }
}

/// What keeps a visit from a day, with its rule behind it.
pub fn day_stop(problem: &Problem, stop: &DayStop) -> String {
    let names = Names(problem);
    let words = match stop {
        DayStop::HostNever => "the host's municipality hosts no visits".to_owned(),
        DayStop::HostUnavailable => "the host's municipality has said that it is unavailable".to_owned(),
        DayStop::HostCannot => "the host's municipality has said that it cannot host".to_owned(),
        DayStop::MunicipalityHosts => "the host's municipality hosts another visit".to_owned(),
        DayStop::HostGathers(gathering) => {
            format!("the host is at {}, or the day stays clear for it", names.gathering(*gathering))
        }
        DayStop::HostsMeeting(gathering) => format!("the host's municipality hosts {}", names.gathering(*gathering)),
        DayStop::HostBusy => "the host takes part in another visit".to_owned(),
        DayStop::HostPace(_) => "the host would take part in more visits than the pace allows".to_owned(),
        DayStop::OtherRound => "other visits of the hosting are in another round".to_owned(),
        DayStop::RoundFull => "the round has its share of the network's hostings".to_owned(),
        DayStop::RegionDay { region, visits } => {
            format!("region {} has its {} of the day", names.region(*region), count(*visits, "visit"))
        }
        DayStop::ProgrammeDay { visits } => format!("the programme has its {} of the day", count(*visits, "visit")),
        DayStop::Guest { guest, why } => return format!("{} {}", names.enrolment(*guest), away(problem, why)),
        DayStop::Locked(lock) => self::lock(names, lock),
        DayStop::Limit(limit) => too_many(*limit),
    };
    with_rule(words, stop.rule())
}

/// What keeps a guest from a visit, said of the guest, with its rule behind it.
pub fn away(problem: &Problem, away: &Away) -> String {
    let words = match away {
        Away::TooLarge { persons, room } => {
            format!("has {}, and the host has room for {room}", count(*persons, "delegate"))
        }
        Away::Unavailable => "has said that it is unavailable".to_owned(),
        Away::Gathers(gathering) => {
            format!("is at {}, or the day stays clear for it", Names(problem).gathering(*gathering))
        }
        Away::Busy => "takes part in another visit".to_owned(),
        Away::Pace(_) => "would take part in more visits than the pace allows".to_owned(),
        Away::ReturnDays(days) => {
            let least = problem.visits().min_return_days;
            format!("has the host as its guest {} from then, and at least {least} are asked for", count(*days, "day"))
        }
        Away::NoRoom { persons, room } => format!("would make it {persons} guests, and the host has room for {room}"),
        Away::Locked(lock) => format!("may not join: {}", self::lock(Names(problem), lock)),
        Away::Limit(limit) => format!("may not join: {}", too_many(*limit)),
    };
    with_rule(words, away.rule())
}
