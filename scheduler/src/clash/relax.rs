//! A problem with only some of its rules: what every question about a clash is asked of.

use super::family::further_dates;
use super::gatherings;
use crate::explain::repair::Change;
use crate::infeasibility::Member;
use crate::problem::{DaySet, EnrolmentIx, Network, NetworkIx, RoundIx, TrackIx};
use crate::steering::{Steering, Task};

/// What "no limit" is, for counts.
const NO_LIMIT: u32 = 1_000_000_000;

/// The rules of a track that a clash about places can be made of, wants of places left out; none that says nothing.
pub(super) fn rules_of_places(problem: &Task, track: TrackIx) -> Vec<Member> {
    let mut all = Vec::new();
    let inside: Vec<EnrolmentIx> = enrolments(problem, track).collect();
    for (n, network) in problem.networks().iter().enumerate().filter(|(_, network)| network.track == track) {
        let n = NetworkIx::new(n);
        let said = [
            (network.min_members > 0, Member::MinMembers(n)),
            ((network.max_members as usize) < inside.len(), Member::MaxMembers(n)),
            (network.min_delegates > 0, Member::MinDelegates(n)),
            (network.max_delegates.is_some(), Member::MaxDelegates(n)),
            (network.allowed_regions.is_some(), Member::AllowedRegions(n)),
            (network.max_members_per_region.is_some(), Member::MaxPerRegion(n)),
            (network.min_regions > 1, Member::MinRegions(n)),
            (network.max_distance_km.is_some(), Member::MaxDistance(n)),
        ];
        all.extend(said.into_iter().filter(|(said, _)| *said).map(|(_, member)| member));
    }
    for &e in &inside {
        let enrolment = problem.enrolment(e);
        all.extend(enrolment.fixed.map(|_| Member::Fixed(e)));
        if !enrolment.excluded.is_empty() {
            all.push(Member::Excluded(e));
        }
    }
    let mut here = vec![false; problem.municipalities().len()];
    inside.iter().for_each(|&e| here[problem.enrolment(e).municipality.at()] = true);
    let both = |(a, b): &(crate::problem::MunicipalityIx, crate::problem::MunicipalityIx)| here[a.at()] && here[b.at()];
    all.extend(problem.apart().iter().filter(|pair| both(pair)).map(|&(a, b)| Member::Apart(a, b)));
    all.extend(problem.together().iter().filter(|pair| both(pair)).map(|&(a, b)| Member::Together(a, b)));
    if problem.track(track).in_networks
        && problem.networks().iter().all(|network| network.track != track)
        && !inside.is_empty()
    {
        all.push(Member::NoNetworks(track));
    }
    if let Some(steering) = problem.steering() {
        all.extend(inside.iter().filter(|&&e| steering.stays_in(e).is_some()).map(|&e| Member::Lock(e)));
        let networks = (0..problem.networks().len()).map(NetworkIx::new);
        let closed = networks.filter(|&n| problem.network(n).track == track && steering.is_closed(n));
        all.extend(closed.map(Member::LockedNetwork));
        all.extend(limits(steering));
    }
    all
}

/// The rules about dates that concern these enrolments.
pub(super) fn rules_of_dates(problem: &Task, concerned: &[EnrolmentIx]) -> Vec<Member> {
    let mut towns: Vec<_> = concerned.iter().map(|&e| problem.enrolment(e).municipality).collect();
    towns.sort_unstable();
    towns.dedup();
    let mut regions: Vec<_> = towns.iter().map(|&town| problem.municipality(town).region).collect();
    regions.sort_unstable();
    regions.dedup();
    let mut all = Vec::new();
    for town in towns {
        let home = problem.municipality(town);
        let more = home.cannot_host.iter().any(|day| !home.unavailable.contains(day));
        let said = [
            (home.unavailable.iter().next().is_some(), Member::Unavailable(town)),
            (more, Member::CannotHostOn(town)),
            (home.host_capacity.is_some(), Member::HostCapacity(town)),
        ];
        all.extend(said.into_iter().filter(|(said, _)| *said).map(|(_, member)| member));
    }
    let limited = |region: &crate::problem::RegionIx| problem.regions()[region.at()].max_visits_per_day.is_some();
    all.extend(regions.into_iter().filter(limited).map(Member::RegionDay));
    let visits = problem.visits();
    all.extend(visits.max_visits_per_day.map(|_| Member::ProgrammeDay));
    let hard = visits.pace.iter().enumerate().filter(|(_, pace)| pace.penalty.is_none());
    all.extend(hard.map(|(at, _)| Member::Pace(at)));
    if visits.min_return_days > 1 {
        all.push(Member::ReturnDays);
    }
    all.extend(gatherings::clear_days_of(problem, concerned));
    if let Some(steering) = problem.steering() {
        let locked = steering.locked_visits().filter(|(host, _)| concerned.contains(host));
        all.extend(locked.map(|(host, round)| Member::LockedVisits(host, round)));
        all.extend(steering.opens_on().map(|_| Member::LockedBefore));
        all.extend(limits(steering));
    }
    all
}

