//! Whether what was proved of a problem's assignments holds for a problem that it was changed into.

use crate::problem::ProblemRecords;
use crate::problem::records::{EnrolmentRecord, MunicipalityRecord, NetworkRecord, PairRuleRecord};

/// Whether every assignment of the problem after is one of the problem before, at the same cost: then a lower bound on
/// the assignment's cost is one after as it was before. `false` where that is not plain.
pub fn still_holds(before: &ProblemRecords, after: &ProblemRecords) -> bool {
    let same_rounds = before.rounds.as_ref().map(Vec::len) == after.rounds.as_ref().map(Vec::len);
    let hosting = |records: &ProblemRecords| records.visits.as_ref().and_then(|visits| visits.hosting);
    let eased = ProblemRecords {
        name: before.name.clone(),
        regions: before.regions.clone(),
        municipalities: pairs(&before.municipalities, &after.municipalities, |m| &m.id, municipality),
        networks: pairs(&before.networks, &after.networks, |n| &n.id, network),
        enrolments: pairs(&before.enrolments, &after.enrolments, |e| &e.id, enrolment),
        pair_rules: rules(before.pair_rules.as_deref(), after.pair_rules.as_deref()),
        rounds: before.rounds.clone(),
        calendar: before.calendar.clone(),
        visits: before.visits.clone(),
        ..after.clone()
    };
    same_rounds && hosting(before) == hosting(after) && before.regions.len() == after.regions.len() && eased == *before
}

/// Records after, each without what can only make assignments fewer, or has nothing to do with them.
fn pairs<T: Clone>(before: &[T], after: &[T], id: fn(&T) -> &String, ease: fn(&T, &T) -> T) -> Vec<T> {
    let ease = |new: &T| before.iter().find(|old| id(old) == id(new)).map_or_else(|| new.clone(), |old| ease(old, new));
    after.iter().map(ease).collect()
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
