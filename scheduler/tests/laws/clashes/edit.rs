//! Rules dropped from records, and repairs made in them: by their wording, apart from what the crate does.

use scheduler::Task;
use scheduler::explain::gathering_change::GatheringChange;
use scheduler::explain::repair::Change;
use scheduler::infeasibility::Member;
use scheduler::problem::records::*;
use scheduler::problem::{Day, EnrolmentIx, GatheringIx, MunicipalityIx, NetworkIx, ProblemRecords, RoundIx, TrackIx};

fn network<'r>(records: &'r mut ProblemRecords, problem: &Task, n: NetworkIx) -> &'r mut NetworkRecord {
    let id = &problem.network(n).id;
    records.networks.iter_mut().find(|record| record.id == *id).expect("a network")
}

fn enrolment<'r>(records: &'r mut ProblemRecords, problem: &Task, e: EnrolmentIx) -> &'r mut EnrolmentRecord {
    let id = &problem.enrolment(e).id;
    records.enrolments.iter_mut().find(|record| record.id == *id).expect("an enrolment")
}

fn town<'r>(records: &'r mut ProblemRecords, problem: &Task, m: MunicipalityIx) -> &'r mut MunicipalityRecord {
    let id = &problem.municipality(m).id;
    records.municipalities.iter_mut().find(|record| record.id == *id).expect("a municipality")
}

/// Drops the pair rules of a kind between two municipalities.
fn drop_pair(records: &mut ProblemRecords, problem: &Task, kind: PairKind, pair: (MunicipalityIx, MunicipalityIx)) {
    let ids = [&problem.municipality(pair.0).id, &problem.municipality(pair.1).id];
    let these = |rule: &PairRuleRecord| rule.kind == kind && ids.contains(&&rule.a) && ids.contains(&&rule.b);
    records.pair_rules.iter_mut().for_each(|rules| rules.retain(|rule| !these(rule)));
}

/// The hard pace rule at a position of the problem's.
fn pace<'r>(records: &'r mut ProblemRecords, problem: &Task, at: usize) -> &'r mut PaceRecord {
    let wanted = problem.visits().pace[at];
    let same = |pace: &&mut PaceRecord| {
        pace.penalty.is_none()
            && pace.window_days == i64::from(wanted.window_days)
            && pace.max_visits.unwrap_or(1) == i64::from(wanted.max_visits)
    };
    let visits = records.visits.as_mut().expect("visits");
    visits.pace.iter_mut().flatten().find(same).expect("a hard pace")
}

/// Drops one rule.
pub fn without(records: &mut ProblemRecords, problem: &Task, rule: &Member) {
    match *rule {
        Member::Placed(_) | Member::Hosted(..) => {}
        Member::MinMembers(n) => network(records, problem, n).min_members = 0,
        Member::MaxMembers(n) => network(records, problem, n).max_members = 1_000,
        Member::MinDelegates(n) => network(records, problem, n).min_delegates = None,
        Member::MaxDelegates(n) => network(records, problem, n).max_delegates = None,
        Member::AllowedRegions(n) => network(records, problem, n).allowed_regions = None,
        Member::MaxPerRegion(n) => network(records, problem, n).max_members_per_region = None,
        Member::MinRegions(n) => network(records, problem, n).min_regions = None,
        Member::MaxDistance(n) => network(records, problem, n).max_distance_km = None,
        Member::Fixed(e) => enrolment(records, problem, e).fixed = None,
        Member::Excluded(e) => enrolment(records, problem, e).excluded = None,
        Member::Apart(a, b) => drop_pair(records, problem, PairKind::Apart, (a, b)),
        Member::Together(a, b) => drop_pair(records, problem, PairKind::Together, (a, b)),
        Member::Unavailable(m) => town(records, problem, m).unavailable = None,
        Member::CannotHostOn(m) => town(records, problem, m).cannot_host_on = None,
        Member::HostCapacity(m) => town(records, problem, m).host_capacity = None,
        Member::Pace(at) => pace(records, problem, at).penalty = Some(0.0),
        Member::RegionDay(r) => {
            let id = &problem.regions()[r.at()].id;
            records.regions.iter_mut().filter(|region| region.id == *id).for_each(|r| r.max_visits_per_day = None);
        }
        Member::ProgrammeDay => records.visits.iter_mut().for_each(|visits| visits.max_visits_per_day = None),
        Member::ReturnDays => records.visits.iter_mut().for_each(|visits| visits.min_return_days = None),
        Member::OpenDays(round) => open_wide(records, problem, round),
        Member::NoNetworks(track) => add_network(records, problem, track, 1_000),
        Member::NeverHosts(m) => town(records, problem, m).can_host = Some(true),
        Member::Gathering(..) => {} // told of problems with gatherings alone: see `unheld`
        // What a plan is asked for with stands in no record.
        Member::Lock(_) | Member::LockedNetwork(_) | Member::LockedVisits(..) => {}
        Member::LockedBefore | Member::MaxChanges | Member::MaxAffected => {}
    }
}

