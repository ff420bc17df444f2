//! A6. `apart`: the two never share a network. `together`: in every track in which both have an assigned enrolment,
//! they share a network (one is enough, where they have several).

use std::collections::HashMap;

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{EnrolmentIx, MunicipalityIx, NetworkIx, TrackIx};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::A6,
    sentence: "apart: the two never share a network. together: in every track in which both have an assigned \
               enrolment, they share a network (one is enough, where they have several).",
};

/// The networks of a municipality, each with the track of the enrolment that is in it.
type Places = HashMap<MunicipalityIx, Vec<(TrackIx, NetworkIx)>>;

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    let problem = facts.problem;
    let mut places = Places::new();
    for (e, network) in facts.plan.network_of.iter().enumerate() {
        let enrolment = problem.enrolment(EnrolmentIx::new(e));
        places.entry(enrolment.municipality).or_default().extend(network.map(|n| (enrolment.track, n)));
    }
    let mut say = |what: &str, track: TrackIx, pair: &(MunicipalityIx, MunicipalityIx)| {
        let [a, b] = [pair.0, pair.1].map(|town| &problem.municipality(town).id);
        found.add(RULE, format!("{a} and {b} {what} of track {}", problem.tracks()[track.at()].id));
    };
    for pair in problem.apart() {
        shared_tracks(&places, pair)
            .into_iter()
            .filter(|one| one.1)
            .for_each(|one| say("share a network", one.0, pair));
    }
    for pair in problem.together() {
        shared_tracks(&places, pair)
            .into_iter()
            .filter(|one| !one.1)
            .for_each(|one| say("share no network", one.0, pair));
    }
}

/// The tracks in which both have a place, and whether they share a network there.
fn shared_tracks(places: &Places, pair: &(MunicipalityIx, MunicipalityIx)) -> Vec<(TrackIx, bool)> {
    let (Some(of_a), Some(of_b)) = (places.get(&pair.0), places.get(&pair.1)) else { return Vec::new() };
    let mut tracks: Vec<TrackIx> = of_a.iter().map(|place| place.0).collect();
    tracks.sort_unstable();
    tracks.dedup();
    tracks.retain(|track| of_b.iter().any(|place| place.0 == *track));
    let shared = |track: TrackIx| of_a.iter().any(|place| place.0 == track && of_b.contains(place));
    tracks.into_iter().map(|track| (track, shared(track))).collect()
}

#[cfg(test)]
mod tests {
    use crate::problem::records::{PairKind, PairRuleRecord};
    use crate::small::{broken, two_networks};

    fn with(kind: PairKind) -> crate::problem::ProblemRecords {
        let mut records = two_networks();
        records.networks[0].may_stay_empty = Some(true);
        records.pair_rules = Some(vec![PairRuleRecord { kind, a: "B".into(), b: "A".into() }]);
        records
    }

    #[test]
    fn those_apart_may_not_share_a_network() {
        assert_eq!(broken(&with(PairKind::Apart), &[("a", "n"), ("b", "n")], &[]), ["A6"]);
        assert!(broken(&with(PairKind::Apart), &[("a", "n"), ("b", "m")], &[]).is_empty());
    }

    #[test]
    fn those_together_share_one_once_both_are_placed() {
        assert_eq!(broken(&with(PairKind::Together), &[("a", "n"), ("b", "m")], &[]), ["A6"]);
        assert!(broken(&with(PairKind::Together), &[("a", "n"), ("b", "n")], &[]).is_empty());
        assert!(broken(&with(PairKind::Together), &[("a", "n")], &[]).is_empty());
    }

    #[test]
    fn one_shared_network_is_enough_for_those_with_several() {
        let mut records = with(PairKind::Together);
        records.enrolments[2].municipality = "A".into();
        assert!(broken(&records, &[("a", "n"), ("b", "n"), ("c", "m")], &[]).is_empty());
    }
}
