//! Tracks as they are, and mixing by attributes: own faults, and what contradicts.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::Faults;
use super::super::records::*;
use super::index::Index;
use super::references::unknown_id;
use super::values::{id, quoted, whole};

/// The attribute that every enrolment has without naming it.
const REGION: &str = "region";

/// The own faults of a track, but for its id.
pub(super) fn track(record: &TrackRecord, at: &str, faults: &mut Faults) {
    if let Some(range) = &record.delegation {
        whole(range.min, 0, i64::MAX, || format!("{at}/delegation/min"), faults);
        whole(range.max, 1, i64::MAX, || format!("{at}/delegation/max"), faults);
        range_in_order(range.min, range.max, "delegates", &format!("{at}/delegation/min"), faults);
    }
    if record.rounds.as_ref().is_some_and(Vec::is_empty) {
        faults.add(
            format!("{at}/rounds"),
            "empty",
            "it names no round; name at least one, or leave the field out for all",
        );
    }
    if record.in_networks == Some(false) {
        let fields = [("rounds", record.rounds.is_some()), ("hosting", record.hosting.is_some())];
        for (field, _) in fields.into_iter().filter(|(_, given)| *given) {
            let detail =
                format!("track {} is not in networks and has `{field}`; take one of the two away", quoted(&record.id));
            faults.add(format!("{at}/{field}"), "not_in_networks", detail);
        }
    }
}

fn range_in_order(least: Option<i64>, most: Option<i64>, of: &str, at: &str, faults: &mut Faults) {
    if let Some((least, most)) = least.zip(most).filter(|(least, most)| least > most && *most >= 0) {
        let detail = format!("min {least} is above max {most} {of}; lower the one or raise the other");
        faults.add(at, "min_above_max", detail);
    }
}

/// The own faults of the mix of a network.
pub(super) fn mix(record: &NetworkRecord, at: &str, faults: &mut Faults) {
    let mut seen = HashSet::new();
    let mut least: BTreeMap<&str, i64> = BTreeMap::new();
    let mut single: HashSet<&str> = HashSet::new(); // attributes of a row that is too much by itself
    for (position, row) in record.mix.iter().flatten().enumerate() {
        let at = format!("{at}/mix/{position}");
        faults.keep(&format!("{at}/attribute"), id(&row.attribute));
        faults.keep(&format!("{at}/value"), id(&row.value));
        whole(row.min, 0, i64::MAX, || format!("{at}/min"), faults);
        whole(row.max, 0, i64::MAX, || format!("{at}/max"), faults);
        range_in_order(row.min, row.max, "members", &format!("{at}/min"), faults);
        let what = format!("{} {}", row.attribute, row.value);
        if !seen.insert((&row.attribute, &row.value)) {
            let detail = format!("{} has another row of the mix already; keep one", quoted(&what));
            faults.add(&at, "duplicate_mix", detail);
            continue;
        }
        let (min, most) = (row.min.unwrap_or(0).clamp(0, i64::from(u32::MAX)), record.max_members);
        *least.entry(&row.attribute).or_default() += min;
        if min > most && most >= 0 {
            single.insert(&row.attribute);
            let detail =
                format!("{min} members with {} are asked for, and max_members is {most}; lower min", quoted(&what));
            faults.add(format!("{at}/min"), "min_above_max_members", detail);
        }
    }
    let most = record.max_members;
    let above = |(_, sum): &(&str, i64)| *sum > most && most >= 0;
    for (attribute, sum) in least.into_iter().filter(above).filter(|(attribute, _)| !single.contains(attribute)) {
        let detail = format!(
            "the mix asks for {sum} members by their {}, each of whom has one value, and max_members is {most}; lower a min",
            quoted(attribute)
        );
        faults.add(format!("{at}/mix"), "mins_above_max_members", detail);
    }
}

/// The own faults of the attributes of an enrolment.
pub(super) fn attributes(record: &EnrolmentRecord, at: &str, faults: &mut Faults) {
    for (attribute, value) in record.attributes.iter().flatten() {
        let at = format!("{at}/attributes/{}", attribute.replace('~', "~0").replace('/', "~1"));
        faults.keep(&at, id(attribute));
        faults.keep(&at, id(value));
        if attribute == REGION {
            let detail = "`region` is that of the municipality; take it away here";
            faults.add(at, "region_is_given", detail);
        }
    }
}

/// Rounds of tracks that are none, and regions of mixes that are none.
pub(super) fn references(index: &Index<'_>, faults: &mut Faults) {
    let rounds: HashSet<&str> = index.records.rounds.iter().flatten().map(|round| round.id.as_str()).collect();
    for (position, track) in index.records.tracks.iter().flatten().enumerate() {
        for (row, round) in track.rounds.iter().flatten().enumerate() {
            if !rounds.contains(round.as_str()) {
                unknown_id("round", round, format!("/tracks/{position}/rounds/{row}"), faults);
            }
        }
    }
    for (n, network) in index.records.networks.iter().enumerate() {
        let of_regions = network.mix.iter().flatten().enumerate().filter(|(_, row)| row.attribute == REGION);
        for (position, row) in of_regions.filter(|(_, row)| !index.regions.contains_key(row.value.as_str())) {
            unknown_id("region", &row.value, format!("/networks/{n}/mix/{position}/value"), faults);
        }
    }
}

