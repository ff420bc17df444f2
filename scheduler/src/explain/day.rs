//! What keeps a visit from a day, and a guest from a visit: every rule, every lock, and every limit of what may
//! change.

use super::book::Book;
use super::lock::{Limit, Lock};
use super::repair::Change;
use crate::facts::HostingKey;
use crate::problem::{Day, EnrolmentIx, GatheringIx, Hosting, NetworkIx, RegionIx, RoundIx};
use crate::rules::RuleCode;
use crate::steering::Task;

/// What keeps a visit from a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayStop {
    /// The host's municipality hosts no visits at all (V2).
    HostNever,
    /// The host's municipality has said that it is unavailable that day (V2).
    HostUnavailable,
    /// The host's municipality has said that it cannot host that day (V2).
    HostCannot,
    /// The host's municipality hosts another visit that day (V2).
    MunicipalityHosts,
    /// The host attends a gathering that day, or the day is to stay clear for its sake (G6).
    HostGathers(GatheringIx),
    /// The host's municipality hosts a meeting that day (G1).
    HostsMeeting(GatheringIx),
    /// The host takes part in another visit that day (V5).
    HostBusy,
    /// The host would take part in more visits than a hard pace allows (V5): the rules by position, and what each would have
    /// to allow.
    HostPace(Vec<(usize, u32)>),
    /// Other visits of the hosting are in another round (V7).
    OtherRound,
    /// The round has its share of the network's hostings (V7).
    RoundFull,
    /// The day has as many visits as the region takes (V6).
    RegionDay {
        /// The host's region.
        region: RegionIx,
        /// Visits that it has.
        visits: u32,
    },
    /// The day has as many visits as the programme takes (V6).
    ProgrammeDay {
        /// Visits that it has.
        visits: u32,
    },
    /// A guest cannot come, and neither can any other.
    Guest {
        /// Who.
        guest: EnrolmentIx,
        /// Why.
        why: Away,
    },
    /// A lock is in the way.
    Locked(Lock),
    /// A limit of what may change is in the way.
    Limit(Limit),
}

/// What keeps a guest from a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Away {
    /// Its delegation alone is more than the host has room for (V3).
    TooLarge {
        /// Its delegates.
        persons: u32,
        /// Guests that fit.
        room: u32,
    },
    /// It is unavailable that day (V4).
    Unavailable,
    /// It attends a gathering that day, or the day is to stay clear for its sake (G6).
    Gathers(GatheringIx),
    /// It takes part in another visit that day (V5).
    Busy,
    /// It would take part in more visits than a hard pace allows (V5).
    Pace(Vec<(usize, u32)>),
    /// The visit the other way is only so many days away (V9).
    ReturnDays(u32),
    /// The other guests leave too little room (V3).
    NoRoom {
        /// Persons with it.
        persons: u64,
        /// Guests that fit.
        room: u32,
    },
    /// The visit is locked with its guests.
    Locked(Lock),
    /// A limit of what may change is in the way.
    Limit(Limit),
}

impl DayStop {
    /// The rule behind it; `lock` or the name of the limit where it is none.
    pub fn rule(&self) -> RuleCode {
        match self {
            DayStop::HostNever | DayStop::HostUnavailable | DayStop::HostCannot | DayStop::MunicipalityHosts => {
                RuleCode::V2
            }
            DayStop::HostGathers(_) => RuleCode::G6,
            DayStop::HostsMeeting(_) => RuleCode::G1,
            DayStop::HostBusy | DayStop::HostPace(_) => RuleCode::V5,
            DayStop::OtherRound | DayStop::RoundFull => RuleCode::V7,
            DayStop::RegionDay { .. } | DayStop::ProgrammeDay { .. } => RuleCode::V6,
            DayStop::Guest { why, .. } => why.rule(),
            DayStop::Locked(_) => RuleCode::Lock,
            DayStop::Limit(limit) => limit.rule(),
        }
    }

    /// A stable code, lower snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            DayStop::HostNever => "never_hosts",
            DayStop::HostUnavailable => "host_unavailable",
            DayStop::HostCannot => "host_cannot",
            DayStop::MunicipalityHosts => "municipality_hosts",
            DayStop::HostGathers(_) => "host_gathers",
            DayStop::HostsMeeting(_) => "hosts_meeting",
            DayStop::HostBusy => "host_busy",
            DayStop::HostPace(_) => "pace",
            DayStop::OtherRound => "other_round",
            DayStop::RoundFull => "round_full",
            DayStop::RegionDay { .. } | DayStop::ProgrammeDay { .. } => "day_limit",
            DayStop::Guest { why, .. } => match why {
                Away::TooLarge { .. } | Away::NoRoom { .. } => "guest_too_large",
                Away::Unavailable => "guest_unavailable",
                Away::Gathers(_) => "guest_gathers",
                Away::Busy => "guest_busy",
                Away::Pace(_) => "guest_pace",
                Away::ReturnDays(_) => "guest_return_days",
                Away::Locked(_) => "locked",
                Away::Limit(limit) => limit.code(),
            },
            DayStop::Locked(_) => "locked",
            DayStop::Limit(limit) => limit.code(),
        }
    }
}

