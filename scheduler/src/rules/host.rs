//! V2. The host can host (municipality and day), and a municipality hosts at most one visit a day, over all its
//! tracks.

use super::place_and_day::label;
use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::V2,
    sentence: "The host can host (municipality and day), and a municipality hosts at most one visit a day, over all \
               its tracks.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let problem = facts.problem;
    let mut by_day = Vec::with_capacity(facts.held.len());
    for visit in facts.held.iter().map(|held| held.visit) {
        if !problem.hosts(visit.host) {
            found.add(RULE, format!("{}: the host does not host", label(problem, visit)));
        }
        if problem.home(visit.host).cannot_host.contains(visit.day) {
            found.add(RULE, format!("{}: the host cannot host that day", label(problem, visit)));
        }
        by_day.push((problem.enrolment(visit.host).municipality, visit.day));
    }
    by_day.sort_unstable();
    for same in by_day.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
        let (town, day) = (&problem.municipality(same[0].0).id, same[0].1);
        found.add(RULE, format!("municipality {town} hosts {} visits on {day}", same.len()));
    }
}

#[cfg(test)]
mod tests {
    use crate::small::{ALL, broken, records, two_networks};

    const VISIT: crate::small::Visit<'_> = ("n", "a", "2024-01-02", &["b"]);

    #[test]
    fn who_does_not_host_at_all_or_on_that_day_is_refused() {
        let mut never = records();
        never.municipalities[0].can_host = Some(false);
        let mut not_then = records();
        not_then.municipalities[0].cannot_host_on = Some(vec!["2024-01-02".into()]);
        let mut away = records();
        away.municipalities[0].unavailable = Some(vec!["2024-01-02".into()]);
        for records in [never, not_then, away] {
            assert_eq!(broken(&records, ALL, &[VISIT]), ["V2"]);
        }
    }

    #[test]
    fn one_municipality_hosts_one_visit_a_day_over_all_its_networks() {
        let mut records = two_networks();
        records.enrolments[2].municipality = "A".into();
        records
            .enrolments
            .push(crate::problem::records::EnrolmentRecord { id: "d".into(), ..records.enrolments[1].clone() });
        let assignments = [("a", "n"), ("b", "n"), ("c", "m"), ("d", "m")];
        assert_eq!(broken(&records, &assignments, &[VISIT, ("m", "c", "2024-01-02", &["d"])]), ["V2"]);
        assert!(broken(&records, &assignments, &[VISIT, ("m", "d", "2024-01-02", &["c"])]).is_empty());
    }
}
