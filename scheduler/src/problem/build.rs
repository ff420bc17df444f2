//! From records that are known to be right to a problem: sorted, indexed, defaults filled in.

use std::collections::HashMap;

use super::records::*;
use super::*;

/// Largest count that is told apart from "no limit": no plan comes near it.
const COUNT_LIMIT: i64 = 1_000_000_000;

/// Builds the problem. The records must have no fault (`validate::contradictions` found none).
pub(super) fn build(records: &ProblemRecords) -> Problem {
    let main = [TrackRecord { id: ONLY_TRACK.to_owned(), ..TrackRecord::default() }];
    let track_records = records.tracks.as_deref().filter(|tracks| !tracks.is_empty()).unwrap_or(&main);

    let (regions, region_at) = sorted(&records.regions, |r| &r.id);
    let (municipalities, municipality_at) = sorted(&records.municipalities, |m| &m.id);
    let (tracks, track_at) = sorted(track_records, |t| &t.id);
    let (networks, network_at) = sorted(&records.networks, |n| &n.id);
    let (enrolments, _) = sorted(&records.enrolments, |e| &e.id);

    let region = |id: &String| RegionIx::new(region_at[id.as_str()]);
    let municipality = |id: &String| MunicipalityIx::new(municipality_at[id.as_str()]);
    let network = |id: &String| NetworkIx::new(network_at[id.as_str()]);
    let track = |id: &Option<String>| TrackIx::new(id.as_ref().map_or(0, |id| track_at[id.as_str()]));
    let pairs = |kind: PairKind| {
        let rules = records.pair_rules.iter().flatten().filter(|rule| rule.kind == kind);
        let mut pairs: Vec<_> = rules.map(|rule| ordered(municipality(&rule.a), municipality(&rule.b))).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    };

    let rounds = rounds(records);
    let round_at = |(at, _): (usize, &Round)| RoundIx::new(at);
    let values = values(records);

    Problem {
        name: records.name.clone(),
        regions: regions
            .iter()
            .map(|r| Region {
                id: r.id.clone(),
                name: named(&r.name, &r.id),
                max_visits_per_day: r.max_visits_per_day.map(count),
            })
            .collect(),
        municipalities: municipalities
            .iter()
            .map(|m| Municipality {
                id: m.id.clone(),
                name: named(&m.name, &m.id),
                region: region(&m.region),
                lat: m.lat,
                lon: m.lon,
                can_host: m.can_host.unwrap_or(true),
                host_capacity: m.host_capacity.map(count),
                unavailable: days(&m.unavailable).collect(),
                cannot_host: days(&m.unavailable).chain(days(&m.cannot_host_on)).collect(),
                undesired: days(&m.undesired).collect(),
            })
            .collect(),
        spots: municipalities.iter().map(|m| Spot::of(m.lat, m.lon)).collect(),
        tracks: tracks
            .iter()
            .map(|t| Track {
                id: t.id.clone(),
                name: named(&t.name, &t.id),
                min_delegates: count(t.delegation.and_then(|range| range.min).unwrap_or(0)),
                max_delegates: t.delegation.and_then(|range| range.max).map(count),
                in_networks: t.in_networks.unwrap_or(true),
                rounds: in_order(rounds.iter().enumerate().filter(|(_, round)| visits_in(t, round)).map(round_at)),
                hosting: t.hosting.or(records.visits.as_ref().and_then(|visits| visits.hosting)).unwrap_or_default(),
            })
            .collect(),
        networks: networks
            .iter()
            .map(|n| Network {
                id: n.id.clone(),
                name: named(&n.name, &n.id),
                track: track(&n.track),
                min_members: count(n.min_members),
                max_members: count(n.max_members),
                min_delegates: count(n.min_delegates.unwrap_or(0)),
                max_delegates: n.max_delegates.map(count),
                may_stay_empty: n.may_stay_empty.unwrap_or(false),
                allowed_regions: n.allowed_regions.as_ref().map(|open| in_order(open.iter().map(region))),
                max_members_per_region: n.max_members_per_region.map(count),
                min_regions: count(n.min_regions.unwrap_or(0)),
                max_distance_km: n.max_distance_km,
                mix: mixes(n, &values),
            })
            .collect(),
        enrolments: enrolments
            .iter()
            .map(|e| Enrolment {
                id: e.id.clone(),
                municipality: municipality(&e.municipality),
                track: track(&e.track),
                delegates: count(e.delegates),
                preferences: e.preferences.iter().flatten().map(network).collect(),
                fixed: e.fixed.as_ref().map(network),
                excluded: in_order(e.excluded.iter().flatten().map(network)),
                values: values_of(e, &municipalities[municipality_at[e.municipality.as_str()]].region, &values),
            })
            .collect(),
        apart: pairs(PairKind::Apart),
        together: pairs(PairKind::Together),
        distances: records
            .distances
            .iter()
            .flatten()
            .map(|d| (ordered(municipality(&d.a), municipality(&d.b)), d.km))
            .collect(),
        detour_factor: records.detour_factor.unwrap_or(1.3),
        rounds,
        gatherings: gatherings::build(records, &tracks, &municipalities),
        values,
        calendar: calendar(records),
        visits: visit_rules(records),
        preference_costs: preference_costs(records),
        weights: weights(records.weights.as_ref()),
    }
}