impl Away {
    /// The rule behind it; `lock` or the name of the limit where it is none.
    pub fn rule(&self) -> RuleCode {
        match self {
            Away::TooLarge { .. } | Away::NoRoom { .. } => RuleCode::V3,
            Away::Unavailable => RuleCode::V4,
            Away::Gathers(_) => RuleCode::G6,
            Away::Busy | Away::Pace(_) => RuleCode::V5,
            Away::ReturnDays(_) => RuleCode::V9,
            Away::Locked(_) => RuleCode::Lock,
            Away::Limit(limit) => limit.rule(),
        }
    }

    /// A stable code, lower snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Away::TooLarge { .. } => "too_large",
            Away::Unavailable => "unavailable",
            Away::Gathers(_) => "gathers",
            Away::Busy => "busy",
            Away::Pace(_) => "pace",
            Away::ReturnDays(_) => "return_days",
            Away::NoRoom { .. } => "no_room",
            Away::Locked(_) => "locked",
            Away::Limit(limit) => limit.code(),
        }
    }
}

/// A visit that is to be held, or held on another day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub network: NetworkIx,
    pub hosting: HostingKey,
    /// The day that it has so far; it is not in the book.
    pub from: Option<Day>,
}

/// Everything that keeps a visit from a day of a round, whoever comes; what no plan can change comes first.
pub(super) fn stops(book: &Book<'_>, wanted: Wanted, round: RoundIx, day: Day) -> Vec<DayStop> {
    let (problem, host) = (book.problem, wanted.hosting.0);
    let mut found = Vec::new();
    let mut stop = |stops: bool, why: DayStop| {
        if stops {
            found.push(why)
        }
    };
    let unavailable = problem.home(host).unavailable.contains(day);
    stop(!problem.hosts(host), DayStop::HostNever);
    stop(unavailable, DayStop::HostUnavailable);
    stop(problem.home(host).cannot_host.contains(day) && !unavailable, DayStop::HostCannot);
    let availability = &book.facts.availability;
    availability.gathering_of(host, day).into_iter().for_each(|gathering| stop(true, DayStop::HostGathers(gathering)));
    let hosted = availability.hosted_by(problem.enrolment(host).municipality, day);
    hosted.into_iter().for_each(|gathering| stop(true, DayStop::HostsMeeting(gathering)));
    let other_round = problem.hosting_of(host) == Hosting::Once
        && book.facts.visits_of(wanted.hosting).any(|other| other.round != round);
    stop(other_round, DayStop::OtherRound);
    stop(book.round_is_full(wanted.network, round, host), DayStop::RoundFull);
    stop(book.hosts_on(host, day), DayStop::MunicipalityHosts);
    stop(book.takes_part(host, day), DayStop::HostBusy);
    if book.too_fast(host, day) {
        stop(true, DayStop::HostPace(book.paces_needed(host, day)));
    }
    let region = problem.home(host).region;
    let full = |most: Option<u32>, visits: u32| most.is_some_and(|most| visits >= most);
    let (in_region, in_all) = (book.visits_in(region, day), book.visits_on(day));
    let of_region = problem.regions()[region.at()].max_visits_per_day;
    stop(full(of_region, in_region), DayStop::RegionDay { region, visits: in_region });
    stop(full(problem.visits().max_visits_per_day, in_all), DayStop::ProgrammeDay { visits: in_all });
    found.extend(steered(book, wanted, day));
    found
}

/// Locks, and the limit of changes; whom it affects depends on who comes.
fn steered(book: &Book<'_>, wanted: Wanted, day: Day) -> Vec<DayStop> {
    let Some(steering) = book.problem.steering() else { return Vec::new() };
    let key = wanted.hosting;
    let mut found = Vec::new();
    let mut days = book.days_of(key);
    days.push(day);
    let opens = steering.opens_on();
    let frozen = |day: Day| steering.frozen(key).iter().any(|frozen| frozen.0 == day);
    if let Some(from) = wanted.from.filter(|&from| frozen(from)) {
        let before = opens.filter(|&opens| from < opens);
        found.push(DayStop::Locked(before.map_or(Lock::Guests, Lock::Before)));
    }
    if let Some(opens) = opens.filter(|&opens| day < opens && !frozen(day)) {
        found.push(DayStop::Locked(Lock::Before(opens)));
    }
    if let Some(only) = steering.only_days(key).filter(|only| !only.contains(&day)) {
        found.push(DayStop::Locked(Lock::Days(only.to_vec())));
    } else if steering.is_firm(key) && steering.retimed(key, &days) > 0 {
        found.push(DayStop::Locked(Lock::Days(steering.promised_days(key).to_vec())));
    }
    found.dedup();
    let changes = book.changes() + book.more_changes(key, &days);
    let most = steering.most().filter(|&most| changes > i64::from(most));
    found.extend(most.map(|most| DayStop::Limit(Limit::Changes { most })));
    found
}

