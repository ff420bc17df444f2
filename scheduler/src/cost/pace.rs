//! pace: for each enrolment and each soft pace rule, penalty × the visits too many, summed over all windows.

use crate::facts::{Facts, excess};

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let mut sum = 0.0;
    for pace in &facts.problem.visits().pace {
        let Some(penalty) = pace.penalty else { continue };
        for days in &facts.days {
            sum += penalty * excess(facts.problem, days, pace.window_days, pace.max_visits) as f64;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use crate::problem::records::{PaceRecord, VisitsRecord};
    use crate::small::{self, ALL};

    #[test]
    fn every_window_with_a_visit_too_many_costs_the_penalty() {
        let mut records = small::records();
        let soft = PaceRecord { window_days: 3, max_visits: None, penalty: Some(5.0) };
        records.visits = Some(VisitsRecord { pace: Some(vec![soft]), ..Default::default() });
        let visits: [small::Visit<'_>; 2] = [("n", "a", "2024-01-04", &["b"]), ("n", "b", "2024-01-05", &["a"])];
        let report = small::report(&records, ALL, &visits);
        assert_eq!(report.cost.by_measure().pace, 2.0 * 2.0 * 5.0); // two windows of three days, for a and for b
    }
}