/// References to the records in the byte order of their ids, and the position of each id.
pub(super) fn sorted<'a, T>(
    records: &'a [T],
    id: impl Fn(&'a T) -> &'a String,
) -> (Vec<&'a T>, HashMap<&'a str, usize>) {
    let mut order: Vec<&T> = records.iter().collect();
    order.sort_by_key(|record| id(record));
    let at = order.iter().enumerate().map(|(position, record)| (id(record).as_str(), position)).collect();
    (order, at)
}

/// Whether the networks of a track visit in a round.
fn visits_in(track: &TrackRecord, round: &Round) -> bool {
    track.rounds.as_ref().is_none_or(|rounds| rounds.contains(&round.id))
}

/// The attribute that every enrolment has: the region of its municipality.
const REGION: &str = "region";

/// Every value of an attribute that an enrolment has or a network mixes by, ascending.
fn values(records: &ProblemRecords) -> Vec<AttributeValue> {
    let value =
        |attribute: &String, value: &String| AttributeValue { attribute: attribute.clone(), value: value.clone() };
    let mixes = records.networks.iter().flat_map(|network| network.mix.iter().flatten());
    let of_enrolments = records.enrolments.iter().flat_map(|enrolment| enrolment.attributes.iter().flatten());
    let mixed = mixes.map(|mix| value(&mix.attribute, &mix.value));
    in_order(mixed.chain(of_enrolments.map(|(attribute, of)| value(attribute, of))))
}

fn value_ix(values: &[AttributeValue], attribute: &str, value: &str) -> Option<ValueIx> {
    let found =
        values.binary_search_by(|known| (known.attribute.as_str(), known.value.as_str()).cmp(&(attribute, value)));
    found.ok().map(ValueIx::new)
}

fn mixes(network: &NetworkRecord, values: &[AttributeValue]) -> Vec<Mix> {
    let mix = |mix: &MixRecord| {
        let value = value_ix(values, &mix.attribute, &mix.value)?;
        Some(Mix { value, min: count(mix.min.unwrap_or(0)), max: mix.max.map(count) })
    };
    let mut mixes: Vec<Mix> = network.mix.iter().flatten().filter_map(mix).collect();
    mixes.sort_unstable_by_key(|mix| mix.value);
    mixes
}

fn values_of(enrolment: &EnrolmentRecord, region: &str, values: &[AttributeValue]) -> Vec<ValueIx> {
    let own = enrolment.attributes.iter().flatten().filter_map(|(attribute, of)| value_ix(values, attribute, of));
    in_order(own.chain(value_ix(values, REGION, region)))
}

