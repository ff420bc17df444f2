//! V1. A visit is on an open day of a round of its track; its host is a member of the network.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::plan::Visit;
use crate::problem::Problem;

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::V1,
    sentence: "A visit is on an open day of a round of its track; its host is a member of the network.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for visit in &facts.plan.visits {
        let label = || label(facts.problem, visit);
        if facts.plan.network_of[visit.host.at()] != Some(visit.network) {
            found.add(RULE, format!("{}: the host is not a member", label()));
        } else if facts.problem.round_for(facts.problem.network(visit.network).track, visit.day).is_none() {
            found.add(RULE, format!("{}: not an open day of a round of its track", label()));
        }
    }
}

/// How a violation names a visit.
pub(super) fn label(problem: &Problem, visit: &Visit) -> String {
    format!("visit of {} to {} on {}", problem.network(visit.network).id, problem.enrolment(visit.host).id, visit.day)
}

#[cfg(test)]
mod tests {
    use crate::problem::records::CalendarRecord;
    use crate::small::{ALL, broken, records, two_networks};

    #[test]
    fn days_outside_rounds_weekends_and_closed_days_are_refused() {
        let mut records = records();
        records.calendar = Some(CalendarRecord { weekdays: None, closed: Some(vec!["2024-01-02".into()]) });
        for day in ["2023-12-29", "2024-01-02", "2024-01-06", "2024-01-15"] {
            assert_eq!(broken(&records, ALL, &[("n", "a", day, &["b"])]), ["V1"], "{day}");
        }
        assert!(broken(&records, ALL, &[("n", "a", "2024-01-03", &["b"])]).is_empty());
    }

    #[test]
    fn a_host_from_elsewhere_is_refused() {
        let assignments = [("a", "m"), ("b", "n"), ("c", "n")];
        assert_eq!(broken(&two_networks(), &assignments, &[("n", "a", "2024-01-02", &["b"])]), ["V1"]);
    }
}