/// Delegates outside their track's delegation, networks and wishes of tracks that are not in networks, and values that too few
/// have.
pub(super) fn check(index: &Index<'_>, faults: &mut Faults) {
    let tracks = index.records.tracks.as_deref().unwrap_or_default();
    let outside =
        |track: Option<usize>| track.and_then(|track| tracks.get(track)).filter(|t| t.in_networks == Some(false));
    for (n, _) in index.records.networks.iter().enumerate() {
        if let Some(track) = outside(index.network_track[n]) {
            let (network, track) = (index.network_called(n), quoted(&track.id));
            let detail =
                format!("network {network} is of track {track}, which is not in networks; move it to another track");
            let field = if index.records.networks[n].track.is_some() { "/track" } else { "" };
            faults.add(format!("/networks/{n}{field}"), "not_in_networks", detail);
        }
    }
    for (e, enrolment) in index.records.enrolments.iter().enumerate() {
        let at = format!("/enrolments/{e}");
        let Some(track) = index.enrolment_track[e].and_then(|track| tracks.get(track)) else { continue };
        let range = track.delegation.unwrap_or_default();
        let (least, most) = (range.min.unwrap_or(0), range.max.unwrap_or(i64::MAX));
        let outside = least <= most && !(least..=most).contains(&enrolment.delegates);
        if outside && (1..=10_000).contains(&enrolment.delegates) {
            let (who, count) = (index.enrolment_called(e), enrolment.delegates);
            let range = match (range.min, range.max) {
                (_, None) => format!("at least {least}"),
                (None, _) => format!("at most {most}"),
                _ => format!("{least} to {most}"),
            };
            let detail =
                format!("enrolment {who} has {count} delegates, and its track takes {range}; mend one of them");
            faults.add(format!("{at}/delegates"), "outside_delegation", detail);
        }
        if track.in_networks == Some(false) {
            let wishes = [
                ("preferences", !enrolment.preferences.iter().flatten().any(|_| true)),
                ("fixed", enrolment.fixed.is_none()),
            ];
            for (field, _) in wishes.into_iter().filter(|(_, absent)| !absent) {
                let who = index.enrolment_called(e);
                let detail = format!("enrolment {who} has `{field}`, and its track is not in networks; take it away");
                faults.add(format!("{at}/{field}"), "not_in_networks", detail);
            }
        }
    }
    too_few_with_a_value(index, faults);
}

/// An attribute and its value.
type Value<'a> = (&'a str, &'a str);

/// Who has which value, so far as records can be read.
#[derive(Default)]
struct Holders<'a> {
    /// Those who may go anywhere, by track.
    everywhere: HashMap<(usize, Value<'a>), i64>,
    /// The same by track and region.
    of_region: HashMap<(usize, usize, Value<'a>), i64>,
    /// By network: those fixed to it, less those who exclude it.
    mended: HashMap<(usize, Value<'a>), i64>,
    /// Enrolments that cannot be read: they may have any value.
    unread: i64,
}

impl<'a> Holders<'a> {
    fn of(index: &Index<'a>) -> Self {
        let mut holders = Holders::default();
        for (e, enrolment) in index.records.enrolments.iter().enumerate() {
            let fixed = (enrolment.fixed.is_some(), index.fixed(e));
            let (Some(track), Some(region)) = (index.enrolment_track[e], index.home_region(e)) else {
                holders.unread += 1;
                continue;
            };
            let lets_in = |n: usize| index.network_track[n] == Some(track) && !index.closed_to(n, region);
            let excluded: Vec<usize> = index.excluded(e).into_iter().filter(|&n| lets_in(n)).collect();
            let attributes = enrolment.attributes.iter().flatten().map(|(a, v)| (a.as_str(), v.as_str()));
            let values = attributes.chain([(REGION, index.records.regions[region].id.as_str())]);
            match fixed {
                (true, None) => holders.unread += 1,
                (true, Some(n)) if lets_in(n) && !excluded.contains(&n) => {
                    values.for_each(|value| *holders.mended.entry((n, value)).or_default() += 1);
                }
                (true, Some(_)) => {}
                (false, _) => {
                    for value in values {
                        *holders.everywhere.entry((track, value)).or_default() += 1;
                        *holders.of_region.entry((track, region, value)).or_default() += 1;
                        excluded.iter().for_each(|&n| *holders.mended.entry((n, value)).or_default() -= 1);
                    }
                }
            }
        }
        holders
    }

    /// How many with a value may be in a network.
    fn eligible(&self, index: &Index<'_>, n: usize, track: usize, value: Value<'_>) -> i64 {
        let of_region = |&region: &usize| self.of_region.get(&(track, region, value)).copied().unwrap_or(0);
        let free = match &index.open_to[n] {
            None => self.everywhere.get(&(track, value)).copied().unwrap_or(0),
            Some(open) => open.iter().map(of_region).sum(),
        };
        free + self.mended.get(&(n, value)).copied().unwrap_or(0) + self.unread
    }
}

/// Networks that may not stay empty and ask for more members with a value than could be in them. Linear in the document.
fn too_few_with_a_value(index: &Index<'_>, faults: &mut Faults) {
    if index.records.networks.iter().all(|network| network.mix.is_none()) {
        return;
    }
    let holders = Holders::of(index);
    for (n, network) in index.records.networks.iter().enumerate() {
        let Some(track) = index.network_track[n].filter(|_| !network.may_stay_empty.unwrap_or(false)) else { continue };
        for (position, row) in network.mix.iter().flatten().enumerate() {
            let (least, most) = (row.min.unwrap_or(0), row.max.unwrap_or(i64::MAX));
            let readable = id(&row.attribute).is_ok() && id(&row.value).is_ok();
            if least < 1 || least > most || least > network.max_members || !readable {
                continue;
            }
            let count = holders.eligible(index, n, track, (&row.attribute, &row.value));
            if count < least {
                let name = index.network_called(n);
                let what = quoted(&format!("{} {}", row.attribute, row.value));
                let detail =
                    format!("network {name} needs {least} members with {what}, and {count} may be in it; lower min");
                faults.add(format!("/networks/{n}/mix/{position}/min"), "too_few_eligible", detail);
            }
        }
    }
}
