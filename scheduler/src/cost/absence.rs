//! absence: delegates of members who miss a hosting that is held.

use crate::facts::Facts;
use crate::problem::EnrolmentIx;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let delegates = |e: &EnrolmentIx| u64::from(facts.problem.enrolment(*e).delegates);
    let all: Vec<u64> = facts.members.iter().map(|members| members.iter().map(delegates).sum()).collect();
    let held = facts.hostings_due().filter(|(_, key)| facts.hostings.contains_key(key));
    let missing = held.map(|(network, key)| {
        let came: u64 = facts.came(key).iter().map(delegates).sum();
        all[network.at()] - delegates(&key.0) - came
    });
    missing.sum::<u64>() as f64
}

#[cfg(test)]
mod tests {
    use crate::small::{self, ALL};

    #[test]
    fn counts_the_delegates_who_miss_a_hosting_that_is_held() {
        let report = small::report(&small::records(), ALL, &[("n", "a", "2024-01-02", &["b"])]);
        assert_eq!(report.cost.by_measure().absence, 3.0 * 1_000.0); // c's; nobody misses what is not held
    }
}
