//! The kinds of changes that may undo a clash, each from the least to the most.

use super::gatherings;
use super::relax::enrolments;
use crate::explain::repair::Change;
use crate::infeasibility::Member;
use crate::problem::{Day, EnrolmentIx, MunicipalityIx, NetworkIx, RegionIx, RoundIx, TrackIx};
use crate::steering::Task;

/// Changes of one kind, each of which allows all that the one before allows.
pub(super) type Family = Vec<Change>;

/// Further dates of a round that are looked at.
const MOST_DATES: i32 = 30;
/// Days of a diary that are looked at one by one.
const MOST_DAYS: usize = 40;
/// Distances that are looked at.
const MOST_DISTANCES: usize = 400;
/// Counts that are looked at.
const MOST_STEPS: u32 = 4_000;

/// What may undo a clash.
pub(super) fn families(problem: &Task, clash: &[Member]) -> Vec<Family> {
    let gathering = clash.iter().find(|member| member.is_want()).and_then(Member::gathering);
    let of = |member: &Member| match gathering {
        Some(gathering) => gatherings::families(problem, gathering, member),
        None => of_member(problem, clash, member),
    };
    let mut all: Vec<Family> = clash.iter().flat_map(of).collect();
    if clash.iter().any(|member| matches!(member, Member::Hosted(..))) {
        all.extend((0..problem.rounds().len()).map(|round| more_dates(problem, RoundIx::new(round))));
    }
    all.retain(|family| !family.is_empty());
    let mut seen: Vec<Family> = Vec::new();
    for family in all {
        if !seen.contains(&family) {
            seen.push(family);
        }
    }
    seen
}

fn of_member(problem: &Task, clash: &[Member], member: &Member) -> Vec<Family> {
    let up = |from: u32, most: u32, make: &dyn Fn(u32) -> Change| -> Family {
        (from.saturating_add(1)..=most.min(from.saturating_add(MOST_STEPS))).map(make).collect()
    };
    let down = |from: u32, make: &dyn Fn(u32) -> Change| -> Family {
        (from.saturating_sub(MOST_STEPS)..from).rev().map(make).collect()
    };
    match *member {
        Member::Placed(_) | Member::Hosted(..) => Vec::new(),
        Member::MaxMembers(network) => {
            let most = enrolments(problem, problem.network(network).track).count() as u32;
            vec![up(problem.network(network).max_members, most, &|to| Change::MaxMembers { network, to })]
        }
        Member::MinMembers(network) => {
            let fewer = down(problem.network(network).min_members, &|to| Change::MinMembers { network, to });
            vec![fewer, stay_empty(problem, network)]
        }
        Member::MinDelegates(network) => {
            let fewer = down(problem.network(network).min_delegates, &|to| Change::MinDelegates { network, to });
            vec![fewer, stay_empty(problem, network)]
        }
        Member::MaxDelegates(network) => {
            let all = enrolments(problem, problem.network(network).track);
            let most: u32 = all.map(|e| problem.enrolment(e).delegates).fold(0, u32::saturating_add);
            let from = problem.network(network).max_delegates.unwrap_or(most);
            vec![up(from, most, &|to| Change::MaxDelegates { network, to })]
        }
        Member::AllowedRegions(network) => open_regions(problem, clash, network),
        Member::MaxPerRegion(network) => {
            let most = enrolments(problem, problem.network(network).track).count() as u32;
            let from = problem.network(network).max_members_per_region.unwrap_or(most);
            vec![up(from, most, &|to| Change::MaxPerRegion { network, to })]
        }
        Member::MinRegions(network) => {
            vec![down(problem.network(network).min_regions, &|to| Change::MinRegions { network, to })]
        }
        Member::MaxDistance(network) => vec![farther(problem, network)],
        Member::Fixed(enrolment) => vec![vec![Change::Unfix { enrolment }]],
        Member::Excluded(enrolment) => {
            let excluded = problem.enrolment(enrolment).excluded.iter();
            excluded.map(|&network| vec![Change::Admit { enrolment, network }]).collect()
        }
        Member::Apart(a, b) => vec![vec![Change::DropApart { a, b }]],
        Member::Together(a, b) => vec![vec![Change::DropTogether { a, b }]],
        Member::Unavailable(municipality) => {
            let town = problem.municipality(municipality);
            let barred = |day: &Day| town.unavailable.contains(*day);
            diary(problem, barred, |days| Change::Available { municipality, days })
        }
        Member::CannotHostOn(municipality) => {
            let town = problem.municipality(municipality);
            let barred = |day: &Day| town.cannot_host.contains(*day) && !town.unavailable.contains(*day);
            diary(problem, barred, |days| Change::CanHostOn { municipality, days })
        }
        Member::HostCapacity(municipality) => vec![room(problem, municipality)],
        Member::Pace(pace) => {
            let from = problem.visits().pace.get(pace).map_or(0, |pace| pace.max_visits);
            vec![up(from, from.saturating_add(20), &|to| Change::PaceMost { pace, to })]
        }
        Member::RegionDay(region) => {
            let from = problem.regions()[region.at()].max_visits_per_day.unwrap_or(0);
            vec![up(from, from.saturating_add(50), &|to| Change::RegionDay { region, to })]
        }
        Member::ProgrammeDay => {
            let from = problem.visits().max_visits_per_day.unwrap_or(0);
            vec![up(from, from.saturating_add(50), &|to| Change::ProgrammeDay { to })]
        }
        Member::ReturnDays => vec![down(problem.visits().min_return_days, &|to| Change::ReturnDays { to })],
        Member::OpenDays(round) => vec![more_dates(problem, round)],
        Member::NoNetworks(track) => {
            let most = enrolments(problem, track).count() as u32;
            vec![up(0, most, &|to| Change::AddNetwork { track, to })]
        }
        Member::Gathering(gathering, _) => gatherings::clear_days(problem, gathering),
        Member::NeverHosts(municipality) => vec![vec![Change::CanHost { municipality }]],
        Member::Lock(enrolment) => vec![vec![Change::Unlock { enrolment }]],
        Member::LockedNetwork(network) => vec![vec![Change::UnlockNetwork { network }]],
        Member::LockedVisits(host, round) => vec![vec![Change::UnlockVisits { host, round }]],
        Member::MaxChanges | Member::MaxAffected => limits(problem, member),
        Member::LockedBefore => vec![earlier(problem)],
    }
}

