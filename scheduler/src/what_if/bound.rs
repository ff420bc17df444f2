//! What was proved of a problem's assignments, for a problem that it was changed into.

use std::collections::HashMap;

use crate::problem::records::{EnrolmentRecord, MunicipalityRecord, NetworkRecord, PairRuleRecord};
use crate::problem::{ProblemRecords, Weights};

/// What a lower bound on the assignment's cost of the problem before proves of the problem after; 0 where that is not plain.
///
/// It proves the same where every assignment after is one before, at the same cost. Where somebody has withdrawn, an
/// assignment after is one before that leaves them out, so that what it costs to leave them out comes off.
pub fn proved_after(before: &ProblemRecords, after: &ProblemRecords, proved: f64) -> f64 {
    let [before, after] = [before, after].map(|records| records.clone().with_tracks_named());
    let (before, after) = (&before, &after);
    let same_rounds = before.rounds.as_ref().map(Vec::len) == after.rounds.as_ref().map(Vec::len);
    let hosting = |records: &ProblemRecords| records.visits.as_ref().and_then(|visits| visits.hosting);
    let (was, now) = (by_id(&before.enrolments, |e| &e.id), by_id(&after.enrolments, |e| &e.id));
    let still = |old: &EnrolmentRecord| now.get(old.id.as_str()).map_or_else(|| old.clone(), |new| enrolment(old, new));
    let kept = before.enrolments.iter().map(still);
    let new = after.enrolments.iter().filter(|new| !was.contains_key(new.id.as_str())).cloned();
    let gone = before.enrolments.iter().filter(|old| !now.contains_key(old.id.as_str())).count();
    let price = after.weights.as_ref().and_then(|weights| weights.unassigned).unwrap_or(Weights::default().unassigned);
    let eased = ProblemRecords {
        name: before.name.clone(),
        regions: before.regions.clone(),
        municipalities: pairs(&before.municipalities, &after.municipalities, |m| &m.id, municipality),
        networks: pairs(&before.networks, &after.networks, |n| &n.id, network),
        enrolments: kept.chain(new).collect(),
        pair_rules: rules(before.pair_rules.as_deref(), after.pair_rules.as_deref()),
        rounds: before.rounds.clone(),
        calendar: before.calendar.clone(),
        visits: before.visits.clone(),
        ..after.clone()
    };
    let holds = same_rounds && hosting(before) == hosting(after) && eased == *before;
    if holds { (proved - price * gone as f64).max(0.0) } else { 0.0 }
}

/// Records after, each without what can only make assignments fewer, or has nothing to do with them.
fn pairs<T: Clone>(before: &[T], after: &[T], id: fn(&T) -> &String, ease: fn(&T, &T) -> T) -> Vec<T> {
    let was = by_id(before, id);
    after.iter().map(|new| was.get(id(new).as_str()).map_or_else(|| new.clone(), |old| ease(old, new))).collect()
}

fn by_id<T>(records: &[T], id: fn(&T) -> &String) -> HashMap<&str, &T> {
    records.iter().map(|record| (id(record).as_str(), record)).collect()
}

fn municipality(old: &MunicipalityRecord, new: &MunicipalityRecord) -> MunicipalityRecord {
    MunicipalityRecord {
        name: old.name.clone(),
        host_capacity: old.host_capacity,
        unavailable: old.unavailable.clone(),
        cannot_host_on: old.cannot_host_on.clone(),
        undesired: old.undesired.clone(),
        ..new.clone()
    }
}

fn network(old: &NetworkRecord, new: &NetworkRecord) -> NetworkRecord {
    let no_more = |old: Option<i64>, new: Option<i64>| match (old, new) {
        (_, None) => None,
        (None, Some(_)) => None,
        (Some(old), Some(new)) => Some(if new <= old { old } else { new }),
    };
    let no_less = |old: Option<i64>, new: Option<i64>| if new.unwrap_or(0) >= old.unwrap_or(0) { old } else { new };
    let open = |network: &NetworkRecord| network.may_stay_empty.unwrap_or(false);
    NetworkRecord {
        name: old.name.clone(),
        min_members: if new.min_members >= old.min_members { old.min_members } else { new.min_members },
        max_members: if new.max_members <= old.max_members { old.max_members } else { new.max_members },
        min_delegates: no_less(old.min_delegates, new.min_delegates),
        max_delegates: no_more(old.max_delegates, new.max_delegates),
        may_stay_empty: if open(old) { old.may_stay_empty } else { new.may_stay_empty },
        ..new.clone()
    }
}

fn enrolment(old: &EnrolmentRecord, new: &EnrolmentRecord) -> EnrolmentRecord {
    let excluded = |record: &EnrolmentRecord| record.excluded.clone().unwrap_or_default();
    let wider = excluded(old).iter().all(|n| excluded(new).contains(n));
    EnrolmentRecord {
        fixed: if old.fixed.is_none() { None } else { new.fixed.clone() },
        excluded: if wider { old.excluded.clone() } else { new.excluded.clone() },
        ..new.clone()
    }
}

fn rules(before: Option<&[PairRuleRecord]>, after: Option<&[PairRuleRecord]>) -> Option<Vec<PairRuleRecord>> {
    let (old, new) = (before.unwrap_or_default(), after.unwrap_or_default());
    let more = old.iter().all(|rule| new.contains(rule));
    if more { before.map(<[_]>::to_vec) } else { after.map(<[_]>::to_vec) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::records::WeightsRecord;
    use crate::small::two_networks;

    #[test]
    fn what_can_only_make_assignments_fewer_leaves_a_bound_as_it_is() {
        let before = two_networks();
        let proved = |change: fn(&mut ProblemRecords)| {
            let mut after = before.clone();
            change(&mut after);
            proved_after(&before, &after, 10.0)
        };
        assert_eq!(proved(|_| {}), 10.0);
        assert_eq!(proved(|after| after.networks[0].max_members = 2), 10.0);
        assert_eq!(proved(|after| after.municipalities[0].host_capacity = Some(1)), 10.0);
        assert_eq!(proved(|after| after.enrolments[0].fixed = Some("m".into())), 10.0);
        assert_eq!(proved(|after| after.enrolments[0].track = Some("main".into())), 10.0, "its default, written out");
        assert_eq!(proved(|after| after.networks[0].max_members = 6), 0.0);
        assert_eq!(proved(|after| after.enrolments[0].delegates = 2), 0.0);
        let newcomer = EnrolmentRecord { id: "d".into(), ..before.enrolments[0].clone() };
        let joined =
            ProblemRecords { enrolments: [before.enrolments.clone(), vec![newcomer]].concat(), ..before.clone() };
        assert_eq!(proved_after(&before, &joined, 10.0), 0.0);
    }

    #[test]
    fn whoever_withdraws_takes_what_leaving_them_out_costs() {
        let mut before = two_networks();
        before.weights = Some(WeightsRecord { unassigned: Some(3.0), ..Default::default() });
        let without = |ids: &[&str]| {
            let mut after = before.clone();
            after.enrolments.retain(|e| !ids.contains(&e.id.as_str()));
            proved_after(&before, &after, 5.0)
        };
        assert_eq!(without(&["b"]), 2.0);
        assert_eq!(without(&["a", "c"]), 0.0, "less than nothing is proved of no plan");
    }
}
