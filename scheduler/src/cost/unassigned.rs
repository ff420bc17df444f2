//! unassigned: enrolments without a network, of tracks that are in networks.

use crate::facts::Facts;
use crate::problem::EnrolmentIx;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let placed = facts.plan.network_of.iter().enumerate().map(|(e, network)| (EnrolmentIx::new(e), network));
    placed.filter(|&(e, network)| network.is_none() && facts.problem.wants_network(e)).count() as f64
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
