//! What can be proved impossible by counting, and said in a sentence.
//!
//! Only floors make a track impossible: everybody may be left out, but a network that may not stay empty has
//! its minimums. Each argument here is exact; what none of them shows may be impossible all the same.

use super::track::Track;
use crate::explain::Clash;

/// A proof by counting that no assignment honours the floors of this track, where there is one.
pub(super) fn clash(track: &Track<'_>) -> Option<Clash> {
    let floors: Vec<usize> = (0..track.nowhere()).filter(|&slot| track.limits[slot].has_floor()).collect();
    let alone = || floors.iter().find_map(|&slot| alone(track, slot));
    all_members(track, &floors).or_else(alone)
}

/// One network by itself: not enough members, delegates or regions can get in.
fn alone(track: &Track<'_>, slot: usize) -> Option<Clash> {
    let limits = &track.limits[slot];
    let id = track.network_id(slot);
    let one = |detail: String, rules: &[&str]| Some(named(detail, vec![id.to_owned()], rules));
    let largest = supply(track, slot, |delegates| -delegates);
    let members = largest.iter().map(Vec::len).sum::<usize>() as i64;
    if members < limits.min {
        let detail = format!("network {id} needs {} members; at most {members} can get in", limits.min);
        let capped = limits.per_region < i64::MAX;
        return one(detail, if capped { &["max_members_per_region", "min_members"] } else { &["min_members"] });
    }
    let most = sum_of_first(largest.concat(), limits.max, |delegates| -delegates);
    if most < limits.min_delegates {
        let detail = format!("network {id} needs {} delegates; at most {most} can get in", limits.min_delegates);
        return one(detail, &["max_members", "min_delegates"]);
    }
    let fewest = sum_of_first(supply(track, slot, |delegates| delegates).concat(), limits.min, |delegates| delegates);
    if fewest > limits.max_delegates {
        let detail =
            format!("network {id} takes {} delegates; its fewest members bring {fewest}", limits.max_delegates);
        return one(detail, &["max_delegates", "min_members"]);
    }
    let regions = largest.iter().filter(|region| !region.is_empty()).count() as i64;
    if limits.min_regions > regions.min(limits.max) {
        let most = regions.min(limits.max);
        let detail = format!("network {id} must span {} regions; at most {most} can get in", limits.min_regions);
        let floor = if limits.min > 0 { "min_members" } else { "min_delegates" };
        return match regions > limits.max {
            true => one(detail, &["max_members", floor, "min_regions"]),
            false => one(detail, &[floor, "min_regions"]),
        };
    }
    None
}

/// The delegates of those who can get into a network, by region: one delegation of each municipality, and of each
/// region as many as its cap allows; the first in the order given.
fn supply(track: &Track<'_>, slot: usize, order: fn(i64) -> i64) -> Vec<Vec<i64>> {
    let mut chosen: Vec<Option<(u32, i64)>> = vec![None; track.homes()];
    for e in (0..track.len()).filter(|&e| track.open(e, slot)) {
        let known = &mut chosen[track.home[e] as usize];
        if known.is_none_or(|(_, delegates)| order(track.delegates[e]) < order(delegates)) {
            *known = Some((track.region[e], track.delegates[e]));
        }
    }
    let mut regions = vec![Vec::new(); track.regions];
    for (region, delegates) in chosen.into_iter().flatten() {
        regions[region as usize].push(delegates);
    }
    for region in &mut regions {
        region.sort_unstable_by_key(|&delegates| order(delegates));
        region.truncate(usize::try_from(track.limits[slot].per_region).unwrap_or(usize::MAX));
    }
    regions
}

/// The sum of the first `count` in the order given.
fn sum_of_first(mut delegates: Vec<i64>, count: i64, order: fn(i64) -> i64) -> i64 {
    delegates.sort_unstable_by_key(|&delegates| order(delegates));
    delegates.into_iter().take(usize::try_from(count).unwrap_or(0)).sum()
}

/// All networks of the track: their minimums together are more than the enrolments there are.
fn all_members(track: &Track<'_>, floors: &[usize]) -> Option<Clash> {
    let needed: i64 = floors.iter().map(|&slot| track.limits[slot].min).sum();
    let there = (0..track.len()).filter(|&e| (0..track.nowhere()).any(|slot| track.open(e, slot))).count();
    (needed > there as i64).then(|| {
        let detail = format!(
            "the networks of track {} need {needed} members together; {there} enrolments can be placed in it",
            track.name()
        );
        let networks = floors.iter().filter(|&&slot| track.limits[slot].min > 0);
        named(detail, networks.map(|&slot| track.network_id(slot).to_owned()).collect(), &["min_members"])
    })
}

/// A clash with its networks in the order of their ids.
fn named(detail: String, mut networks: Vec<String>, rules: &[&str]) -> Clash {
    networks.sort_unstable();
    let rules = rules.iter().map(|&rule| rule.to_owned()).collect();
    Clash { detail, networks, rules, ..Clash::default() }
}
