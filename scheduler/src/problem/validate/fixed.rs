//! The enrolments that are fixed to a network, together: what the network cannot hold of them.

use std::collections::{BTreeMap, HashMap};

use super::super::records::{EnrolmentRecord, NetworkRecord};
use super::super::{Faults, road_km};
use super::index::Index;

/// Among how many of those fixed to one network the longest distance is looked for: pairs grow with the square.
const COMPARED: usize = 300;

pub(super) fn check(index: &Index<'_>, faults: &mut Faults) {
    let mut inside: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for e in 0..index.records.enrolments.len() {
        if let Some(network) = index.fixed(e) {
            inside.entry(network).or_default().push(e);
        }
    }
    let overrides = overrides(index);
    for (&n, members) in &inside {
        members_of(index, n, members, faults);
        one_municipality(index, n, members, faults);
        delegates(index, n, members, faults);
        one_region(index, n, members, faults);
        with_a_value(index, n, members, faults);
        distance(index, n, members, &overrides, faults);
    }
}

fn network<'a>(index: &Index<'a>, n: usize) -> &'a NetworkRecord {
    &index.records.networks[n]
}

fn enrolment<'a>(index: &Index<'a>, e: usize) -> &'a EnrolmentRecord {
    &index.records.enrolments[e]
}

fn members_of(index: &Index<'_>, n: usize, members: &[usize], faults: &mut Faults) {
    let NetworkRecord { max_members: most, .. } = network(index, n);
    if *most >= 0 && members.len() as i64 > *most {
        let (count, name) = (members.len(), index.network_called(n));
        let detail = format!(
            "{count} enrolments are fixed to network {name}, which takes {most}; release some or raise max_members"
        );
        faults.add(format!("/networks/{n}/max_members"), "too_many_fixed", detail);
    }
}

fn one_municipality(index: &Index<'_>, n: usize, members: &[usize], faults: &mut Faults) {
    let mut first: HashMap<usize, usize> = HashMap::new();
    for &e in members {
        let Some(home) = index.home[e] else { continue };
        let before = *first.entry(home).or_insert(e);
        if before != e {
            let [one, two] = [before, e].map(|e| &enrolment(index, e).id);
            let (town, name) = (index.town_called(home), index.network_called(n));
            let detail =
                format!("enrolments {one} and {two} of {town} are both fixed to network {name}; fix one elsewhere");
            faults.add(format!("/enrolments/{e}/fixed"), "same_municipality_fixed", detail);
        }
    }
}

fn delegates(index: &Index<'_>, n: usize, members: &[usize], faults: &mut Faults) {
    let sum: i64 = members.iter().map(|&e| enrolment(index, e).delegates.clamp(0, 10_000)).sum();
    let network = network(index, n);
    if let Some(most) = network.max_delegates.filter(|&most| most >= 0 && sum > most) {
        let name = index.network_called(n);
        let detail = format!(
            "{sum} delegates are fixed to network {name}, which takes {most}; release some or raise max_delegates"
        );
        faults.add(format!("/networks/{n}/max_delegates"), "too_many_fixed_delegates", detail);
    }
}

fn one_region(index: &Index<'_>, n: usize, members: &[usize], faults: &mut Faults) {
    let network = network(index, n);
    let Some(most) = network.max_members_per_region.filter(|&most| most >= 0) else { return };
    let mut counts: BTreeMap<usize, i64> = BTreeMap::new();
    for region in members.iter().filter_map(|&e| index.home_region(e)) {
        *counts.entry(region).or_default() += 1;
    }
    for (region, count) in counts.into_iter().filter(|&(_, count)| count > most) {
        let (region, name) = (index.region_called(region), index.network_called(n));
        let detail = format!(
            "{count} enrolments of region {region} are fixed to network {name}, which takes {most} of a region; release some"
        );
        faults.add(format!("/networks/{n}/max_members_per_region"), "too_many_fixed_of_region", detail);
    }
}

/// More with a value than the network's mix takes.
fn with_a_value(index: &Index<'_>, n: usize, members: &[usize], faults: &mut Faults) {
    for (position, row) in network(index, n).mix.iter().flatten().enumerate() {
        let Some(most) = row.max.filter(|&most| most >= row.min.unwrap_or(0).max(0)) else { continue };
        let has = |e: &&usize| match row.attribute.as_str() {
            "region" => index.home_region(**e).is_some_and(|region| index.records.regions[region].id == row.value),
            attribute => {
                let own = enrolment(index, **e).attributes.as_ref().and_then(|own| own.get(attribute));
                own == Some(&row.value)
            }
        };
        let count = members.iter().filter(has).count();
        if count as i64 > most {
            let name = index.network_called(n);
            let detail = format!(
                "{count} enrolments with {} {} are fixed to network {name}, which takes {most}; release some or raise max",
                row.attribute, row.value
            );
            faults.add(format!("/networks/{n}/mix/{position}/max"), "too_many_fixed_with_a_value", detail);
        }
    }
}

type Overrides<'a> = HashMap<(&'a str, &'a str), f64>;

fn overrides<'a>(index: &Index<'a>) -> Overrides<'a> {
    let rows = index.records.distances.iter().flatten();
    rows.map(|row| (ordered(&row.a, &row.b), row.km)).collect()
}

fn ordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    (a.min(b), a.max(b))
}

fn distance(index: &Index<'_>, n: usize, members: &[usize], overrides: &Overrides<'_>, faults: &mut Faults) {
    let network = network(index, n);
    let Some(reach) = network.max_distance_km else { return };
    let members = &members[..members.len().min(COMPARED)];
    let pairs = members.iter().enumerate().flat_map(|(at, &a)| members[at + 1..].iter().map(move |&b| (a, b)));
    let too_far = pairs.filter_map(|(a, b)| Some((a, b, km(index, a, b, overrides)?)));
    let Some((a, b, km)) = too_far.into_iter().find(|pair| pair.2 > reach + 1e-6) else { return };
    let [a, b] = [a, b].map(|e| index.enrolment_called(e));
    let detail = format!(
        "{a} and {b} are fixed to network {} and {km} km apart, more than its {reach} km; fix one elsewhere",
        index.network_called(n)
    );
    faults.add(format!("/networks/{n}/max_distance_km"), "fixed_too_far_apart", detail);
}

fn km(index: &Index<'_>, a: usize, b: usize, overrides: &Overrides<'_>) -> Option<f64> {
    let (one, two) = (index.home[a]?, index.home[b]?);
    let [one, two] = [one, two].map(|town| &index.records.municipalities[town]);
    let pair = ordered(&one.id, &two.id);
    if pair.0 == pair.1 {
        return Some(0.0);
    }
    let (one, two) = if pair.0 == one.id { (one, two) } else { (two, one) };
    let detour = index.records.detour_factor.unwrap_or(1.3);
    let computed = || road_km((one.lat, one.lon), (two.lat, two.lon), detour);
    Some(overrides.get(&pair).copied().unwrap_or_else(computed))
}