/// More changes, or more municipalities affected.
fn limits(problem: &Task, member: &Member) -> Vec<Family> {
    let Some(steering) = problem.steering() else { return Vec::new() };
    let days: usize = problem.rounds().iter().map(|round| round.open_days.len()).sum();
    let everything = problem.enrolments().len() * (days + 1);
    let family = match member {
        Member::MaxAffected => steering.most_affected().map(|from| {
            let all = problem.municipalities().len() as u32;
            (from.saturating_add(1)..=all).map(|to| Change::MaxAffected { to }).collect()
        }),
        _ => steering.most().map(|from| {
            let most = from.saturating_add(MOST_STEPS).min(everything as u32);
            (from.saturating_add(1)..=most).map(|to| Change::MaxChanges { to }).collect()
        }),
    };
    family.into_iter().collect()
}

/// Open days before the one from which new visits may be held, the last one first.
fn earlier(problem: &Task) -> Family {
    let from = problem.steering().and_then(|steering| steering.opens_on());
    let open = problem.rounds().iter().flat_map(|round| round.open_days.iter().copied());
    let days: Vec<Day> = open.filter(|day| from.is_some_and(|from| *day < from)).collect();
    days.into_iter().rev().map(|day| Change::OpenFrom { day }).collect()
}

fn stay_empty(problem: &Task, network: NetworkIx) -> Family {
    if problem.network(network).may_stay_empty { Vec::new() } else { vec![Change::StayEmpty { network }] }
}

/// Each region that somebody of the clash, or else anybody of the track, comes from.
fn open_regions(problem: &Task, clash: &[Member], network: NetworkIx) -> Vec<Family> {
    let track: TrackIx = problem.network(network).track;
    let mut homes: Vec<RegionIx> = clash.iter().filter_map(Member::enrolment).map(|e| problem.home(e).region).collect();
    if homes.is_empty() {
        homes = enrolments(problem, track).map(|e| problem.home(e).region).collect();
    }
    homes.sort_unstable();
    homes.dedup();
    let open = problem.network(network).allowed_regions.as_deref().unwrap_or(&[]);
    let closed = homes.into_iter().filter(|region| !open.contains(region));
    closed.map(|region| vec![Change::OpenRegion { network, region }]).collect()
}

