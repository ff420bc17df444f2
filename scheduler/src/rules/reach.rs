//! A5. Any two members are at most `max_distance_km` apart.

use super::{Rule, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule = Rule { code: "A5", sentence: "Any two members are at most max_distance_km apart." };

/// Distances are told to 0.1 km, limits as they please: what is less than this above a limit is a rounding error.
const ROUNDING_KM: f64 = 1e-6;

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for (n, members) in facts.networks() {
        let network = facts.problem.network(n);
        let Some(reach) = network.max_distance_km else { continue };
        let homes: Vec<_> = members.iter().map(|&e| facts.problem.enrolment(e).municipality).collect();
        for (at, &a) in homes.iter().enumerate() {
            for &b in &homes[at + 1..] {
                let km = facts.problem.km(a, b);
                if km > reach + ROUNDING_KM {
                    let [a, b] = [a, b].map(|town| &facts.problem.municipality(town).id);
                    found
                        .add(RULE, format!("network {}: {a} and {b} are {km} km apart, more than {reach}", network.id));
                }
            }
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