/// Everything that keeps a guest from a visit to this host that day, but for the room that others leave.
pub(super) fn away(book: &Book<'_>, guest: EnrolmentIx, host: EnrolmentIx, day: Day) -> Vec<Away> {
    let problem = book.problem;
    let persons = problem.enrolment(guest).delegates;
    let mut found = Vec::new();
    if let Some(room) = problem.home(host).host_capacity.filter(|&room| persons > room) {
        found.push(Away::TooLarge { persons, room });
    }
    if problem.home(guest).unavailable.contains(day) {
        found.push(Away::Unavailable);
    }
    found.extend(book.facts.availability.gathering_of(guest, day).map(Away::Gathers));
    if book.takes_part(guest, day) {
        found.push(Away::Busy);
    }
    if book.too_fast(guest, day) {
        found.push(Away::Pace(book.paces_needed(guest, day)));
    }
    if book.returns_too_soon(guest, host, day) {
        found.extend(book.days_to_return(guest, host, day).map(Away::ReturnDays));
    }
    found
}

/// The changes of records that let a visit be held on a day together, with one guest at least; none where something
/// cannot be taken out of the way.
pub(super) fn lifted(problem: &Task, host: EnrolmentIx, day: Day, stops: &[DayStop]) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    for stop in stops.iter().filter(|stop| !matches!(stop, DayStop::Guest { .. })) {
        of_stop(problem, host, day, stop)?.into_iter().for_each(|change| add(&mut changes, change));
    }
    let mut guests: Vec<EnrolmentIx> = stops.iter().filter_map(|stop| stop.guest()).collect();
    guests.dedup();
    let with = |guest: &EnrolmentIx| {
        let own = stops.iter().filter(|stop| stop.guest() == Some(*guest));
        let mut all = changes.clone();
        for stop in own {
            of_stop(problem, host, day, stop)?.into_iter().for_each(|change| add(&mut all, change));
        }
        Some(all)
    };
    match guests.is_empty() {
        true => (!changes.is_empty()).then_some(changes),
        false => guests.iter().filter_map(with).min_by_key(Vec::len),
    }
}

impl DayStop {
    fn guest(&self) -> Option<EnrolmentIx> {
        if let DayStop::Guest { guest, .. } = self { Some(*guest) } else { None }
    }
}

/// The changes that take one thing out of the way.
fn of_stop(problem: &Task, host: EnrolmentIx, day: Day, stop: &DayStop) -> Option<Vec<Change>> {
    let home = |e: EnrolmentIx| problem.enrolment(e).municipality;
    let paces = |needed: &[(usize, u32)]| needed.iter().map(|&(pace, to)| Change::PaceMost { pace, to }).collect();
    Some(match stop {
        DayStop::HostUnavailable => vec![Change::Available { municipality: home(host), days: vec![day] }],
        DayStop::HostCannot => vec![Change::CanHostOn { municipality: home(host), days: vec![day] }],
        DayStop::HostPace(needed) => paces(needed),
        DayStop::RegionDay { region, visits } => vec![Change::RegionDay { region: *region, to: visits + 1 }],
        DayStop::ProgrammeDay { visits } => vec![Change::ProgrammeDay { to: visits + 1 }],
        DayStop::Guest { guest, why } => match why {
            Away::TooLarge { persons, .. } => {
                vec![Change::HostCapacity { municipality: home(host), to: *persons }]
            }
            Away::Unavailable => vec![Change::Available { municipality: home(*guest), days: vec![day] }],
            Away::Pace(needed) => paces(needed),
            Away::ReturnDays(days) => vec![Change::ReturnDays { to: *days }],
            Away::Gathers(_) => return None,
            Away::Busy | Away::NoRoom { .. } | Away::Locked(_) | Away::Limit(_) => return None,
        },
        DayStop::HostNever | DayStop::MunicipalityHosts | DayStop::HostBusy => return None,
        DayStop::HostGathers(_) | DayStop::HostsMeeting(_) => return None,
        DayStop::OtherRound | DayStop::RoundFull | DayStop::Locked(_) | DayStop::Limit(_) => return None,
    })
}

/// Adds a change; of two of the same record the one that allows more.
fn add(changes: &mut Vec<Change>, change: Change) {
    for known in changes.iter_mut() {
        match (known, &change) {
            (Change::PaceMost { pace, to }, Change::PaceMost { pace: same, to: other }) if pace == same => {
                return *to = (*to).max(*other);
            }
            (Change::ReturnDays { to }, Change::ReturnDays { to: other }) => return *to = (*to).min(*other),
            (known, change) if known == change => return,
            _ => {}
        }
    }
    changes.push(change);
}