/// Makes a round a month longer where no other is, and gives it every day of the week: no other round has more days by
/// that.
fn open_wide(records: &mut ProblemRecords, problem: &Task, round: RoundIx) {
    use Weekday::*;
    let id = &problem.rounds()[round.at()].id;
    let day = |text: &String| Day::parse(text).expect("a date");
    let rounds: Vec<(bool, Day, Day)> =
        records.rounds.iter().flatten().map(|one| (one.id == *id, day(&one.start), day(&one.end))).collect();
    let inside = |day: &Day| rounds.iter().any(|(it, start, end)| !it && (*start..=*end).contains(day));
    let calendar = records.calendar.clone().unwrap_or_default();
    let weekdays = calendar.weekdays.unwrap_or_else(|| vec![Mon, Tue, Wed, Thu, Fri]);
    let open = |day: &Day| {
        weekdays.contains(&day.weekday()) && !calendar.closed.iter().flatten().any(|one| *one == day.to_string())
    };
    let others = rounds.iter().filter(|(it, ..)| !it).flat_map(|(_, start, end)| start.number()..=end.number());
    let closed = others.map(Day::from_number).filter(|day| !open(day)).map(|day| day.to_string()).collect();
    let &(_, start, end) = rounds.iter().find(|(it, ..)| *it).expect("a round");
    let later = (1..=30).map(|days| end.plus(days)).take_while(|day| !inside(day)).last();
    let earlier = (1..=30).map(|days| start.plus(-days)).take_while(|day| !inside(day)).last();
    let record = records.rounds.iter_mut().flatten().find(|record| record.id == *id).expect("a round");
    (record.start, record.end) = (earlier.unwrap_or(start).to_string(), later.unwrap_or(end).to_string());
    records.calendar =
        Some(CalendarRecord { weekdays: Some(vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun]), closed: Some(closed) });
}

fn add_network(records: &mut ProblemRecords, problem: &Task, track: TrackIx, max_members: i64) {
    let named = records.tracks.iter().flatten().next().is_some();
    records.networks.push(NetworkRecord {
        id: "added".into(),
        track: named.then(|| problem.tracks()[track.at()].id.clone()),
        max_members,
        may_stay_empty: Some(true),
        ..Default::default()
    });
}

/// Changes the record of a gathering.
fn of_gathering(records: &mut ProblemRecords, problem: &Task, gathering: GatheringIx, change: &GatheringChange) {
    use Weekday::*;
    let it = problem.gathering(gathering);
    let invited = problem.invited(gathering).map(|(e, _)| problem.home(e));
    let homes: Vec<(f64, f64)> = invited.map(|home| (home.lat, home.lon)).collect();
    let hosts = records.municipalities.iter().filter(|town| town.can_host.unwrap_or(true));
    let hosts: Vec<PlaceRecord> =
        hosts.map(|town| PlaceRecord { id: town.id.clone(), ..PlaceRecord::default() }).collect();
    let record = records.gatherings.iter_mut().flatten().find(|record| record.id == it.id).expect("a gathering");
    let several = record.meetings.is_some();
    let mut limits = MeetingsRecord::default();
    let meetings = record.meetings.as_mut().unwrap_or(&mut limits);
    match *change {
        GatheringChange::Window { start, end } => {
            record.start = None;
            record.window = Some(WindowRecord { start: start.to_string(), end: end.to_string() });
        }
        GatheringChange::Weekdays => record.weekdays = Some(vec![Mon, Tue, Wed, Thu, Fri, Sat, Sun]),
        GatheringChange::Places { more } => {
            let places = record.places.get_or_insert_default();
            if places.is_empty() && several {
                places.extend(hosts);
            }
            places.extend((0..more as usize).map(|at| PlaceRecord {
                id: format!("further-{at}"),
                lat: Some(homes[at % homes.len()].0),
                lon: Some(homes[at % homes.len()].1),
                ..PlaceRecord::default()
            }));
        }
        GatheringChange::Room { place, to } => {
            let id = &it.places[place.at()].id;
            let place = record.places.iter_mut().flatten().find(|place| place.id == *id).expect("a place");
            place.capacity = Some(to.into());
        }
        GatheringChange::Reach { to } => meetings.max_distance_km = Some(to),
        GatheringChange::Min { to } => meetings.min = Some(to.into()),
        GatheringChange::Max { to } => meetings.max = Some(to.into()),
        GatheringChange::PerDay { to } => meetings.max_per_day = Some(to.into()),
        GatheringChange::AnyRegion => meetings.each_region = None,
        GatheringChange::ClearBefore { to } => record.clear_days_before = Some(to.into()),
        GatheringChange::ClearAfter { to } => record.clear_days_after = Some(to.into()),
        GatheringChange::Unlock => {}
    }
}

