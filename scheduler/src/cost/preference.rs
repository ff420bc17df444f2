//! preference: per assigned enrolment, 0 without wishes, else what the rank of its network costs, or `unlisted`.

use crate::facts::Facts;

pub(super) fn measure(facts: &Facts<'_>) -> f64 {
    let networks = facts.networks();
    let costs = networks.flat_map(|(n, members)| members.iter().map(move |&e| facts.problem.preference_cost(e, n)));
    costs.sum()
}

#[cfg(test)]
mod tests {
    use crate::small;

    #[test]
    fn the_last_rank_serves_all_later_wishes_and_no_wish_costs_nothing() {
        let mut records = small::two_networks();
        records.preference_costs =
            Some(crate::problem::records::PreferenceCostsRecord { by_rank: Some(vec![2.0]), unlisted: Some(7.0) });
        records.enrolments[0].preferences = Some(vec!["m".into(), "n".into()]);
        records.enrolments[1].preferences = Some(vec!["m".into()]);
        let report = small::report(&records, small::ALL, &[]);
        assert_eq!(report.cost.by_measure().preference, (2.0 + 7.0 + 0.0) * 500.0);
    }
}