/// What is asked for with a base plan that limits changes.
fn limits(steering: &Steering) -> impl Iterator<Item = Member> {
    let changes = steering.most().map(|_| Member::MaxChanges);
    changes.into_iter().chain(steering.most_affected().map(|_| Member::MaxAffected))
}

/// The rounds as members: how many days they have is the cause only where no other rule is.
pub(super) fn rounds(problem: &Task) -> Vec<Member> {
    (0..problem.rounds().len()).map(|round| Member::OpenDays(RoundIx::new(round))).collect()
}

/// The enrolments of a track.
pub(super) fn enrolments(problem: &Task, track: TrackIx) -> impl Iterator<Item = EnrolmentIx> + '_ {
    let all = problem.enrolments().iter().enumerate();
    all.filter(move |(_, enrolment)| enrolment.track == track).map(|(e, _)| EnrolmentIx::new(e))
}

/// The problem without names, wishes and prices: what is asked is whether, not how dear. Being left out alone costs.
pub(super) fn bare(problem: &Task) -> Task {
    let mut bare = match problem.steering() {
        Some(steering) => {
            let mut unpriced = steering.unpriced();
            unpriced.limit_changes(steering.most());
            unpriced.limit_affected(steering.most_affected());
            problem.steered(unpriced)
        }
        None => problem.clone(),
    };
    bare.enrolments.iter_mut().for_each(|enrolment| enrolment.preferences.clear());
    bare.municipalities.iter_mut().for_each(|town| town.undesired = DaySet::default());
    let weights = &mut bare.weights;
    (weights.unassigned, weights.unhosted) = (1.0, 1.0);
    (weights.absence, weights.preference, weights.extra_visit) = (0.0, 0.0, 0.0);
    (weights.undesired, weights.pace, weights.travel) = (0.0, 0.0, 0.0);
    bare
}

/// The problem without any of these rules.
pub(super) fn without(problem: &Task, rules: &[Member]) -> Task {
    let mut free = problem.clone();
    rules.iter().for_each(|rule| drop_rule(&mut free, rule));
    // Pace is known by its position: it goes once all others are gone.
    let hard: Vec<usize> =
        rules.iter().filter_map(|rule| if let Member::Pace(at) = rule { Some(*at) } else { None }).collect();
    let mut at = 0;
    free.visits.pace.retain(|_| {
        at += 1;
        !hard.contains(&(at - 1))
    });
    free
}

fn drop_rule(free: &mut Task, rule: &Member) {
    match *rule {
        Member::Placed(_) | Member::Hosted(..) | Member::Pace(_) => {}
        Member::MinMembers(n) => free.networks[n.at()].min_members = 0,
        Member::MaxMembers(n) => free.networks[n.at()].max_members = NO_LIMIT,
        Member::MinDelegates(n) => free.networks[n.at()].min_delegates = 0,
        Member::MaxDelegates(n) => free.networks[n.at()].max_delegates = None,
        Member::AllowedRegions(n) => free.networks[n.at()].allowed_regions = None,
        Member::MaxPerRegion(n) => free.networks[n.at()].max_members_per_region = None,
        Member::MinRegions(n) => free.networks[n.at()].min_regions = 0,
        Member::MaxDistance(n) => free.networks[n.at()].max_distance_km = None,
        Member::Fixed(e) => free.enrolments[e.at()].fixed = None,
        Member::Excluded(e) => free.enrolments[e.at()].excluded.clear(),
        Member::Apart(a, b) => free.apart.retain(|pair| *pair != (a, b)),
        Member::Together(a, b) => free.together.retain(|pair| *pair != (a, b)),
        Member::Unavailable(m) => {
            let town = &mut free.municipalities[m.at()];
            let away = std::mem::take(&mut town.unavailable);
            town.cannot_host = town.cannot_host.iter().filter(|&day| !away.contains(day)).collect();
        }
        Member::CannotHostOn(m) => {
            let town = &mut free.municipalities[m.at()];
            town.cannot_host = town.unavailable.clone();
        }
        Member::HostCapacity(m) => free.municipalities[m.at()].host_capacity = None,
        Member::RegionDay(r) => free.regions[r.at()].max_visits_per_day = None,
        Member::ProgrammeDay => free.visits.max_visits_per_day = None,
        Member::ReturnDays => free.visits.min_return_days = 0,
        Member::OpenDays(round) => {
            let days = further_dates(free, round);
            Change::MoreDates { round, days }.apply(free);
        }
        Member::Gathering(gathering, rule) => gatherings::without(free, gathering, rule),
        Member::NeverHosts(m) => free.municipalities[m.at()].can_host = true,
        Member::NoNetworks(track) => free.networks.push(Network::open(track, NO_LIMIT)),
        Member::Lock(e) => free.loosen(|steering| steering.unlock(e)),
        Member::LockedNetwork(n) => free.loosen(|steering| steering.unlock_network(n)),
        Member::LockedVisits(host, round) => free.loosen(|steering| steering.unlock_visits((host, round))),
        Member::LockedBefore => free.loosen(|steering| steering.open_from_the_start()),
        Member::MaxChanges => free.loosen(|steering| steering.limit_changes(None)),
        Member::MaxAffected => free.loosen(|steering| steering.limit_affected(None)),
    }
}
