//! V3. A visit has at least one guest, and its guests' delegates are at most the host's capacity.

use super::place_and_day::label;
use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{EnrolmentIx, Problem};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::V3,
    sentence: "A visit has at least one guest, and its guests' delegates are at most the host's capacity.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for held in &facts.held {
        let label = || label(facts.problem, held.visit);
        if held.visit.guests.is_empty() {
            found.add(RULE, format!("{}: no guests", label()));
        }
        if let Some((persons, room)) = too_many(facts.problem, held.visit.host, &held.guests) {
            found.add(RULE, format!("{}: {persons} persons come, more than the {room} that fit", label()));
        }
    }
}

/// How many persons these guests of a visit are, and how many fit, where those are fewer.
pub(crate) fn too_many(problem: &Problem, host: EnrolmentIx, guests: &[EnrolmentIx]) -> Option<(u64, u32)> {
    let persons: u64 = guests.iter().map(|&e| u64::from(problem.enrolment(e).delegates)).sum();
    problem.home(host).host_capacity.filter(|&room| persons > u64::from(room)).map(|room| (persons, room))
}

#[cfg(test)]
mod tests {
    use crate::small::{ALL, broken, records};

    #[test]
    fn a_visit_without_guests_is_refused() {
        assert_eq!(broken(&records(), ALL, &[("n", "a", "2024-01-02", &[])]), ["V3"]);
    }

    #[test]
    fn more_persons_than_fit_are_refused() {
        let mut records = records();
        records.municipalities[0].host_capacity = Some(4);
        assert_eq!(broken(&records, ALL, &[("n", "a", "2024-01-02", &["b", "c"])]), ["V3"]);
        assert!(broken(&records, ALL, &[("n", "a", "2024-01-02", &["c"])]).is_empty());
    }
}
