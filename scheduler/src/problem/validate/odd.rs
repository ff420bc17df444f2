//! Diaries that touch no round, pair rules that leave somebody out, weights that make nothing worth while: allowed, and
//! hardly meant.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::super::records::{PairKind, ProblemRecords};
use super::super::{Day, Faults};
use super::index::Index;
use super::open_days::open_days;

/// Municipalities that are named one by one.
const MOST_NAMED: usize = 6;

pub(super) fn check(index: &Index<'_>, found: &mut Faults) {
    diaries(index, found);
    let rules = index.records.pair_rules.iter().flatten();
    let tied = rules.filter(|rule| rule.kind == PairKind::Together).count() > 0;
    for track in (0..index.track_count()).filter(|_| tied) {
        if let Some(ties) = Ties::of(index, track) {
            ties.apart(found);
            ties.too_many(found);
        }
    }
    weights(index.records, found);
}

/// Lists of dates of which none is an open day of a round, or a day on which a gathering is or may be.
fn diaries(index: &Index<'_>, found: &mut Faults) {
    let rounds = open_days(index.records);
    let open: HashSet<Day> = rounds.into_iter().flat_map(|(_, days)| days).collect();
    let Some((first, last)) = open.iter().min().zip(open.iter().max()) else { return };
    let gatherings = super::gatherings::possible_days(index.records);
    let counts = |day: &Day| open.contains(day) || gatherings.contains(day);
    let enrolled: BTreeSet<usize> = index.home.iter().flatten().copied().collect();
    for town in enrolled {
        let record = &index.records.municipalities[town];
        let lists = [
            ("unavailable", &record.unavailable),
            ("cannot_host_on", &record.cannot_host_on),
            ("undesired", &record.undesired),
        ];
        for (field, dates) in lists {
            let days: Vec<Day> = dates.iter().flatten().filter_map(|text| Day::parse(text).ok()).collect();
            if !days.is_empty() && !days.iter().any(counts) {
                let (name, dates) = (index.town_called(town), counted(days.len(), "date"));
                let detail = format!(
                    "{dates} in {field} of {name}, and none is an open day of a round or a day of a gathering: the rounds last from \
                     {first} to {last}; is the year right?"
                );
                found.add(format!("/municipalities/{town}/{field}"), "diary_outside_rounds", detail);
            }
        }
    }
}

fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// The municipalities of a track that pair rules keep together.
struct Ties<'i, 'r> {
    index: &'i Index<'r>,
    track: usize,
    /// The enrolments of each municipality in the track.
    enrolments: HashMap<usize, Vec<usize>>,
    /// Groups that share one network whoever is placed in them, each ascending, with the position of a rule of theirs.
    /// Somebody with several enrolments in the track may be in several: one shared network is enough.
    groups: Vec<(usize, BTreeSet<usize>)>,
}

impl<'i, 'r> Ties<'i, 'r> {
    fn of(index: &'i Index<'r>, track: usize) -> Option<Self> {
        let rules = index.records.pair_rules.iter().flatten().enumerate();
        let together = rules.filter(|(_, rule)| rule.kind == PairKind::Together);
        let mut enrolments: HashMap<usize, Vec<usize>> = HashMap::new();
        for (e, home) in index.home.iter().enumerate() {
            if let (Some(home), true) = (*home, index.enrolment_track[e] == Some(track)) {
                enrolments.entry(home).or_default().push(e);
            }
        }
        let town = |id: &str| index.municipalities.get(id).copied().filter(|town| enrolments.contains_key(town));
        let pairs: Vec<(usize, usize, usize)> = together
            .filter_map(|(position, rule)| Some((position, town(&rule.a)?, town(&rule.b)?)))
            .filter(|(_, a, b)| a != b)
            .collect();
        let mut of: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for &(position, a, b) in &pairs {
            of.entry(a).or_default().push((position, b));
            of.entry(b).or_default().push((position, a));
        }
        let mut ties = Ties { index, track, enrolments, groups: Vec::new() };
        let mut seen = BTreeSet::new();
        for (&start, first) in &of {
            if ties.single(start) && seen.insert(start) {
                ties.group(start, first.first().map_or(0, |tie| tie.0), &of, &mut seen);
            }
        }
        (!ties.groups.is_empty()).then_some(ties)
    }

    /// Whether a municipality has one enrolment in the track, which is then in one network with all it is tied to.
    fn single(&self, town: usize) -> bool {
        self.enrolments.get(&town).is_some_and(|enrolments| enrolments.len() == 1)
    }

