//! Whether a gathering can be held by itself, with only some of its rules, and what would help.

use super::family::Family;
use super::shrink::Verdict;
use crate::effort::{Budget, Limit};
use crate::explain::gathering_change::{GatheringChange, window};
use crate::explain::repair::Change;
use crate::gatherings::{self, Alone};
use crate::infeasibility::{GatheringRule, Member};
use crate::problem::{Day, EnrolmentIx, GatheringIx, Location, MunicipalityIx, Place, PlaceIx, When};
use crate::rules;
use crate::steering::Task;
use std::time::Duration;

/// What one look for meetings may take.
const LOOK: Limit = Limit { time: Duration::from_millis(500), steps: 100_000 };
/// Days by which a window is extended at most, and how many limits are tried.
const BEYOND: i32 = 60;
const MOST_DAYS: usize = 40;
const MOST_STEPS: u32 = 20;

/// Every rule of a gathering that a clash about it can be made of; none that says nothing.
pub(super) fn rules_of(problem: &Task, gathering: GatheringIx) -> Vec<Member> {
    let it = problem.gathering(gathering);
    let limits = it.meetings;
    let own_days = matches!(it.when, When::Window(..));
    let held = problem.steering().is_some_and(|steering| steering.held(gathering).is_some());
    let nobody = limits.is_some() && problem.invited(gathering).next().is_none();
    let said = [
        (nobody, GatheringRule::Invites),
        (true, GatheringRule::Window),
        (own_days, GatheringRule::Weekdays),
        (!it.places.is_empty(), GatheringRule::Places),
        (it.places.iter().any(|place| place.capacity.is_some()), GatheringRule::Room),
        (limits.is_some_and(|limits| limits.max_distance_km.is_some()), GatheringRule::Reach),
        (limits.is_some_and(|limits| limits.min > 1), GatheringRule::Min),
        (limits.is_some(), GatheringRule::Max),
        (limits.is_some_and(|limits| limits.max_per_day.is_some()), GatheringRule::PerDay),
        (limits.is_some_and(|limits| limits.each_region), GatheringRule::EachRegion),
        (held, GatheringRule::Locked),
    ];
    let own = said.into_iter().filter(|(said, _)| *said).map(|(_, rule)| Member::Gathering(gathering, rule));
    own.chain(diaries(problem, gathering)).collect()
}

/// The diaries of those who could host or attend.
fn diaries(problem: &Task, gathering: GatheringIx) -> Vec<Member> {
    let it = problem.gathering(gathering);
    let (first, last) = window(it);
    let inside = |day: &Day| (first..=last).contains(day);
    let hosts = (0..it.places.len()).filter_map(|place| it.host(Some(PlaceIx::new(place))));
    let homes = problem.invited(gathering).map(|(e, _)| problem.enrolment(e).municipality);
    let mut towns: Vec<MunicipalityIx> = hosts.clone().chain(homes.filter(|_| it.meetings.is_some())).collect();
    towns.sort_unstable();
    towns.dedup();
    let mut all: Vec<Member> = Vec::new();
    for town in towns {
        let home = problem.municipality(town);
        let hosts = hosts.clone().any(|host| host == town);
        let more = home.cannot_host.iter().filter(|day| inside(day)).any(|day| !home.unavailable.contains(day));
        let said = [
            (home.unavailable.iter().any(|day| inside(&day)), Member::Unavailable(town)),
            (hosts && more, Member::CannotHostOn(town)),
            (hosts && !home.can_host, Member::NeverHosts(town)),
        ];
        all.extend(said.into_iter().filter(|(said, _)| *said).map(|(_, member)| member));
    }
    all
}

/// The problem with a gathering that does not say this.
pub(super) fn without(problem: &mut Task, gathering: GatheringIx, rule: GatheringRule) {
    let it = &mut problem.gatherings[gathering.at()];
    let unlimited = |change: &dyn Fn(&mut crate::problem::MeetingLimits)| {
        let mut limits = it.meetings;
        limits.iter_mut().for_each(change);
        limits
    };
    match rule {
        GatheringRule::Held => {}
        GatheringRule::Invites => it.meetings = None, // which may have nobody
        GatheringRule::Window => {
            let (first, last) = window(it);
            it.when = When::Window(first.plus(-BEYOND), last.plus(BEYOND));
        }
        GatheringRule::Weekdays => GatheringChange::Weekdays.apply(problem, gathering),
        GatheringRule::Places => anywhere(problem, gathering),
        GatheringRule::Room => it.places.iter_mut().for_each(|place| place.capacity = None),
        GatheringRule::Reach => it.meetings = unlimited(&|limits| limits.max_distance_km = None),
        GatheringRule::Min => it.meetings = unlimited(&|limits| limits.min = 1),
        GatheringRule::Max => it.meetings = unlimited(&|limits| limits.max = u32::MAX),
        GatheringRule::PerDay => it.meetings = unlimited(&|limits| limits.max_per_day = None),
        GatheringRule::EachRegion => GatheringChange::AnyRegion.apply(problem, gathering),
        GatheringRule::ClearDays => {
            GatheringChange::ClearBefore { to: 0 }.apply(problem, gathering);
            GatheringChange::ClearAfter { to: 0 }.apply(problem, gathering);
        }
        GatheringRule::Locked => GatheringChange::Unlock.apply(problem, gathering),
    }
}

