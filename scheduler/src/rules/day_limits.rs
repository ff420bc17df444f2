//! V6. At most `max_visits_per_day` visits a day in a region, and in the programme.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;

pub(crate) const RULE: Rule =
    Rule { code: RuleCode::V6, sentence: "At most max_visits_per_day visits a day in a region, and in the programme." };

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let problem = facts.problem;
    let mut in_region: Vec<_> =
        facts.held.iter().map(|held| (problem.home(held.visit.host).region, held.visit.day)).collect();
    in_region.sort_unstable();
    for same in in_region.chunk_by(|a, b| a == b) {
        let (region, day, count) = (&problem.regions()[same[0].0.at()], same[0].1, same.len());
        if let Some(most) = region.max_visits_per_day.filter(|&most| count as u64 > u64::from(most)) {
            found.add(RULE, format!("region {} has {count} visits on {day}, more than {most}", region.id));
        }
    }
    let Some(most) = problem.visits().max_visits_per_day else { return };
    let mut days: Vec<_> = in_region.iter().map(|visit| visit.1).collect();
    days.sort_unstable();
    for same in days.chunk_by(|a, b| a == b).filter(|same| same.len() as u64 > u64::from(most)) {
        found.add(RULE, format!("the programme has {} visits on {}, more than {most}", same.len(), same[0]));
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::records::{EnrolmentRecord, VisitsRecord};
    use crate::small::{Visit, broken, two_networks};

    #[test]
    fn more_visits_a_day_than_region_or_programme_take_are_refused() {
        let mut records = two_networks();
        let again = |id: &str, at: usize| EnrolmentRecord { id: id.into(), ..records.enrolments[at].clone() };
        let second = [again("d", 0), again("e", 1)];
        records.enrolments.extend(second);
        let assignments = [("a", "n"), ("b", "n"), ("d", "m"), ("e", "m")];
        let visits: [Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b"]), ("m", "e", "2024-01-02", &["d"])];
        assert!(broken(&records, &assignments, &visits).is_empty());
        records.regions[0].max_visits_per_day = Some(1);
        assert_eq!(broken(&records, &assignments, &visits), ["V6"]);
        records.regions[0].max_visits_per_day = None;
        records.visits = Some(VisitsRecord { max_visits_per_day: Some(1), ..Default::default() });
        assert_eq!(broken(&records, &assignments, &visits), ["V6"]);
    }
}
