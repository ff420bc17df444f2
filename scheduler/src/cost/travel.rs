//! travel: person-km. Every member comes to every hosting of the other hosting members and goes home again,
//! whether or not it attends in the end; as many times as each hosts, on average where they take turns.

use std::collections::BTreeMap;

use crate::facts::Facts;
use crate::problem::{EnrolmentIx, MunicipalityIx, NetworkIx, Problem};

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let problem = facts.problem;
    let of_network = |(n, members): (NetworkIx, &[EnrolmentIx])| {
        let hosts = members.iter().filter(|&&e| problem.hosts(e)).count();
        to_and_fro(problem, members) * problem.hostings_each(problem.network(n).track, hosts)
    };
    facts.networks().map(of_network).sum()
}

/// Person-km of a network's members to one hosting of each that hosts. Enrolments of one municipality are 0 km apart
/// and travel alike, so that a plan that puts thousands of them into one network is judged as fast as any.
pub(crate) fn to_and_fro(problem: &Problem, members: &[EnrolmentIx]) -> f64 {
    let mut towns: BTreeMap<MunicipalityIx, (f64, f64)> = BTreeMap::new(); // delegates, and enrolments that host
    for &e in members {
        let enrolment = problem.enrolment(e);
        let (delegates, hosts) = towns.entry(enrolment.municipality).or_default();
        *delegates += f64::from(enrolment.delegates);
        *hosts += f64::from(u8::from(problem.hosts(e)));
    }
    let hosts: Vec<(MunicipalityIx, f64)> =
        towns.iter().filter(|(_, town)| town.1 > 0.0).map(|(&town, &(_, hosts))| (town, hosts)).collect();
    let to_all = |(&town, &(delegates, _)): (&MunicipalityIx, &(f64, f64))| -> f64 {
        hosts.iter().map(|&(host, times)| 2.0 * problem.km(town, host) * delegates * times).sum()
    };
    towns.iter().map(to_all).sum()
}

#[cfg(test)]
mod tests {
    use crate::problem::ProblemRecords;
    use crate::small::{self, ALL};

    #[test]
    fn counts_both_ways_for_every_delegate_to_every_host() {
        let to_a = 2.0 * 10.0 + 3.0 * 20.0;
        let to_b = 1.0 * 10.0 + 3.0 * 10.0;
        let to_c = 1.0 * 20.0 + 2.0 * 10.0;
        let mut records = small::records();
        assert_eq!(small::report(&records, ALL, &[]).cost.by_measure().travel, 2.0 * (to_a + to_b + to_c));
        records.municipalities[2].can_host = Some(false);
        assert_eq!(small::report(&records, ALL, &[]).cost.by_measure().travel, 2.0 * (to_a + to_b));
    }

    #[test]
    fn counts_without_rounds_too() {
        let records = ProblemRecords { rounds: None, ..small::records() };
        assert_eq!(small::report(&records, &[("a", "n"), ("b", "n")], &[]).cost.by_measure().travel, 60.0);
    }
}