/// A gathering at any municipality, or at places of its own.
fn anywhere(problem: &mut Task, gathering: GatheringIx) {
    let known = |town: MunicipalityIx| Location::Municipality(town);
    let towns: Vec<Place> = problem
        .municipalities()
        .iter()
        .enumerate()
        .map(|(at, town)| (known(MunicipalityIx::new(at)), town))
        .filter(|(location, _)| problem.gathering(gathering).places.iter().all(|place| place.location != *location))
        .map(|(location, town)| Place { id: town.id.clone(), name: town.name.clone(), location, capacity: None })
        .collect();
    let it = &mut problem.gatherings[gathering.at()];
    it.places.iter_mut().for_each(|place| place.capacity = None);
    it.places.extend(towns);
    let more = it.meeting_counts().1;
    GatheringChange::Places { more }.apply(problem, gathering);
}

/// The gatherings whose clear days keep these enrolments from visits, around the meetings of a plan.
pub(super) fn clear_days_of(problem: &Task, concerned: &[EnrolmentIx]) -> Vec<Member> {
    let clears = |gathering: &GatheringIx| {
        let it = problem.gathering(*gathering);
        it.clear_days_before + it.clear_days_after > 0
    };
    let attended = |gathering: &GatheringIx| {
        let own = problem.meetings().iter().filter(|meeting| meeting.gathering == *gathering);
        own.flat_map(|meeting| &meeting.attend).any(|e| concerned.contains(e))
    };
    let all = (0..problem.gatherings().len()).map(GatheringIx::new).filter(clears).filter(attended);
    all.map(|gathering| Member::Gathering(gathering, GatheringRule::ClearDays)).collect()
}

/// Whether a gathering of a version of the problem can be held by itself.
pub(super) fn test(problem: &Task, gathering: GatheringIx, seed: u64, budget: &Budget<'_>) -> Verdict {
    let share = budget.share_at_most(1.0, LOOK);
    let found = gatherings::alone(problem, gathering, seed, &share);
    budget.join(&share);
    match found {
        Alone::Held(meetings) => {
            let held: Vec<_> = meetings.iter().collect();
            // Whoever judges did not search.
            let sound = rules::of_meetings(problem, gathering, &held).is_empty();
            if sound { Verdict::Possible } else { Verdict::Unknown }
        }
        Alone::Impossible => Verdict::Impossible,
        Alone::NotFound => Verdict::Unknown,
    }
}

/// What may undo a clash about a gathering, by one of its members; each family from the least to the most.
pub(super) fn families(problem: &Task, gathering: GatheringIx, member: &Member) -> Vec<Family> {
    let it = problem.gathering(gathering);
    let of = |change: GatheringChange| Change::Gathering { gathering, change };
    let steps = |from: u32, make: &dyn Fn(u32) -> GatheringChange| -> Family {
        (from.saturating_add(1)..=from.saturating_add(MOST_STEPS)).map(|to| of(make(to))).collect()
    };
    match *member {
        Member::Gathering(_, rule) => match rule {
            GatheringRule::Held | GatheringRule::Invites => Vec::new(),
            GatheringRule::Window => {
                let (start, end) = window(it);
                let later = (1..=BEYOND).map(|days| GatheringChange::Window { start, end: end.plus(days) });
                let earlier = (1..=BEYOND).map(|days| GatheringChange::Window { start: start.plus(-days), end });
                vec![later.map(of).collect(), earlier.map(of).collect()]
            }
            GatheringRule::Weekdays => vec![vec![of(GatheringChange::Weekdays)]],
            GatheringRule::Places => {
                let most = it.meeting_counts().1.min(MOST_STEPS);
                vec![(1..=most).map(|more| of(GatheringChange::Places { more })).collect()]
            }
            GatheringRule::Room => room(problem, gathering),
            GatheringRule::Reach => vec![farther(problem, gathering)],
            GatheringRule::Min => {
                let least = it.meeting_counts().0;
                vec![(1..least).rev().map(|to| of(GatheringChange::Min { to })).collect()]
            }
            GatheringRule::Max => vec![steps(it.meeting_counts().1, &|to| GatheringChange::Max { to })],
            GatheringRule::PerDay => {
                let from = it.meetings.and_then(|limits| limits.max_per_day).unwrap_or(0);
                vec![steps(from, &|to| GatheringChange::PerDay { to })]
            }
            GatheringRule::EachRegion => vec![vec![of(GatheringChange::AnyRegion)]],
            GatheringRule::ClearDays => clear_days(problem, gathering),
            GatheringRule::Locked => vec![vec![of(GatheringChange::Unlock)]],
        },
        Member::NeverHosts(municipality) => vec![vec![Change::CanHost { municipality }]],
        Member::Unavailable(municipality) => {
            let away = &problem.municipality(municipality).unavailable;
            diary(problem, gathering, |day| away.contains(day), |days| Change::Available { municipality, days })
        }
        Member::CannotHostOn(municipality) => {
            let home = problem.municipality(municipality);
            let barred = |day: Day| home.cannot_host.contains(day) && !home.unavailable.contains(day);
            diary(problem, gathering, barred, |days| Change::CanHostOn { municipality, days })
        }
        _ => Vec::new(),
    }
}