/// The distances between members of the track that are over the limit, the shortest first.
fn farther(problem: &Task, network: NetworkIx) -> Family {
    let inside: Vec<EnrolmentIx> =
        enrolments(problem, problem.network(network).track).filter(|&e| problem.eligible(e, network)).collect();
    let mut towns: Vec<MunicipalityIx> = inside.iter().map(|&e| problem.enrolment(e).municipality).collect();
    towns.sort_unstable();
    towns.dedup();
    towns.truncate(1_000); // a million distances are enough
    let limit = problem.network(network).max_distance_km.unwrap_or(f64::INFINITY);
    let mut km: Vec<f64> = Vec::new();
    for (at, &a) in towns.iter().enumerate() {
        km.extend(towns[..at].iter().map(|&b| problem.km(a, b)).filter(|&km| km > limit));
    }
    km.sort_unstable_by(f64::total_cmp);
    km.dedup();
    let every = km.len().div_ceil(MOST_DISTANCES).max(1);
    let longest = km.last().copied();
    let mut family: Family = km.into_iter().step_by(every).map(|to| Change::MaxDistance { network, to }).collect();
    family.extend(longest.map(|to| Change::MaxDistance { network, to }));
    family.dedup();
    family
}

/// Single barred days, each by itself, and all of them from the first on.
fn diary(problem: &Task, barred: impl Fn(&Day) -> bool, make: impl Fn(Vec<Day>) -> Change) -> Vec<Family> {
    let open = problem.rounds().iter().flat_map(|round| &round.open_days);
    let days: Vec<Day> = open.copied().filter(|day| barred(day)).collect();
    let mut all: Vec<Family> = days.iter().take(MOST_DAYS).map(|&day| vec![make(vec![day])]).collect();
    all.push((1..=days.len()).map(|count| make(days[..count].to_vec())).collect());
    all
}

/// Room for each larger delegation.
fn room(problem: &Task, municipality: MunicipalityIx) -> Family {
    let from = problem.municipality(municipality).host_capacity.unwrap_or(u32::MAX);
    let mut larger: Vec<u32> = problem
        .enrolments()
        .iter()
        .map(|enrolment| enrolment.delegates)
        .filter(|&delegates| delegates > from)
        .collect();
    larger.sort_unstable();
    larger.dedup();
    larger.into_iter().map(|to| Change::HostCapacity { municipality, to }).collect()
}

/// Days that the calendar would leave open: after the end of a round, before the next one; then closed ones inside; then
/// days before its start.
fn more_dates(problem: &Task, round: RoundIx) -> Family {
    let it = &problem.rounds()[round.at()];
    let inside = |day: &Day| (it.start..=it.end).contains(day);
    let may = |day: &Day| {
        let usual = problem.calendar.weekdays.contains(&day.weekday());
        usual && (inside(day) || problem.calendar.opens(*day))
    };
    let days: Vec<Day> = further_dates(problem, round).into_iter().filter(may).take(MOST_DATES as usize).collect();
    (1..=days.len()).map(|count| Change::MoreDates { round, days: days[..count].to_vec() }).collect()
}

/// Days on which a round is not open so far, whatever day of the week: after its end, inside, before its start.
pub(super) fn further_dates(problem: &Task, round: RoundIx) -> Vec<Day> {
    let rounds = problem.rounds();
    let it = &rounds[round.at()];
    let before = round.at().checked_sub(1).map_or(i32::MIN, |at| rounds[at].end.number());
    let after = rounds.get(round.at() + 1).map_or(i32::MAX, |next| next.start.number());
    let later = (1..=MOST_DATES).map(|days| it.end.number().saturating_add(days)).filter(|&day| day < after);
    let inside = it.start.number()..=it.end.number();
    let earlier = (1..=MOST_DATES).map(|days| it.start.number().saturating_sub(days)).filter(|&day| day > before);
    let days = later.chain(inside).chain(earlier).map(Day::from_number);
    days.filter(|day| it.open_days.binary_search(day).is_err()).collect()
}
