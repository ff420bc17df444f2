//! A5. Any two members are at most `max_distance_km` apart.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule =
    Rule { code: RuleCode::A5, sentence: "Any two members are at most max_distance_km apart." };

/// Distances are told to 0.1 km, limits as they please: what is less than this above a limit is a rounding error.
const ROUNDING_KM: f64 = 1e-6;

/// How many pairs of a network are told: in one that is far too wide, nearly all of them are too far apart.
const TOLD: usize = 100;

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for (n, members) in facts.networks() {
        let network = facts.problem.network(n);
        let Some(reach) = network.max_distance_km else { continue };
        let mut homes: Vec<_> = members.iter().map(|&e| facts.problem.enrolment(e).municipality).collect();
        homes.sort_unstable();
        homes.dedup();
        let pairs = homes.iter().enumerate().flat_map(|(at, &a)| homes[at + 1..].iter().map(move |&b| (a, b)));
        let distances = pairs.map(|(a, b)| (a, b, facts.problem.km(a, b)));
        for (a, b, km) in distances.filter(|pair| pair.2 > reach + ROUNDING_KM).take(TOLD) {
            let [a, b] = [a, b].map(|town| &facts.problem.municipality(town).id);
            found.add(RULE, format!("network {}: {a} and {b} are {km} km apart, more than {reach}", network.id));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::small::{ALL, broken, records};

    #[test]
    fn members_too_far_apart_are_refused() {
        let mut records = records();
        records.networks[0].max_distance_km = Some(10.0);
        assert_eq!(broken(&records, ALL, &[]), ["A5"]);
        assert!(broken(&records, &[("a", "n"), ("b", "n")], &[]).is_empty());
    }
}
