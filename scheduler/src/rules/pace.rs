//! V5. An enrolment takes part in at most one visit a day. Hard pace: in no run of `window_days` calendar days inside
//! the programme (start of the first round to end of the last; a longer window is cut to that) does it take part in
//! more than `max_visits`. Hosting counts as taking part.

use super::{Rule, RuleCode, Violations};
use crate::facts::{Facts, excess};
use crate::problem::EnrolmentIx;

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::V5,
    sentence: "An enrolment takes part in at most one visit a day. Hard pace: in no run of window_days calendar \
               days inside the programme (start of the first round to end of the last; a longer window is cut to \
               that) does it take part in more than max_visits. Hosting counts as taking part.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    for (e, days) in facts.days.iter().enumerate() {
        let id = &facts.problem.enrolment(EnrolmentIx::new(e)).id;
        for same in days.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
            found.add(RULE, format!("enrolment {id} takes part in {} visits on {}", same.len(), same[0]));
        }
        for pace in facts.problem.visits().pace.iter().filter(|pace| pace.penalty.is_none()) {
            let (window, most) = (pace.window_days, pace.max_visits);
            if excess(facts.problem, days, window, most) > 0 {
                found.add(RULE, format!("enrolment {id} takes part in more than {most} visits in {window} days"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::records::{PaceRecord, VisitsRecord};
    use crate::small::{ALL, Visit, broken, records};

    #[test]
    fn two_visits_on_one_day_are_refused() {
        let visits: [Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b"]), ("n", "c", "2024-01-02", &["b"])];
        assert_eq!(broken(&records(), ALL, &visits), ["V5"]);
    }

    #[test]
    fn more_visits_than_the_hard_pace_allows_are_refused() {
        let mut records = records();
        let pace = |penalty| vec![PaceRecord { window_days: 3, max_visits: None, penalty }];
        let visits: [Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b"]), ("n", "c", "2024-01-04", &["b"])];
        records.visits = Some(VisitsRecord { pace: Some(pace(None)), ..Default::default() });
        assert_eq!(broken(&records, ALL, &visits), ["V5"]);
        records.visits = Some(VisitsRecord { pace: Some(pace(Some(5.0))), ..Default::default() });
        assert!(broken(&records, ALL, &visits).is_empty());
    }
}
