//! V9. For two enrolments of a network, the visits of one to the other and of the other to the one are at least
//! `min_return_days` apart.

use std::collections::BTreeMap;

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{Day, EnrolmentIx};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::V9,
    sentence: "For two enrolments of a network, the visits of one to the other and of the other to the one are at \
               least min_return_days apart.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let least = facts.problem.visits().min_return_days;
    if least == 0 {
        return;
    }
    // By pair, the smaller index first: each day, and whether the smaller one travelled.
    let mut trips: BTreeMap<(EnrolmentIx, EnrolmentIx), Vec<(Day, bool)>> = BTreeMap::new();
    for held in &facts.held {
        let host = held.visit.host;
        for &guest in &held.guests {
            let pair = (guest.min(host), guest.max(host));
            trips.entry(pair).or_default().push((held.visit.day, guest < host));
        }
    }
    for (pair, mut days) in trips {
        days.sort_unstable();
        // Sorted by day, the closest trip there and back are neighbours.
        let there_and_back = days.windows(2).filter(|two| two[0].1 != two[1].1);
        let closest = there_and_back.map(|two| two[1].0.number() - two[0].0.number()).min();
        if let Some(gap) = closest.filter(|&gap| i64::from(gap) < i64::from(least)) {
            let [a, b] = [pair.0, pair.1].map(|e| &facts.problem.enrolment(e).id);
            found.add(RULE, format!("{a} and {b} visit each other {gap} days apart, fewer than {least}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::records::VisitsRecord;
    use crate::small::{ALL, Visit, broken, records};

    #[test]
    fn a_return_visit_too_soon_is_refused() {
        let mut records = records();
        let visits: [Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b"]), ("n", "b", "2024-01-05", &["a", "c"])];
        records.visits = Some(VisitsRecord { min_return_days: Some(3), ..Default::default() });
        assert!(broken(&records, ALL, &visits).is_empty());
        records.visits = Some(VisitsRecord { min_return_days: Some(4), ..Default::default() });
        assert_eq!(broken(&records, ALL, &visits), ["V9"]);
    }
}
