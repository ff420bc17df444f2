//! Hostings against days: whether the days there are can hold them at all, and whether the pace leaves room. A hosting that
//! is not held costs and contradicts nothing, so these are warnings; all of them hold whatever the networks are.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::records::{Hosting, TrackRecord};
use super::super::{Day, Faults, called};
use super::index::Index;
use super::open_days::open_days;
use crate::flow::{Flow, SINK, SOURCE};

/// More pairs of a municipality and a day are not looked at.
const MOST_PAIRS: usize = 1_000_000;

pub(super) fn check(index: &Index<'_>, found: &mut Faults) {
    let own = |track: &TrackRecord| track.hosting.is_some() || track.rounds.is_some();
    let in_turn = index.records.visits.as_ref().is_some_and(|visits| visits.hosting == Some(Hosting::Rotate));
    if in_turn || index.records.tracks.iter().flatten().any(own) {
        return; // what follows counts tracks that are alike
    }
    let rounds = open_days(index.records);
    let visits = index.records.visits.clone().unwrap_or_default();
    let each_round = visits.hosting == Some(Hosting::EachRound);
    let seasons: Vec<Season> = match each_round {
        true => rounds.into_iter().map(|(at, days)| Season::of_round(index, at, days)).collect(),
        false => vec![Season { pointer: "/rounds".into(), name: "the rounds".into(), days: joined(rounds) }],
    };
    let hosts = hosts(index);
    for season in seasons.iter().filter(|season| !season.days.is_empty() && !hosts.is_empty()) {
        if hosts.len().saturating_mul(season.days.len()) <= MOST_PAIRS {
            season.days_of_hosts(index, &hosts, found);
        }
        season.pace(index, found);
    }
}

