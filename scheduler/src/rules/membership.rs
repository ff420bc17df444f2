//! A1. An enrolment is in at most one network; the network is of its track, not excluded, the fixed one if one is
//! fixed, and open to its region.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::A1,
    sentence: "An enrolment is in at most one network; the network is of its track, not excluded, the fixed one if \
               one is fixed, and open to its region.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for (n, members) in facts.networks() {
        for &e in members.iter().filter(|&&e| !facts.problem.eligible(e, n)) {
            let (enrolment, network) = (facts.problem.enrolment(e), facts.problem.network(n));
            let why = if enrolment.track != network.track {
                "it is of another track"
            } else if enrolment.fixed.is_some_and(|fixed| fixed != n) {
                "another is fixed for it"
            } else if enrolment.excluded.contains(&n) {
                "it is excluded"
            } else {
                "it is not open to its region"
            };
            found.add(RULE, format!("enrolment {} may not be in network {}: {why}", enrolment.id, network.id));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::records::TrackRecord;
    use crate::small::{broken, records, two_networks};

    #[test]
    fn an_excluded_network_is_refused() {
        let mut records = records();
        records.enrolments[0].excluded = Some(vec!["n".into()]);
        assert_eq!(broken(&records, &[("a", "n")], &[]), ["A1"]);
    }

    #[test]
    fn another_network_than_the_fixed_one_is_refused() {
        let mut records = two_networks();
        records.enrolments[0].fixed = Some("m".into());
        assert_eq!(broken(&records, &[("a", "n")], &[]), ["A1"]);
        assert!(broken(&records, &[("a", "m"), ("b", "n")], &[]).is_empty());
    }

    #[test]
    fn a_network_closed_to_the_region_is_refused() {
        let mut records = records();
        records.networks[0].allowed_regions = Some(vec!["r".into()]);
        assert_eq!(broken(&records, &[("c", "n")], &[]), ["A1"]);
        assert!(broken(&records, &[("a", "n")], &[]).is_empty());
    }

    #[test]
    fn a_network_of_another_track_is_refused() {
        let mut records = records();
        records.tracks = Some(["t", "u"].map(|id| TrackRecord { id: id.into(), ..Default::default() }).to_vec());
        records.networks[0].track = Some("u".into());
        for enrolment in &mut records.enrolments {
            enrolment.track = Some("t".into());
        }
        records.enrolments[1].track = Some("u".into());
        assert_eq!(broken(&records, &[("a", "n"), ("b", "n")], &[]), ["A1"]);
    }

    #[test]
    fn two_networks_for_one_enrolment_are_refused() {
        assert_eq!(broken(&two_networks(), &[("a", "n"), ("a", "n")], &[]), ["A1"]);
    }
}
