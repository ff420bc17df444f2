//! What is allowed, but hardly meant.

use std::collections::{HashMap, HashSet};

use super::super::records::ProblemRecords;
use super::super::{Faults, called};
use super::index::Index;
use super::open_days::open_days;
use super::{eligible, gatherings, hostings, odd};

/// What is allowed, but hardly meant; told before any solving. Linear in the size of the document. Records with
/// faults are passed over where nothing sensible can be said of them.
pub fn warnings(records: &ProblemRecords) -> Faults {
    let mut found = Faults::default();
    let index = Index::new(records);
    enrolments(&index, &mut found);
    places(&index, &mut found);
    networks(&index, &mut found);
    hosts(&index, &mut found);
    pair_rules(records, &mut found);
    rounds(records, &mut found);
    hostings::check(&index, &mut found);
    odd::check(&index, &mut found);
    gatherings::warnings(&index, &mut found);
    found
}

fn enrolments(index: &Index<'_>, found: &mut Faults) {
    let open = open_networks(index);
    for (position, enrolment) in index.records.enrolments.iter().enumerate() {
        let (at, who) = (format!("/enrolments/{position}"), index.enrolment_called(position));
        let excluded = index.excluded(position);
        let mut seen = HashSet::new();
        for (rank, id) in enrolment.preferences.iter().flatten().enumerate() {
            let Some(network) = index.network(id) else { continue };
            let (pointer, name) = (format!("{at}/preferences/{rank}"), index.network_called(network));
            if !seen.insert(network) {
                found.add(
                    pointer,
                    "duplicate_wish",
                    format!("enrolment {who} wishes for network {name} twice; the first counts"),
                );
            } else if excluded.binary_search(&network).is_ok() {
                found.add(
                    pointer,
                    "wish_excluded",
                    format!("enrolment {who} wishes for network {name} and excludes it"),
                );
            } else if index.home_region(position).is_some_and(|region| index.closed_to(network, region)) {
                let detail = format!("enrolment {who} wishes for network {name}, which is not open to its region");
                found.add(pointer, "wish_closed_region", detail);
            }
        }
        let place = index.enrolment_track[position].zip(index.home_region(position));
        let place = place.filter(|&(track, _)| index.in_networks(track));
        if let Some((track, region)) = place.filter(|_| enrolment.fixed.is_none()) {
            let open_here = |n: &&usize| index.network_track[**n] == Some(track) && !index.closed_to(**n, region);
            let excluded = excluded.iter().filter(open_here).count();
            if open.get(&(track, region)).copied().unwrap_or(0) + open.everywhere(track) <= excluded {
                let detail = format!("no network is open to enrolment {who}: it will be left unassigned");
                found.add(at, "no_network_open", detail);
            }
        }
    }
}

/// How many networks are open, by track and region, and how many of a track to all regions.
struct Open {
    by_region: HashMap<(usize, usize), usize>,
    to_all: HashMap<usize, usize>,
}

impl Open {
    fn get(&self, key: &(usize, usize)) -> Option<&usize> {
        self.by_region.get(key)
    }

    fn everywhere(&self, track: usize) -> usize {
        self.to_all.get(&track).copied().unwrap_or(0)
    }
}

fn open_networks(index: &Index<'_>) -> Open {
    let mut open = Open { by_region: HashMap::new(), to_all: HashMap::new() };
    for (n, track) in index.network_track.iter().enumerate() {
        let Some(track) = *track else { continue };
        match &index.open_to[n] {
            None => *open.to_all.entry(track).or_default() += 1,
            Some(regions) => {
                regions.iter().for_each(|&region| *open.by_region.entry((track, region)).or_default() += 1);
            }
        }
    }
    open
}

