//! Ids used twice, and ids that name nothing.

use std::collections::{HashMap, HashSet};

use super::super::Faults;
use super::index::Index;
use super::values::quoted;

/// Notes that `id` names no `kind` (region, municipality …).
pub fn unknown_id(kind: &str, id: &str, pointer: impl Into<String>, faults: &mut Faults) {
    let detail = format!("there is no {kind} {}; add it, or name one that exists", quoted(id));
    faults.add(pointer, "unknown_id", detail);
}

pub(super) fn check(index: &Index<'_>, faults: &mut Faults) {
    twice(index, faults);
    municipalities(index, faults);
    networks(index, faults);
    enrolments(index, faults);
    pairs(index, faults);
    distances(index, faults);
}

fn twice(index: &Index<'_>, faults: &mut Faults) {
    let records = index.records;
    let tracks = records.tracks.iter().flatten();
    let rounds = records.rounds.iter().flatten();
    ids("regions", "region", records.regions.iter().map(|r| r.id.as_str()), faults);
    ids("municipalities", "municipality", records.municipalities.iter().map(|m| m.id.as_str()), faults);
    ids("tracks", "track", tracks.map(|t| t.id.as_str()), faults);
    ids("networks", "network", records.networks.iter().map(|n| n.id.as_str()), faults);
    ids("enrolments", "enrolment", records.enrolments.iter().map(|e| e.id.as_str()), faults);
    let gatherings = records.gatherings.iter().flatten();
    ids("gatherings", "gathering", gatherings.map(|g| g.id.as_str()), faults);
    ids("rounds", "round", rounds.map(|r| r.id.as_str()), faults);
}

fn ids<'a>(section: &str, kind: &str, ids: impl Iterator<Item = &'a str>, faults: &mut Faults) {
    let mut seen = HashSet::new();
    for (position, id) in ids.enumerate() {
        if !seen.insert(id) {
            let detail = format!("another {kind} has the id {} too; give each its own", quoted(id));
            faults.add(format!("/{section}/{position}/id"), "duplicate_id", detail);
        }
    }
}

fn municipalities(index: &Index<'_>, faults: &mut Faults) {
    for (position, municipality) in index.records.municipalities.iter().enumerate() {
        if index.region[position].is_none() {
            unknown_id("region", &municipality.region, format!("/municipalities/{position}/region"), faults);
        }
    }
}

fn networks(index: &Index<'_>, faults: &mut Faults) {
    for (position, network) in index.records.networks.iter().enumerate() {
        let at = format!("/networks/{position}");
        track(index, &network.track, &at, faults);
        for (rank, id) in network.allowed_regions.iter().flatten().enumerate() {
            if !index.regions.contains_key(id.as_str()) {
                unknown_id("region", id, format!("{at}/allowed_regions/{rank}"), faults);
            }
        }
    }
}

fn enrolments(index: &Index<'_>, faults: &mut Faults) {
    for (position, enrolment) in index.records.enrolments.iter().enumerate() {
        let at = format!("/enrolments/{position}");
        if index.home[position].is_none() {
            unknown_id("municipality", &enrolment.municipality, format!("{at}/municipality"), faults);
        }
        track(index, &enrolment.track, &at, faults);
        if let Some(id) = enrolment.fixed.as_ref().filter(|id| index.network(id).is_none()) {
            unknown_id("network", id, format!("{at}/fixed"), faults);
        }
        for (field, list) in [("preferences", &enrolment.preferences), ("excluded", &enrolment.excluded)] {
            for (rank, id) in list.iter().flatten().enumerate() {
                if index.network(id).is_none() {
                    unknown_id("network", id, format!("{at}/{field}/{rank}"), faults);
                }
            }
        }
    }
}

fn track(index: &Index<'_>, id: &Option<String>, at: &str, faults: &mut Faults) {
    match id {
        Some(id) if !index.tracks.contains_key(id.as_str()) => {
            unknown_id("track", id, format!("{at}/track"), faults);
        }
        None if index.tracks.len() > 1 => {
            let detail = format!("there are {} tracks; name the one it belongs to", index.tracks.len());
            faults.add(format!("{at}/track"), "missing_track", detail);
        }
        _ => {}
    }
}

fn pairs(index: &Index<'_>, faults: &mut Faults) {
    for (position, rule) in index.records.pair_rules.iter().flatten().enumerate() {
        two(index, &rule.a, &rule.b, &format!("/pair_rules/{position}"), faults);
    }
}

fn distances(index: &Index<'_>, faults: &mut Faults) {
    let mut first: HashMap<(&str, &str), usize> = HashMap::new();
    for (position, row) in index.records.distances.iter().flatten().enumerate() {
        let at = format!("/distances/{position}");
        two(index, &row.a, &row.b, &at, faults);
        let (a, b) = (row.a.as_str(), row.b.as_str());
        if a == b {
            continue; // a fault of its own already
        }
        let before = *first.entry((a.min(b), a.max(b))).or_insert(position);
        if before != position {
            let detail = format!(
                "the distance between {} and {} stands at /distances/{before} already and holds both ways; keep one",
                quoted(a),
                quoted(b)
            );
            faults.add(at, "duplicate_distance", detail);
        }
    }
}

fn two(index: &Index<'_>, a: &str, b: &str, at: &str, faults: &mut Faults) {
    for (field, id) in [("a", a), ("b", b)] {
        if !index.municipalities.contains_key(id) {
            unknown_id("municipality", id, format!("{at}/{field}"), faults);
        }
    }
}
