//! travel: person-km. Every member comes to every hosting of the other hosting members and goes home again,
//! whether or not it attends in the end; as many times as hostings are wanted.

use crate::facts::Facts;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let problem = facts.problem;
    let mut person_km = 0.0;
    for members in &facts.members {
        for &host in members.iter().filter(|&&host| problem.hosts(host)) {
            for &guest in members.iter().filter(|&&guest| guest != host) {
                let km = problem.km(problem.enrolment(guest).municipality, problem.enrolment(host).municipality);
                person_km += 2.0 * km * f64::from(problem.enrolment(guest).delegates);
            }
        }
    }
    person_km * f64::from(problem.hostings_wanted())
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