/// Fewer places in the networks of a track than enrolments.
fn places(index: &Index<'_>, found: &mut Faults) {
    let mut wanted = vec![0i64; index.track_count()];
    let mut places = vec![0i64; wanted.len()];
    let in_networks = index.enrolment_track.iter().flatten().filter(|&&track| index.in_networks(track));
    in_networks.for_each(|&track| wanted[track] += 1);
    for (network, track) in index.records.networks.iter().zip(&index.network_track) {
        if let Some(track) = track {
            places[*track] = places[*track].saturating_add(network.max_members.max(0));
        }
    }
    let tracks = index.records.tracks.as_deref().unwrap_or_default();
    for (track, (&wanted, &places)) in
        wanted.iter().zip(&places).enumerate().filter(|(_, (wanted, places))| wanted > places)
    {
        let name = index.track_called(track);
        let pointer = if tracks.is_empty() { "/networks".to_owned() } else { format!("/tracks/{track}") };
        let detail =
            format!("track {name} has {wanted} enrolments and {places} places in its networks: some will be left out");
        found.add(pointer, "too_few_places", detail);
    }
}

/// Networks that can only stay empty.
fn networks(index: &Index<'_>, found: &mut Faults) {
    for (n, eligible) in eligible::municipalities(index).into_iter().enumerate() {
        let network = &index.records.networks[n];
        if network.may_stay_empty.unwrap_or(false) && eligible < network.min_members.max(1) {
            let name = index.network_called(n);
            let detail = format!("network {name} will stay empty: only {eligible} municipalities may be in it");
            found.add(format!("/networks/{n}"), "network_stays_empty", detail);
        }
    }
}

/// Hosts that are too small for any delegation of the others in a track of theirs.
fn hosts(index: &Index<'_>, found: &mut Faults) {
    // The smallest delegation of each track, and the smallest of any other municipality.
    let mut smallest: HashMap<usize, [Option<(i64, usize)>; 2]> = HashMap::new();
    let enrolments = || {
        let tracks_and_homes = index.enrolment_track.iter().zip(&index.home);
        index
            .records
            .enrolments
            .iter()
            .zip(tracks_and_homes)
            .filter_map(|(e, (track, home))| Some((e.delegates, (*track)?, (*home)?)))
            .filter(|&(_, track, _)| index.in_networks(track))
    };
    for (delegates, track, home) in enrolments() {
        let [first, second] = smallest.entry(track).or_default();
        let better = |than: &Option<(i64, usize)>| than.is_none_or(|than| delegates < than.0);
        if better(first) {
            if first.is_some_and(|first| first.1 != home) {
                *second = *first;
            }
            *first = Some((delegates, home));
        } else if first.is_some_and(|first| first.1 != home) && better(second) {
            *second = Some((delegates, home));
        }
    }
    let mut told = HashSet::new();
    for (_, track, home) in enrolments() {
        let municipality = &index.records.municipalities[home];
        let (Some(room), true) = (municipality.host_capacity, municipality.can_host.unwrap_or(true)) else { continue };
        let others = smallest[&track].iter().flatten().find(|one| one.1 != home);
        if others.is_some_and(|others| others.0 > room) && told.insert(home) {
            let name = index.town_called(home);
            let detail =
                format!("{name} has room for {room} guests, fewer than any delegation that could come: it cannot host");
            found.add(format!("/municipalities/{home}/host_capacity"), "host_too_small", detail);
        }
    }
}

fn pair_rules(records: &ProblemRecords, found: &mut Faults) {
    let mut seen = HashSet::new();
    for (position, rule) in records.pair_rules.iter().flatten().enumerate() {
        if !seen.insert((rule.kind, (&rule.a).min(&rule.b), (&rule.a).max(&rule.b))) {
            let detail = format!("the same rule about {} and {} stands above already", rule.a, rule.b);
            found.add(format!("/pair_rules/{position}"), "duplicate_pair_rule", detail);
        }
    }
}

/// Rounds without an open day, and a programme that allows no visit at all.
fn rounds(records: &ProblemRecords, found: &mut Faults) {
    for (position, _) in open_days(records).into_iter().filter(|(_, days)| days.is_empty()) {
        let Some(round) = records.rounds.iter().flatten().nth(position) else { continue };
        let name = called(round.name.as_deref().unwrap_or(&round.id), &round.id);
        let detail = format!(
            "round {name} ({} to {}) has no open day: no visit can be held in it; move its dates or change the calendar",
            round.start, round.end
        );
        found.add(format!("/rounds/{position}"), "no_open_day", detail);
    }
    if records.visits.as_ref().is_some_and(|visits| visits.max_visits_per_day == Some(0)) {
        found.add("/visits/max_visits_per_day", "no_visits_possible", "a limit of 0 a day allows no visit at all");
    }
}
