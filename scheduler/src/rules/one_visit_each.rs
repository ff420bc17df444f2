//! V8. A guest visits a host at most once per hosting.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule = Rule { code: RuleCode::V8, sentence: "A guest visits a host at most once per hosting." };

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for &key in facts.hostings.keys() {
        let mut guests: Vec<_> = facts.visits_of(key).flat_map(|held| &held.guests).collect();
        guests.sort_unstable();
        for same in guests.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
            let [guest, host] = [*same[0], key.0].map(|e| &facts.problem.enrolment(e).id);
            found.add(RULE, format!("guest {guest} visits {host} {} times in one hosting", same.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::small::{ALL, Visit, broken, records};

    #[test]
    fn a_second_visit_of_a_guest_is_refused() {
        let visits: [Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b"]), ("n", "a", "2024-01-03", &["b", "c"])];
        assert_eq!(broken(&records(), ALL, &visits), ["V8"]);
    }
}