pub(super) fn named(name: &Option<String>, id: &str) -> String {
    name.clone().unwrap_or_else(|| id.to_owned())
}

pub(super) fn count(value: i64) -> u32 {
    value.clamp(0, COUNT_LIMIT) as u32
}

pub(super) fn in_order<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

fn ordered<T: Ord>(a: T, b: T) -> (T, T) {
    if a < b { (a, b) } else { (b, a) }
}

fn days(texts: &Option<Vec<String>>) -> impl Iterator<Item = Day> + '_ {
    texts.iter().flatten().filter_map(|text| Day::parse(text).ok())
}

pub(super) fn calendar(records: &ProblemRecords) -> Calendar {
    let written = records.calendar.clone().unwrap_or_default();
    use Weekday::*;
    Calendar {
        weekdays: written.weekdays.unwrap_or_else(|| vec![Mon, Tue, Wed, Thu, Fri]),
        closed: days(&written.closed).collect(),
    }
}

fn rounds(records: &ProblemRecords) -> Vec<Round> {
    let calendar = calendar(records);
    let mut rounds: Vec<Round> = records
        .rounds
        .iter()
        .flatten()
        .filter_map(|r| {
            let (start, end) = (Day::parse(&r.start).ok()?, Day::parse(&r.end).ok()?);
            let days = (start.number()..=end.number()).map(Day::from_number);
            let open_days = days.filter(|&day| calendar.opens(day)).collect();
            Some(Round { id: r.id.clone(), name: named(&r.name, &r.id), start, end, open_days })
        })
        .collect();
    rounds.sort_by_key(|round| round.start);
    rounds
}

fn visit_rules(records: &ProblemRecords) -> VisitRules {
    let visits = records.visits.clone().unwrap_or_default();
    let mut pace: Vec<Pace> = visits
        .pace
        .iter()
        .flatten()
        .map(|pace| Pace {
            window_days: count(pace.window_days),
            max_visits: count(pace.max_visits.unwrap_or(1)),
            penalty: pace.penalty,
        })
        .collect();
    let price = |pace: &Pace| pace.penalty.unwrap_or(f64::INFINITY);
    pace.sort_by(|a, b| {
        (a.window_days, a.max_visits).cmp(&(b.window_days, b.max_visits)).then(price(a).total_cmp(&price(b)))
    });
    VisitRules {
        pace,
        min_return_days: count(visits.min_return_days.unwrap_or(0)),
        max_visits_per_day: visits.max_visits_per_day.map(count),
    }
}

fn preference_costs(records: &ProblemRecords) -> PreferenceCosts {
    let costs = records.preference_costs.clone().unwrap_or_default();
    PreferenceCosts {
        by_rank: costs.by_rank.unwrap_or_else(|| vec![0.0, 1.0, 3.0, 6.0]),
        unlisted: costs.unlisted.unwrap_or(10.0),
    }
}

fn weights(record: Option<&WeightsRecord>) -> Weights {
    let default = Weights::default();
    let Some(record) = record else { return default };
    Weights {
        unassigned: record.unassigned.unwrap_or(default.unassigned),
        unhosted: record.unhosted.unwrap_or(default.unhosted),
        absence: record.absence.unwrap_or(default.absence),
        preference: record.preference.unwrap_or(default.preference),
        extra_visit: record.extra_visit.unwrap_or(default.extra_visit),
        undesired: record.undesired.unwrap_or(default.undesired),
        pace: record.pace.unwrap_or(default.pace),
        travel: record.travel.unwrap_or(default.travel),
        missed: record.missed.unwrap_or(default.missed),
        meeting: record.meeting.unwrap_or(default.meeting),
        gathering_undesired: record.gathering_undesired.unwrap_or(default.gathering_undesired),
        gathering_travel: record.gathering_travel.unwrap_or(default.gathering_travel),
    }
}
