//! Pair rules against each other, and against what is fixed.

use std::collections::{BTreeMap, HashMap};

use super::super::Faults;
use super::super::records::{PairKind, PairRuleRecord};
use super::index::Index;

pub(super) fn check(index: &Index<'_>, faults: &mut Faults) {
    let mut kinds: HashMap<(usize, usize), (PairKind, usize)> = HashMap::new();
    let fixed = fixed_by_track(index);
    for (position, rule) in index.records.pair_rules.iter().flatten().enumerate() {
        let towns = [&rule.a, &rule.b].map(|id| index.municipalities.get(id.as_str()).copied());
        let [Some(a), Some(b)] = towns else { continue };
        if a == b {
            continue; // a fault of its own already
        }
        let (kind, before) = *kinds.entry((a.min(b), a.max(b))).or_insert((rule.kind, position));
        if kind != rule.kind {
            let [a, b] = [a, b].map(|town| index.town_called(town));
            let detail = format!(
                "{a} and {b} are to be together and apart; /pair_rules/{before} says the one, this the other; keep one"
            );
            faults.add(format!("/pair_rules/{position}"), "together_and_apart", detail);
        } else if before == position {
            against_fixed(index, rule, &fixed[a], &fixed[b], position, faults);
        }
    }
}

/// What a municipality has fixed, by track.
type Fixed = BTreeMap<usize, Places>;

/// Where the enrolments of one municipality in one track are fixed.
#[derive(Default)]
struct Places {
    /// The networks, each once, ascending.
    networks: Vec<usize>,
    /// Whether one of the enrolments is free to move.
    free: bool,
}

fn fixed_by_track(index: &Index<'_>) -> Vec<Fixed> {
    let mut fixed: Vec<Fixed> = index.records.municipalities.iter().map(|_| Fixed::new()).collect();
    for e in 0..index.records.enrolments.len() {
        let (Some(home), Some(track)) = (index.home[e], index.enrolment_track[e]) else { continue };
        let places = fixed[home].entry(track).or_default();
        match index.fixed(e) {
            Some(network) => places.networks.push(network),
            None => places.free = true,
        }
    }
    for places in fixed.iter_mut().flat_map(Fixed::values_mut) {
        places.networks.sort_unstable();
        places.networks.dedup();
    }
    fixed
}

fn against_fixed(index: &Index<'_>, rule: &PairRuleRecord, a: &Fixed, b: &Fixed, position: usize, faults: &mut Faults) {
    let tracks = || a.iter().filter_map(|(track, of_a)| Some((of_a, b.get(track)?)));
    let shared = |(of_a, of_b): (&Places, &Places)| {
        of_a.networks.iter().copied().find(|network| of_b.networks.binary_search(network).is_ok())
    };
    let called = |id: &str| index.municipalities.get(id).map_or_else(|| id.to_owned(), |&town| index.town_called(town));
    let (one, two, pointer) = (called(&rule.a), called(&rule.b), format!("/pair_rules/{position}"));
    match rule.kind {
        PairKind::Apart => {
            if let Some(network) = tracks().find_map(shared) {
                let name = index.network_called(network);
                let detail =
                    format!("{one} and {two} are to be apart, yet both fixed to network {name}; fix one elsewhere");
                faults.add(pointer, "apart_fixed_together", detail);
            }
        }
        PairKind::Together => {
            if tracks().any(|two| !two.0.free && !two.1.free && shared(two).is_none()) {
                let detail =
                    format!("{one} and {two} are to be together, yet fixed to different networks; fix both to one");
                faults.add(pointer, "together_fixed_apart", detail);
            }
        }
    }
}
