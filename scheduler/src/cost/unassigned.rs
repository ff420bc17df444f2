//! unassigned: enrolments without a network.

use crate::facts::Facts;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    facts.plan.network_of.iter().filter(|network| network.is_none()).count() as f64
}

#[cfg(test)]
mod tests {
    use crate::small;

    #[test]
    fn counts_those_without_a_network() {
        let report = small::report(&small::records(), &[("a", "n")], &[]);
        assert_eq!(report.cost.by_measure().unassigned, 2.0 * 100_000.0);
    }
}
