//! What counting refutes before any search: networks of a track that need more together than there is. A plan of such a
//! problem ends `infeasible`; here it is told with the numbers, and where to change them.

use std::collections::HashMap;

use crate::assignment;
use crate::infeasibility::{self, Refuted};
use crate::problem::{Faults, ProblemRecords};
use crate::steering::Task;

/// What counting refutes in a problem: with a pointer into its records, a stable code, both numbers and a remedy. Whatever is
/// told is proved, no plan honours it; where nothing is told there may be no plan all the same. Nothing is told of records
/// that contradict each other.
pub fn counted(records: &ProblemRecords) -> Faults {
    let mut found = Faults::default();
    let Ok(problem) = Task::new(records) else { return found };
    let refuted = assignment::refuted(&problem);
    if refuted.is_empty() {
        return found;
    }
    let networks: HashMap<&str, usize> =
        records.networks.iter().enumerate().map(|(at, network)| (network.id.as_str(), at)).collect();
    for refuted in refuted {
        let pointer = match refuted.networks.as_slice() {
            [one] => {
                let at = networks.get(problem.network(*one).id.as_str()).copied().unwrap_or_default();
                format!("/networks/{at}/{}", refuted.field())
            }
            _ => of_track(records, &problem, &refuted),
        };
        let detail = format!(
            "{}: {}",
            infeasibility::english::refuted(&problem, &refuted),
            infeasibility::english::remedy(&refuted)
        );
        found.add(pointer, refuted.code(), detail);
    }
    found
}

/// Where the track stands whose networks are meant.
fn of_track(records: &ProblemRecords, problem: &Task, refuted: &Refuted) -> String {
    let id = &problem.tracks()[refuted.track.at()].id;
    let at = records.tracks.iter().flatten().position(|track| track.id == *id);
    at.map_or_else(|| "/networks".to_owned(), |at| format!("/tracks/{at}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::records::*;
    use crate::small::two_networks;

    /// Pointer, code and words of what is refuted of two networks that must have members.
    fn told(change: impl FnOnce(&mut ProblemRecords)) -> Vec<(String, &'static str, String)> {
        let mut records = two_networks();
        records.networks.iter_mut().for_each(|network| network.may_stay_empty = None);
        change(&mut records);
        counted(&records).into_iter().map(|one| (one.pointer, one.code, one.detail)).collect()
    }

    fn one(pointer: &str, code: &'static str, detail: &str) -> Vec<(String, &'static str, String)> {
        vec![(pointer.to_owned(), code, detail.to_owned())]
    }

    #[test]
    fn what_can_be_honoured_is_not_refuted() {
        assert!(told(|_| ()).is_empty());
    }

    #[test]
    fn networks_need_more_members_than_are_enrolled() {
        let found = told(|r| r.networks.iter_mut().for_each(|network| network.min_members = 2));
        let detail = "2 networks of track main (m, n) need 4 members, 3 are enrolled: lower min_members by 1 in all, let \
                      one of them stay empty, or enrol 1 more";
        assert_eq!(found, one("/networks", "too_few_enrolled", detail));
    }

    #[test]
    fn networks_need_more_delegates_than_are_enrolled() {
        let found = told(|r| r.networks.iter_mut().for_each(|network| network.min_delegates = Some(4)));
        let detail = "2 networks of track main (m, n) need 8 delegates, 6 are enrolled: lower min_delegates by 2 in all, \
                      let one of them stay empty, or enrol 2 delegates more";
        assert_eq!(found, one("/networks", "too_few_delegates", detail));
    }

    #[test]
    fn two_networks_that_only_one_municipality_can_get_into() {
        let found = told(|r| r.networks.iter_mut().for_each(|n| n.allowed_regions = Some(vec!["s".into()])));
        let detail = "2 networks of track main (m, n) need 2 members, 1 can get in at most: lower min_members by 1 in all, \
                      let one of them stay empty, or open them to more enrolments";
        assert_eq!(found, one("/networks", "too_few_enrolled", detail));
    }

    #[test]
    fn a_network_takes_too_few_of_a_region() {
        let found = told(|r| {
            r.networks.pop();
            (r.networks[0].min_members, r.networks[0].max_members_per_region) = (3, Some(1));
        });
        let detail = "network n needs 3 members, 2 can get in at most, with so many of each region: lower min_members by 1, \
                      let it stay empty, or open it to more enrolments";
        assert_eq!(found, one("/networks/0/min_members", "too_few_enrolled", detail));
    }

    #[test]
    fn networks_must_span_regions_that_are_not_there_for_all() {
        let found = told(|r| r.networks.iter_mut().for_each(|network| network.min_regions = Some(2)));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0.as_str(), found[0].1), ("/networks", "too_few_regions"));
        assert!(found[0].2.contains("need 4 members for their sizes and regions, 3 can get in at most"), "{found:?}");
    }

    #[test]
    fn the_fewest_members_bring_more_delegates_than_are_taken() {
        let found = told(|r| {
            (r.networks[0].min_members, r.networks[0].max_delegates) = (2, Some(3));
            (r.networks[1].min_members, r.networks[1].max_delegates) = (1, Some(2));
        });
        let detail = "2 networks of track main (m, n) take 5 delegates, and the fewest members bring 6: raise max_delegates \
                      by 1 in all, or lower min_members";
        assert_eq!(found, one("/networks", "too_many_delegates", detail));
    }

    #[test]
    fn members_that_lie_too_far_apart_are_counted() {
        let found = told(|r| {
            r.networks.pop();
            (r.networks[0].min_members, r.networks[0].max_distance_km) = (3, Some(10.0));
        });
        let detail = "network n needs 3 members and at most 2 lie near enough and may share a network: lower min_members by \
                      1, let it stay empty, or raise max_distance_km";
        assert_eq!(found, one("/networks/0/min_members", "too_far_apart", detail));
    }

    #[test]
    fn records_that_contradict_each_other_are_not_counted() {
        assert!(told(|r| r.networks.iter_mut().for_each(|network| network.min_members = 9)).is_empty());
    }

    #[test]
    fn each_track_is_told_by_itself() {
        let found = told(|r| {
            r.tracks = Some(
                ["t", "u"]
                    .map(|id| TrackRecord { id: id.into(), name: Some(id.to_uppercase()), ..Default::default() })
                    .to_vec(),
            );
            r.networks.iter_mut().for_each(|network| (network.track, network.min_members) = (Some("u".into()), 2));
            r.enrolments.iter_mut().for_each(|enrolment| enrolment.track = Some("u".into()));
        });
        assert_eq!((found[0].0.as_str(), found[0].1), ("/tracks/1", "too_few_enrolled"));
        assert!(found[0].2.starts_with("2 networks of track U (u) (m, n) need 4 members"), "{found:?}");
    }
}