/// Fewer clear days, before it and after it.
pub(super) fn clear_days(problem: &Task, gathering: GatheringIx) -> Vec<Family> {
    let it = problem.gathering(gathering);
    let of = |change: GatheringChange| Change::Gathering { gathering, change };
    let before = (0..it.clear_days_before).rev().map(|to| of(GatheringChange::ClearBefore { to }));
    let after = (0..it.clear_days_after).rev().map(|to| of(GatheringChange::ClearAfter { to }));
    vec![before.collect(), after.collect()]
}

/// The barred days of a window, each meeting's by themselves, and all from the first on.
fn diary(
    problem: &Task,
    gathering: GatheringIx,
    barred: impl Fn(Day) -> bool,
    make: impl Fn(Vec<Day>) -> Change,
) -> Vec<Family> {
    let it = problem.gathering(gathering);
    let barred = |start: Day| -> Vec<Day> { it.days_from(start).filter(|&day| barred(day)).collect() };
    let of_starts = problem.starts(gathering).into_iter().map(barred).filter(|days| !days.is_empty());
    let single: Vec<Vec<Day>> = of_starts.take(MOST_DAYS).collect();
    let mut days: Vec<Day> = single.iter().flatten().copied().collect();
    days.sort_unstable();
    days.dedup();
    let mut all: Vec<Family> = single.into_iter().map(|days| vec![make(days)]).collect();
    all.push((1..=days.len()).map(|count| make(days[..count].to_vec())).collect());
    all
}

/// Room for more at each of the places that have a limit.
fn room(problem: &Task, gathering: GatheringIx) -> Vec<Family> {
    let it = problem.gathering(gathering);
    let mut persons: Vec<u32> = problem.invited(gathering).map(|(_, persons)| persons).collect();
    persons.sort_unstable();
    persons.dedup();
    let of_place = |at: usize| -> Family {
        let place = PlaceIx::new(at);
        let from = it.places[at].capacity.unwrap_or(u32::MAX);
        let more = persons.iter().copied().filter(|&persons| persons > from);
        more.map(|to| Change::Gathering { gathering, change: GatheringChange::Room { place, to } }).collect()
    };
    (0..it.places.len().min(MOST_DAYS)).map(of_place).collect()
}

/// The ways that are too far, the shortest first.
fn farther(problem: &Task, gathering: GatheringIx) -> Family {
    let it = problem.gathering(gathering);
    let most = it.meetings.and_then(|limits| limits.max_distance_km).unwrap_or(f64::INFINITY);
    let places = (0..it.places.len()).map(PlaceIx::new);
    let homes: Vec<MunicipalityIx> =
        problem.invited(gathering).map(|(e, _)| problem.enrolment(e).municipality).collect();
    let ways = places.flat_map(|place| homes.iter().map(move |&home| (home, place)));
    let mut km: Vec<f64> = ways
        .take(1_000_000) // ways enough to choose from
        .map(|(home, place)| problem.km_to(home, gathering, Some(place)))
        .filter(|&km| km > most)
        .collect();
    km.sort_unstable_by(f64::total_cmp);
    km.dedup();
    let every = km.len().div_ceil(MOST_DAYS * 10).max(1);
    let longest = km.last().copied();
    let mut all: Vec<f64> = km.into_iter().step_by(every).chain(longest).collect();
    all.dedup();
    all.into_iter().map(|to| Change::Gathering { gathering, change: GatheringChange::Reach { to } }).collect()
}