/// Makes one change.
pub fn repaired(records: &mut ProblemRecords, problem: &Task, change: &Change) {
    let remove = |days: &mut Option<Vec<String>>, gone: &[Day]| {
        days.iter_mut().for_each(|days| days.retain(|day| !gone.iter().any(|gone| gone.to_string() == *day)));
    };
    match change {
        Change::MaxMembers { network: n, to } => network(records, problem, *n).max_members = (*to).into(),
        Change::MinMembers { network: n, to } => network(records, problem, *n).min_members = (*to).into(),
        Change::MaxDelegates { network: n, to } => network(records, problem, *n).max_delegates = Some((*to).into()),
        Change::MinDelegates { network: n, to } => network(records, problem, *n).min_delegates = Some((*to).into()),
        Change::MaxPerRegion { network: n, to } => {
            network(records, problem, *n).max_members_per_region = Some((*to).into());
        }
        Change::MinRegions { network: n, to } => network(records, problem, *n).min_regions = Some((*to).into()),
        Change::MaxDistance { network: n, to } => network(records, problem, *n).max_distance_km = Some(*to),
        Change::StayEmpty { network: n } => network(records, problem, *n).may_stay_empty = Some(true),
        Change::OpenRegion { network: n, region } => {
            let open = &mut network(records, problem, *n).allowed_regions;
            open.iter_mut().for_each(|open| open.push(problem.regions()[region.at()].id.clone()));
        }
        Change::Unfix { enrolment: e } => enrolment(records, problem, *e).fixed = None,
        Change::Admit { enrolment: e, network: n } => {
            let id = &problem.network(*n).id;
            enrolment(records, problem, *e).excluded.iter_mut().for_each(|out| out.retain(|other| other != id));
        }
        Change::DropApart { a, b } => drop_pair(records, problem, PairKind::Apart, (*a, *b)),
        Change::DropTogether { a, b } => drop_pair(records, problem, PairKind::Together, (*a, *b)),
        Change::HostCapacity { municipality, to } => {
            town(records, problem, *municipality).host_capacity = Some((*to).into());
        }
        Change::Available { municipality, days } => {
            remove(&mut town(records, problem, *municipality).unavailable, days);
            remove(&mut town(records, problem, *municipality).cannot_host_on, days);
        }
        Change::CanHostOn { municipality, days } => {
            remove(&mut town(records, problem, *municipality).cannot_host_on, days);
        }
        Change::PaceMost { pace: at, to } => pace(records, problem, *at).max_visits = Some((*to).into()),
        Change::RegionDay { region, to } => {
            let id = &problem.regions()[region.at()].id;
            let these = records.regions.iter_mut().filter(|region| region.id == *id);
            these.for_each(|region| region.max_visits_per_day = Some((*to).into()));
        }
        Change::ProgrammeDay { to } => {
            records.visits.iter_mut().for_each(|visits| visits.max_visits_per_day = Some((*to).into()));
        }
        Change::ReturnDays { to } => {
            records.visits.iter_mut().for_each(|visits| visits.min_return_days = Some((*to).into()));
        }
        Change::MoreDates { round, days } => {
            let id = &problem.rounds()[round.at()].id;
            let round = records.rounds.iter_mut().flatten().find(|round| round.id == *id).expect("a round");
            for day in days.iter().map(Day::to_string) {
                round.start = round.start.clone().min(day.clone());
                round.end = round.end.clone().max(day);
            }
            records.calendar.iter_mut().for_each(|calendar| remove(&mut calendar.closed, days));
        }
        Change::CanHost { municipality } => town(records, problem, *municipality).can_host = Some(true),
        Change::Gathering { gathering, change } => of_gathering(records, problem, *gathering, change),
        Change::AddNetwork { track, to } => add_network(records, problem, *track, (*to).into()),
        // What a plan is asked for with: no record says it.
        Change::Unlock { .. }
        | Change::UnlockNetwork { .. }
        | Change::UnlockVisits { .. }
        | Change::MaxChanges { .. }
        | Change::MaxAffected { .. }
        | Change::OpenFrom { .. } => {}
    }
}
