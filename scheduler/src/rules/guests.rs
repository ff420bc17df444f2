//! V4. Guests are other members of the network and are available that day.

use super::place_and_day::label;
use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule =
    Rule { code: RuleCode::V4, sentence: "Guests are other members of the network and are available that day." };

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for visit in facts.held.iter().map(|held| held.visit) {
        for &guest in &visit.guests {
            let wrong = if guest == visit.host || facts.plan.network_of[guest.at()] != Some(visit.network) {
                "is not another member"
            } else if facts.problem.home(guest).unavailable.contains(visit.day) {
                "is unavailable"
            } else {
                continue;
            };
            let (label, id) = (label(facts.problem, visit), &facts.problem.enrolment(guest).id);
            found.add(RULE, format!("{label}: guest {id} {wrong}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::small::{ALL, broken, records};

    #[test]
    fn a_guest_from_outside_and_the_host_itself_are_refused() {
        let two = [("a", "n"), ("b", "n")];
        assert_eq!(broken(&records(), &two, &[("n", "a", "2024-01-02", &["b", "c"])]), ["V4"]);
        assert_eq!(broken(&records(), ALL, &[("n", "a", "2024-01-02", &["a", "b"])]), ["V4"]);
        assert_eq!(broken(&records(), ALL, &[("n", "a", "2024-01-02", &["b", "nobody"])]), ["V4"]);
    }

    #[test]
    fn an_unavailable_guest_is_refused_and_one_who_only_cannot_host_is_not() {
        let mut records = records();
        records.municipalities[1].cannot_host_on = Some(vec!["2024-01-02".into()]);
        assert!(broken(&records, ALL, &[("n", "a", "2024-01-02", &["b"])]).is_empty());
        records.municipalities[1].unavailable = Some(vec!["2024-01-02".into()]);
        assert_eq!(broken(&records, ALL, &[("n", "a", "2024-01-02", &["b"])]), ["V4"]);
    }
}