fn joined(rounds: Vec<(usize, Vec<Day>)>) -> Vec<Day> {
    let mut days: Vec<Day> = rounds.into_iter().flat_map(|(_, days)| days).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// How many enrolments of each municipality host somewhere, by municipality.
fn hosts(index: &Index<'_>) -> BTreeMap<usize, u32> {
    let tracks: HashSet<usize> = index.network_track.iter().flatten().copied().collect();
    let mut hosts = BTreeMap::new();
    for (home, track) in index.home.iter().zip(&index.enrolment_track) {
        let (Some(home), Some(track)) = (*home, *track) else { continue };
        if tracks.contains(&track) && index.records.municipalities[home].can_host.unwrap_or(true) {
            *hosts.entry(home).or_default() += 1;
        }
    }
    hosts
}

/// How many members who host every network has at least that must have members: those of its least who are not among the
/// enrolments of its track that cannot host.
fn fewest_hosts(index: &Index<'_>) -> i64 {
    let mut silent: HashMap<usize, i64> = HashMap::new();
    for (home, track) in index.home.iter().zip(&index.enrolment_track) {
        let hosts = home.is_some_and(|home| index.records.municipalities[home].can_host.unwrap_or(true));
        if let (Some(track), false) = (*track, hosts) {
            *silent.entry(track).or_default() += 1;
        }
    }
    let networks = index.records.networks.iter().zip(&index.network_track);
    let needed = networks.filter(|(network, _)| !network.may_stay_empty.unwrap_or(false));
    let least = needed.filter_map(|(network, track)| {
        Some(network.min_members.saturating_sub(silent.get(&(*track)?).copied().unwrap_or(0)))
    });
    least.min().unwrap_or(0)
}

/// How many visits the networks of each track can hold on one day at most: a network of three has one. So does one of a single
/// member, whose hosting is not due.
fn pairs_of_networks(index: &Index<'_>) -> HashMap<usize, u32> {
    let mut pairs: HashMap<usize, u32> = HashMap::new();
    for (network, track) in index.records.networks.iter().zip(&index.network_track) {
        let most = u32::try_from((network.max_members / 2).max(1)).unwrap_or(u32::MAX);
        if let Some(track) = *track {
            let all = pairs.entry(track).or_default();
            *all = all.saturating_add(most);
        }
    }
    pairs
}

/// Windows of days, and how many visits each takes, of the hard pace.
fn hard_pace(index: &Index<'_>) -> Vec<(i64, usize)> {
    let pace = index.records.visits.iter().flat_map(|visits| visits.pace.iter().flatten());
    pace.filter(|pace| pace.penalty.is_none() && pace.window_days >= 1)
        .filter_map(|pace| Some((pace.window_days, usize::try_from(pace.max_visits.unwrap_or(1)).ok()?)))
        .collect()
}

/// The days within which each member hosts once: a round, or all rounds together.
struct Season {
    pointer: String,
    name: String,
    /// Its open days, ascending.
    days: Vec<Day>,
}

impl Season {
    fn of_round(index: &Index<'_>, at: usize, days: Vec<Day>) -> Season {
        let round = index.records.rounds.iter().flatten().nth(at);
        let name =
            round.map_or_else(String::new, |round| called(round.name.as_deref().unwrap_or(&round.id), &round.id));
        Season { pointer: format!("/rounds/{at}"), name: format!("round {name}"), days }
    }

    /// Hosts without a day, and fewer days than hostings: by a flow from municipalities through regions to days.
    fn days_of_hosts(&self, index: &Index<'_>, hosts: &BTreeMap<usize, u32>, found: &mut Faults) {
        let mut flow = Flow::new();
        let most = |limit: Option<i64>| limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(u32::MAX / 4);
        let programme = most(index.records.visits.as_ref().and_then(|visits| visits.max_visits_per_day));
        let days: Vec<u32> = self
            .guests(index)
            .into_iter()
            .map(|pairs| {
                let node = flow.node();
                flow.edge(node, SINK, 0, programme.min(pairs));
                node
            })
            .collect();
        let mut regions: HashMap<(Option<usize>, usize), u32> = HashMap::new();
        let mut due = 0;
        for (&town, &hostings) in hosts {
            let record = &index.records.municipalities[town];
            let barred: HashSet<Day> = [&record.unavailable, &record.cannot_host_on]
                .into_iter()
                .flat_map(|dates| dates.iter().flatten())
                .filter_map(|text| Day::parse(text).ok())
                .collect();
            let free: Vec<usize> = (0..self.days.len()).filter(|&at| !barred.contains(&self.days[at])).collect();
            if free.is_empty() {
                let (name, many) = (index.town_called(town), self.days.len());
                let days = if many == 1 { "the only open day".into() } else { format!("any of the {many} open days") };
                let detail = format!("{name} cannot host on {days} of {}: it will host nobody there", self.name);
                found.add(format!("/municipalities/{town}"), "no_day_to_host", detail);
                continue;
            }
            due += u64::from(hostings);
            let node = flow.node();
            flow.edge(SOURCE, node, 0, hostings);
            let region = index.region[town];
            let limit = region.and_then(|region| index.records.regions[region].max_visits_per_day);
            for at in free {
                let there = *regions.entry((region, at)).or_insert_with(|| {
                    let there = flow.node();
                    flow.edge(there, days[at], 0, most(limit));
                    there
                });
                flow.edge(node, there, 0, 1);
            }
        }
        let held = flow.most();
        if held < due {
            let room = match self.days.len() {
                1 => "its only open day has".to_owned(),
                many => format!("its {many} open days have"),
            };
            let detail = format!(
                "{due} hostings are due in {}, and {room} room for {held}: {} will not be held; add days, or raise the \
                 limits of visits a day",
                self.name,
                due - held
            );
            found.add(self.pointer.clone(), "too_few_days", detail);
        }
    }

    /// How many visits there can be on each day at most: each takes a host and a guest of one network.
    fn guests(&self, index: &Index<'_>) -> Vec<u32> {
        let mut there: Vec<HashMap<usize, u32>> = vec![HashMap::new(); self.days.len()];
        let mut of_town: HashMap<usize, Vec<usize>> = HashMap::new();
        for (home, track) in index.home.iter().zip(&index.enrolment_track) {
            if let (Some(home), Some(track)) = (*home, track.filter(|&track| index.in_networks(track))) {
                of_town.entry(home).or_default().push(track);
            }
        }
        for (town, tracks) in of_town {
            let away: HashSet<Day> = index.records.municipalities[town]
                .unavailable
                .iter()
                .flatten()
                .filter_map(|text| Day::parse(text).ok())
                .collect();
            for (_, there) in self.days.iter().zip(&mut there).filter(|(day, _)| !away.contains(day)) {
                tracks.iter().for_each(|&track| *there.entry(track).or_default() += 1);
            }
        }
        let room = pairs_of_networks(index);
        let most = |(track, members): (usize, u32)| (members / 2).min(room.get(&track).copied().unwrap_or(0));
        there.into_iter().map(|tracks| tracks.into_iter().map(most).sum()).collect()
    }

    /// Whether the hard pace lets a member take part often enough: once as a host, and once for each other member.
    fn pace(&self, index: &Index<'_>, found: &mut Faults) {
        let hard = hard_pace(index);
        let room = self.most_visits(&hard);
        let (name, days) = (&self.name, self.days.len());
        let at_most = if room == 1 { "1 visit".to_owned() } else { format!("{room} visits") };
        if room < 2 && !hard.is_empty() {
            let detail = format!(
                "nobody can take part in more than {at_most} in {name} ({days} open days): whoever hosts visits nobody, so \
                 that a network whose members all host holds half of its hostings at most; add days, or let more visits \
                 into a window"
            );
            found.add("/visits/pace", "pace_too_slow", detail);
            return;
        }
        let smallest = fewest_hosts(index);
        if room >= 2 && i64::try_from(room).is_ok_and(|room| room < smallest) {
            let limit = if hard.is_empty() { "one visit a day leaves" } else { "the pace leaves" };
            let detail = format!(
                "networks have {smallest} members or more who host, so that each member takes part in as many visits in \
                 {name}, and {limit} room for {at_most} on its {days} open days: some will miss hostings; add days, or \
                 let more visits into a window"
            );
            found.add("/visits/pace", "pace_leaves_absences", detail);
        }
    }

    /// In how many visits one can take part at most: one a day, the earliest first, within the hard pace.
    fn most_visits(&self, hard: &[(i64, usize)]) -> usize {
        let mut taken: Vec<i64> = Vec::new();
        for day in self.days.iter().map(|day| i64::from(day.number())) {
            let fits = |&(window, most): &(i64, usize)| {
                taken.iter().rev().take_while(|&&before| before > day.saturating_sub(window)).count() < most
            };
            if hard.iter().all(fits) {
                taken.push(day);
            }
        }
        taken.len()
    }
}
