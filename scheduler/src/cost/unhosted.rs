//! unhosted: hostings not held by hosting members, in networks of two or more; where they take turns, rounds without a
//! hosting; none without rounds.

use crate::facts::Facts;
use crate::problem::{Hosting, NetworkIx};

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let in_turn = |n: NetworkIx| facts.hosting(n) == Hosting::Rotate;
    let missing = facts.hostings_due().filter(|(n, key)| !in_turn(*n) && !facts.hostings.contains_key(key)).count();
    (missing + facts.rounds_missed().count()) as f64
}

#[cfg(test)]
mod tests {
    use crate::problem::records::{RoundRecord, VisitsRecord};
    use crate::problem::{Hosting, ProblemRecords};
    use crate::small::{self, ALL};

    fn unhosted(records: &ProblemRecords, assignments: &[(&str, &str)], visits: &[small::Visit<'_>]) -> f64 {
        small::report(records, assignments, visits).cost.by_measure().unhosted / 20_000.0
    }

    #[test]
    fn counts_the_hostings_that_are_not_held() {
        let mut records = small::records();
        assert_eq!(unhosted(&records, ALL, &[("n", "a", "2024-01-02", &["b"])]), 2.0);
        records.municipalities[2].can_host = Some(false);
        assert_eq!(unhosted(&records, ALL, &[("n", "a", "2024-01-02", &["b"])]), 1.0);
    }

    #[test]
    fn a_network_of_one_wants_no_hosting() {
        assert_eq!(unhosted(&small::records(), &[("a", "n")], &[]), 0.0);
    }

    #[test]
    fn each_round_wants_its_own() {
        let mut records = small::records();
        let second = ("2024-02-01".to_owned(), "2024-02-09".to_owned());
        let rounds = records.rounds.as_mut().unwrap();
        rounds.push(RoundRecord { id: "r2".into(), name: None, start: second.0, end: second.1 });
        records.visits = Some(VisitsRecord { hosting: Some(Hosting::EachRound), ..Default::default() });
        assert_eq!(unhosted(&records, ALL, &[("n", "a", "2024-01-02", &["b"])]), 5.0);
    }

    #[test]
    fn without_rounds_nothing_is_unhosted() {
        let records = ProblemRecords { rounds: None, ..small::records() };
        assert_eq!(unhosted(&records, ALL, &[]), 0.0);
    }
}
