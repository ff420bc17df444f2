//! A4. At most `max_members_per_region` members come from one region; a network that is not empty spans at least
//! `min_regions`.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{EnrolmentIx, Network, Problem};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::A4,
    sentence: "At most max_members_per_region members come from one region; a network that is not empty spans at \
               least min_regions.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for (n, members) in facts.networks() {
        of_network(facts.problem, facts.problem.network(n), members, found);
    }
}

/// The same of one network with these members.
pub(super) fn of_network(problem: &Problem, network: &Network, members: &[EnrolmentIx], found: &mut Violations) {
    let mut regions: Vec<_> = members.iter().map(|&e| problem.home(e).region).collect();
    regions.sort_unstable();
    let mut spanned = 0;
    for same in regions.chunk_by(|a, b| a == b) {
        spanned += 1;
        if let Some(most) = network.max_members_per_region.filter(|&most| same.len() as u64 > u64::from(most)) {
            let region = &problem.regions()[same[0].at()].id;
            let count = same.len();
            found.add(RULE, format!("network {} has {count} members of region {region}, over {most}", network.id));
        }
    }
    if !members.is_empty() && spanned < network.min_regions {
        let least = network.min_regions;
        found.add(RULE, format!("network {} spans {spanned} regions, fewer than {least}", network.id));
    }
}

#[cfg(test)]
mod tests {
    use crate::small::{ALL, broken, records};

    #[test]
    fn too_many_of_one_region_are_refused() {
        let mut records = records();
        records.networks[0].max_members_per_region = Some(1);
        assert_eq!(broken(&records, ALL, &[]), ["A4"]);
        assert!(broken(&records, &[("a", "n"), ("c", "n")], &[]).is_empty());
    }

    #[test]
    fn too_few_regions_are_refused() {
        let mut records = records();
        records.networks[0].min_regions = Some(2);
        assert_eq!(broken(&records, &[("a", "n"), ("b", "n")], &[]), ["A4"]);
        assert!(broken(&records, &[("a", "n"), ("c", "n")], &[]).is_empty());
    }

    #[test]
    fn an_empty_network_spans_no_region_and_need_not() {
        let mut records = records();
        (records.networks[0].min_regions, records.networks[0].may_stay_empty) = (Some(2), Some(true));
        assert!(broken(&records, &[], &[]).is_empty());
    }
}
