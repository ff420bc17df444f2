//! extra_visit: visits beyond the first of each hosting.

use crate::facts::Facts;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    (facts.held.len() - facts.hostings.len()) as f64
}

#[cfg(test)]
mod tests {
    use crate::small::{self, ALL};

    #[test]
    fn a_hosting_of_three_visits_has_two_extra() {
        let visits: [small::Visit<'_>; 4] = [
            ("n", "a", "2024-01-02", &["b"]),
            ("n", "a", "2024-01-03", &["c"]),
            ("n", "a", "2024-01-04", &["c"]),
            ("n", "b", "2024-01-05", &["a"]),
        ];
        assert_eq!(small::report(&small::records(), ALL, &visits).cost.by_measure().extra_visit, 2.0 * 500.0);
    }
}
