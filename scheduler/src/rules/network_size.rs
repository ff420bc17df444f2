//! A2. A network has `min_members` to `max_members` members (or none, if it may stay empty), and their delegates lie
//! within its delegate limits.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{EnrolmentIx, Network, Problem};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::A2,
    sentence: "A network has min_members to max_members members (or none, if it may stay empty), and their \
               delegates lie within its delegate limits.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for (n, members) in facts.networks() {
        of_network(facts.problem, facts.problem.network(n), members, found);
    }
}

/// The same of one network with these members.
pub(super) fn of_network(problem: &Problem, network: &Network, members: &[EnrolmentIx], found: &mut Violations) {
    if members.is_empty() && network.may_stay_empty {
        return;
    }
    let (least, most) = (u64::from(network.min_members), u64::from(network.max_members));
    if !(least..=most).contains(&(members.len() as u64)) {
        found.add(RULE, format!("network {} has {} members, not {least} to {most}", network.id, members.len()));
    }
    let delegates: u64 = members.iter().map(|&e| u64::from(problem.enrolment(e).delegates)).sum();
    if delegates < u64::from(network.min_delegates) {
        let least = network.min_delegates;
        found.add(RULE, format!("network {} has {delegates} delegates, fewer than {least}", network.id));
    }
    if let Some(most) = network.max_delegates.filter(|&most| delegates > u64::from(most)) {
        found.add(RULE, format!("network {} has {delegates} delegates, more than {most}", network.id));
    }
}

#[cfg(test)]
mod tests {
    use crate::small::{ALL, broken, records};

    #[test]
    fn too_few_and_too_many_members_are_refused() {
        let mut records = records();
        (records.networks[0].min_members, records.networks[0].max_members) = (2, 2);
        assert_eq!(broken(&records, &[("a", "n")], &[]), ["A2"]);
        assert_eq!(broken(&records, ALL, &[]), ["A2"]);
        assert!(broken(&records, &[("a", "n"), ("b", "n")], &[]).is_empty());
    }

    #[test]
    fn only_a_network_that_may_stay_empty_may_be_empty() {
        let mut records = records();
        assert_eq!(broken(&records, &[], &[]), ["A2"]);
        records.networks[0].may_stay_empty = Some(true);
        assert!(broken(&records, &[], &[]).is_empty());
        records.networks[0].min_members = 2;
        assert_eq!(broken(&records, &[("a", "n")], &[]), ["A2"]);
    }

    #[test]
    fn delegates_outside_the_limits_are_refused() {
        let mut records = records();
        (records.networks[0].min_delegates, records.networks[0].max_delegates) = (Some(2), Some(5));
        assert_eq!(broken(&records, &[("a", "n")], &[]), ["A2"]);
        assert_eq!(broken(&records, ALL, &[]), ["A2"]);
        assert!(broken(&records, &[("b", "n"), ("c", "n")], &[]).is_empty());
    }
}
