//! What keeps a meeting of a gathering from a day and a place: rules, and visits of the plan that lie in its way.

use super::lock::Lock;
use crate::problem::{Day, GatheringIx, MunicipalityIx, Problem, RegionIx, When};
use crate::rules::RuleCode;

/// What is in the way of a meeting on a day at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeetingStop {
    /// This day of it is not open (G1).
    Closed(Day),
    /// Its days do not all lie inside the window (G1).
    Window,
    /// The municipality at the place does not host (G1).
    HostNever(MunicipalityIx),
    /// The municipality at the place cannot host that day (G1).
    HostCannot {
        /// Which.
        municipality: MunicipalityIx,
        /// The day.
        day: Day,
    },
    /// The municipality at the place hosts a meeting of another gathering (G1).
    HostsMeeting {
        /// Which.
        municipality: MunicipalityIx,
        /// The other gathering.
        gathering: GatheringIx,
    },
    /// The municipality at the place hosts these visits of the plan (G1): their positions, ascending.
    HostsVisits(Vec<usize>),
    /// Nobody who is invited could attend (G2).
    Nobody,
    /// Another meeting of the gathering is at the place (G4).
    PlaceTaken,
    /// As many meetings of the gathering begin that day as may (G4).
    DayFull {
        /// Most of them.
        most: u32,
    },
    /// There would be more meetings than may be (G4).
    TooMany {
        /// Most of them.
        most: u32,
    },
    /// There would be fewer meetings than must be (G4).
    TooFew {
        /// Fewest of them.
        least: u32,
    },
    /// A region would have no meeting (G4).
    NoMeeting(RegionIx),
    /// Whoever attends takes part in these visits of the plan, on the days of the meeting or on those that are to stay clear
    /// (G6): their positions, ascending.
    Visits(Vec<usize>),
    /// A lock is in the way.
    Locked(Lock),
}

impl MeetingStop {
    /// The rule behind it.
    pub fn rule(&self) -> RuleCode {
        match self {
            MeetingStop::Closed(_) | MeetingStop::Window => RuleCode::G1,
            MeetingStop::HostNever(_) | MeetingStop::HostCannot { .. } => RuleCode::G1,
            MeetingStop::HostsMeeting { .. } | MeetingStop::HostsVisits(_) => RuleCode::G1,
            MeetingStop::Nobody => RuleCode::G2,
            MeetingStop::PlaceTaken | MeetingStop::DayFull { .. } => RuleCode::G4,
            MeetingStop::TooMany { .. } | MeetingStop::TooFew { .. } | MeetingStop::NoMeeting(_) => RuleCode::G4,
            MeetingStop::Visits(_) => RuleCode::G6,
            MeetingStop::Locked(_) => RuleCode::Lock,
        }
    }

    /// A stable code, lower snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            MeetingStop::Closed(_) => "closed_day",
            MeetingStop::Window => "outside_window",
            MeetingStop::HostNever(_) => "never_hosts",
            MeetingStop::HostCannot { .. } => "host_cannot",
            MeetingStop::HostsMeeting { .. } => "hosts_meeting",
            MeetingStop::HostsVisits(_) => "hosts_visit",
            MeetingStop::Nobody => "nobody_can_attend",
            MeetingStop::PlaceTaken => "place_taken",
            MeetingStop::DayFull { .. } => "day_limit",
            MeetingStop::TooMany { .. } => "too_many_meetings",
            MeetingStop::TooFew { .. } => "too_few_meetings",
            MeetingStop::NoMeeting(_) => "region_without_meeting",
            MeetingStop::Visits(_) => "visits_near",
            MeetingStop::Locked(_) => "locked",
        }
    }

    /// The visits of the plan that are in the way, by position.
    pub fn visits(&self) -> &[usize] {
        match self {
            MeetingStop::HostsVisits(visits) | MeetingStop::Visits(visits) => visits,
            _ => &[],
        }
    }
}

/// A reason why a gathering is as it is, to be put into words by `english::meeting_reason`. Costs have their weights
/// applied; places are named as people call them.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the words of each say what its fields are
pub enum MeetingReason {
    NotHeld,
    Given { day: Day },
    Best { of: usize },
    Only,
    Cheaper { start: Day, place: Option<String>, saves: f64, stop: Option<MeetingStop> },
    OneMore { start: Day, place: Option<String>, more: f64, stop: Option<MeetingStop> },
    OneFewer { start: Day, place: Option<String>, more: f64, stop: Option<MeetingStop> },
    Missing { enrolments: usize, persons: u64 },
}

impl MeetingReason {
    /// A stable code, lower snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            MeetingReason::NotHeld => "not_held",
            MeetingReason::Given { .. } => "given_day",
            MeetingReason::Best { .. } => "best_meeting",
            MeetingReason::Only => "only_meeting",
            MeetingReason::Cheaper { stop: None, .. } => "cheaper_meeting",
            MeetingReason::Cheaper { stop: Some(_), .. } => "cheaper_but_rule",
            MeetingReason::OneMore { .. } => "one_meeting_more",
            MeetingReason::OneFewer { .. } => "one_meeting_fewer",
            MeetingReason::Missing { .. } => "persons_missing",
        }
    }

    /// The rule that binds, where one does.
    pub fn rule(&self) -> Option<RuleCode> {
        match self {
            MeetingReason::Given { .. } => Some(RuleCode::G1),
            MeetingReason::NotHeld => Some(RuleCode::G4),
            MeetingReason::Cheaper { stop, .. }
            | MeetingReason::OneMore { stop, .. }
            | MeetingReason::OneFewer { stop, .. } => stop.as_ref().map(MeetingStop::rule),
            _ => None,
        }
    }
}

/// The days of a gathering's window on which no meeting can begin, ascending, each with the reason. None where its day is
/// given.
pub fn closed_days(problem: &Problem, gathering: GatheringIx) -> Vec<(Day, MeetingStop)> {
    let it = problem.gathering(gathering);
    let When::Window(first, last) = it.when else { return Vec::new() };
    let days = (first.number()..=last.number()).map(Day::from_number);
    let closed = days.filter(|&day| !problem.may_begin(gathering, day));
    let why = |day: Day| match it.days_from(day).filter(|&day| day <= last).find(|&day| !problem.is_open_for(it, day)) {
        Some(closed) => MeetingStop::Closed(closed),
        None => MeetingStop::Window,
    };
    closed.map(|day| (day, why(day))).collect()
}

/// What keeps a municipality from hosting a meeting that begins on a day, by its diary alone.
pub fn host_stop(problem: &Problem, town: MunicipalityIx, gathering: GatheringIx, start: Day) -> Option<MeetingStop> {
    let home = problem.municipality(town);
    if !home.can_host {
        return Some(MeetingStop::HostNever(town));
    }
    let cannot = problem.gathering(gathering).days_from(start).find(|&day| home.cannot_host.contains(day));
    cannot.map(|day| MeetingStop::HostCannot { municipality: town, day })
}