    fn group(
        &mut self,
        start: usize,
        rule: usize,
        of: &BTreeMap<usize, Vec<(usize, usize)>>,
        seen: &mut BTreeSet<usize>,
    ) {
        let mut group = BTreeSet::from([start]);
        let mut queue = vec![start];
        while let Some(town) = queue.pop() {
            for &(_, other) in of.get(&town).into_iter().flatten() {
                group.insert(other);
                if self.single(other) && seen.insert(other) {
                    queue.push(other);
                }
            }
        }
        self.groups.push((rule, group));
    }

    fn named(&self, group: &BTreeSet<usize>) -> String {
        let names: Vec<String> = group.iter().take(MOST_NAMED).map(|&town| self.index.town_called(town)).collect();
        let more = group.len() - names.len();
        let listed = names.join(", ");
        if more > 0 { format!("{listed} and {more} more") } else { listed }
    }

    /// Two that are to be apart in a group that is to be together.
    fn apart(&self, found: &mut Faults) {
        for (position, rule) in self.index.records.pair_rules.iter().flatten().enumerate() {
            let town = |id: &str| self.index.municipalities.get(id).copied();
            let (PairKind::Apart, Some(a), Some(b)) = (rule.kind, town(&rule.a), town(&rule.b)) else { continue };
            let Some((_, group)) = self.groups.iter().find(|(_, group)| group.contains(&a) && group.contains(&b))
            else {
                continue;
            };
            if a == b || group.len() < 3 {
                continue; // a contradiction already
            }
            let [one, two] = [a, b].map(|town| self.index.town_called(town));
            let track = self.index.track_called(self.track);
            let detail = format!(
                "{one} and {two} are to be apart, and together rules tie both into one group ({}): in track {track} they \
                 cannot all have a network; drop one of the rules",
                self.named(group)
            );
            found.add(format!("/pair_rules/{position}"), "apart_within_together", detail);
        }
    }

    /// Groups that no network takes as a whole.
    fn too_many(&self, found: &mut Faults) {
        let networks: Vec<usize> = (0..self.index.records.networks.len())
            .filter(|&n| self.index.network_track[n] == Some(self.track))
            .collect();
        for (rule, group) in self.groups.iter().filter(|_| !networks.is_empty()) {
            if networks.iter().any(|&n| self.takes(n, group)) {
                continue;
            }
            let largest = networks.iter().map(|&n| self.index.records.networks[n].max_members).max().unwrap_or(0);
            let (many, track) = (group.len(), self.index.track_called(self.track));
            let why = match i64::try_from(many).is_ok_and(|many| many > largest) {
                true => format!("the largest network of track {track} takes {largest}"),
                false => format!("no network of track {track} takes all of them"),
            };
            let detail = format!(
                "{many} municipalities are to share a network ({}), and {why}: some will be left out; drop one of the rules",
                self.named(group)
            );
            found.add(format!("/pair_rules/{rule}"), "together_too_many", detail);
        }
    }

    /// Whether a network takes one enrolment of each of them, as far as its size, its regions and A1 go.
    fn takes(&self, n: usize, group: &BTreeSet<usize>) -> bool {
        let (index, network) = (self.index, &self.index.records.networks[n]);
        let enters = |&e: &usize| {
            let fixed = index.records.enrolments[e].fixed.is_none() || index.fixed(e) == Some(n);
            let open = index.home_region(e).is_none_or(|region| !index.closed_to(n, region));
            fixed && open && index.excluded(e).binary_search(&n).is_err()
        };
        let fewest = |town: &usize| {
            let of = self.enrolments.get(town).into_iter().flatten().filter(|e| enters(e));
            of.map(|&e| index.records.enrolments[e].delegates).min()
        };
        let Some(persons) = group.iter().map(fewest).collect::<Option<Vec<i64>>>() else { return false };
        let mut regions: HashMap<Option<usize>, i64> = HashMap::new();
        group.iter().for_each(|&town| *regions.entry(index.region[town]).or_default() += 1);
        i64::try_from(group.len()).is_ok_and(|many| many <= network.max_members)
            && network.max_delegates.is_none_or(|most| persons.iter().sum::<i64>() <= most)
            && network.max_members_per_region.is_none_or(|most| regions.values().all(|&many| many <= most))
    }
}

/// Weights under which the cheapest plan does nothing.
fn weights(records: &ProblemRecords, found: &mut Faults) {
    let Some(weights) = &records.weights else { return };
    if weights.unassigned == Some(0.0) {
        let detail = "leaving an enrolment without a network costs nothing, so that the cheapest plan may place nobody";
        found.add("/weights/unassigned", "nobody_need_be_placed", detail);
    }
    if weights.unhosted == Some(0.0) && records.rounds.as_ref().is_some_and(|rounds| !rounds.is_empty()) {
        let detail = "leaving a hosting out costs nothing, so that the cheapest plan may hold no visit";
        found.add("/weights/unhosted", "nothing_need_be_held", detail);
    }
}
