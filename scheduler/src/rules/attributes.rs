//! A7. Of a network's members, those who have an attribute's value are as many as its `mix` says (in a network that may
//! stay empty: unless it is).

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{EnrolmentIx, Network, Problem};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::A7,
    sentence: "Of a network's members, those who have an attribute's value are as many as its mix says (in a network \
               that may stay empty: unless it is).",
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
    for mix in &network.mix {
        let has = |e: &&EnrolmentIx| problem.enrolment(**e).values.binary_search(&mix.value).is_ok();
        let count = members.iter().filter(has).count() as u64;
        let value = &problem.values()[mix.value.at()];
        let mut say = |limit: String| {
            let (attribute, value) = (&value.attribute, &value.value);
            found.add(RULE, format!("network {} has {count} members with {attribute} {value}, {limit}", network.id));
        };
        if count < u64::from(mix.min) {
            say(format!("fewer than {}", mix.min));
        }
        if let Some(most) = mix.max.filter(|&most| count > u64::from(most)) {
            say(format!("over {most}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::ProblemRecords;
    use crate::problem::records::MixRecord;
    use crate::small::{ALL, broken, records};

    fn mixed(attribute: &str, value: &str, min: Option<i64>, max: Option<i64>) -> ProblemRecords {
        let mut records = records();
        records.enrolments[0].attributes = Some([("size".to_owned(), "small".to_owned())].into());
        let (attribute, value) = (attribute.to_owned(), value.to_owned());
        records.networks[0].mix = Some(vec![MixRecord { attribute, value, min, max }]);
        records
    }

    #[test]
    fn too_few_and_too_many_with_a_value_are_refused() {
        assert_eq!(broken(&mixed("size", "small", Some(1), None), &ALL[1..], &[]), ["A7"]);
        assert_eq!(broken(&mixed("size", "small", None, Some(0)), ALL, &[]), ["A7"]);
        assert!(broken(&mixed("size", "small", Some(1), Some(1)), ALL, &[]).is_empty());
    }

    #[test]
    fn a_region_is_an_attribute() {
        assert_eq!(broken(&mixed("region", "r", None, Some(1)), ALL, &[]), ["A7"]);
        assert!(broken(&mixed("region", "r", Some(2), Some(2)), ALL, &[]).is_empty());
        assert_eq!(broken(&mixed("region", "s", Some(1), None), &ALL[..2], &[]), ["A7"]);
    }

    #[test]
    fn a_network_that_stays_empty_needs_no_mix() {
        let mut records = mixed("size", "small", Some(1), None);
        (records.networks[0].may_stay_empty, records.networks[0].min_members) = (Some(true), 0);
        assert!(broken(&records, &[], &[]).is_empty());
        records.networks[0].may_stay_empty = None;
        assert_eq!(broken(&records, &[], &[]), ["A7"]);
    }
}
