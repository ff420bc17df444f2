//! undesired: delegates who take part, hosting too, on a day that is undesired for their municipality.

use crate::facts::Facts;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let mut delegates = 0u64;
    for held in &facts.held {
        // All guests named, also one that V4 refuses: the figure then is what such a plan states.
        for &e in std::iter::once(&held.visit.host).chain(&held.visit.guests) {
            if facts.problem.home(e).undesired.contains(held.visit.day) {
                delegates += u64::from(facts.problem.enrolment(e).delegates);
            }
        }
    }
    delegates as f64
}

#[cfg(test)]
mod tests {
    use crate::small::{self, ALL};

    #[test]
    fn counts_host_and_guests_to_whom_the_day_is_undesired() {
        let mut records = small::records();
        for town in [0, 2] {
            records.municipalities[town].undesired = Some(vec!["2024-01-02".into()]);
        }
        let report = small::report(&records, ALL, &[("n", "a", "2024-01-02", &["b", "c"])]);
        assert_eq!(report.cost.by_measure().undesired, (1.0 + 3.0) * 50.0);
    }
}
