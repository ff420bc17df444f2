//! A3. Two enrolments of one municipality are never in the same network.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule =
    Rule { code: RuleCode::A3, sentence: "Two enrolments of one municipality are never in the same network." };

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for (n, members) in facts.networks() {
        let mut homes: Vec<_> = members.iter().map(|&e| facts.problem.enrolment(e).municipality).collect();
        homes.sort_unstable();
        for same in homes.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
            let (home, network) = (facts.problem.municipality(same[0]), facts.problem.network(n));
            found.add(RULE, format!("municipality {} is in network {} {} times", home.id, network.id, same.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::small::{broken, two_networks};

    #[test]
    fn two_enrolments_of_one_municipality_need_two_networks() {
        let mut records = two_networks();
        records.enrolments[1].municipality = "A".into();
        assert_eq!(broken(&records, &[("a", "n"), ("b", "n")], &[]), ["A3"]);
        assert!(broken(&records, &[("a", "n"), ("b", "m")], &[]).is_empty());
    }
}
