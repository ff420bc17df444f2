//! Contradictions between records, each on the smallest case.

use super::super::records::*;
use super::*;
use crate::small::{records, two_networks};

type Records = ProblemRecords;

/// Pointers and codes of all faults of `records` changed so.
fn found(change: impl FnOnce(&mut Records)) -> Vec<(String, &'static str)> {
    let mut records = two_networks();
    change(&mut records);
    contradictions(&records).into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

fn one(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(pointer.to_owned(), code)]
}

fn two_tracks(records: &mut Records) {
    records.tracks = Some(["t", "u"].map(|id| TrackRecord { id: id.into(), name: None }).to_vec());
    records.networks.iter_mut().for_each(|network| network.track = Some("t".into()));
    records.enrolments.iter_mut().for_each(|enrolment| enrolment.track = Some("t".into()));
}

fn rule(kind: PairKind, a: &str, b: &str) -> PairRuleRecord {
    PairRuleRecord { kind, a: a.into(), b: b.into() }
}

fn fix(records: &mut Records, e: usize, network: &str) {
    records.enrolments[e].fixed = Some(network.into());
}

#[test]
fn a_sound_document_has_no_fault() {
    assert_eq!(found(|_| ()), []);
}

#[test]
fn ids_used_twice_are_refused() {
    assert_eq!(found(|r| r.enrolments[2].id = "a".into()), one("/enrolments/2/id", "duplicate_id"));
    assert_eq!(found(|r| r.regions.push(r.regions[0].clone())), one("/regions/2/id", "duplicate_id"));
}

#[test]
fn ids_that_name_nothing_are_refused_wherever_they_stand() {
    let faults = found(|r| {
        r.municipalities[2].region = "x".into();
        r.networks[0].allowed_regions = Some(vec!["r".into(), "x".into()]);
        r.networks[0].track = Some("x".into());
        r.enrolments[0].municipality = "X".into();
        r.enrolments[0].preferences = Some(vec!["n".into(), "x".into()]);
        r.enrolments[0].excluded = Some(vec!["x".into()]);
        fix(r, 1, "x");
        r.pair_rules = Some(vec![rule(PairKind::Apart, "A", "X")]);
        r.distances = Some(vec![DistanceRecord { a: "X".into(), b: "A".into(), km: 1.0 }]);
    });
    let expected = [
        "/municipalities/2/region",
        "/networks/0/track",
        "/networks/0/allowed_regions/1",
        "/enrolments/0/municipality",
        "/enrolments/0/preferences/1",
        "/enrolments/0/excluded/0",
        "/enrolments/1/fixed",
        "/pair_rules/0/b",
        "/distances/0/a",
    ];
    assert_eq!(faults, expected.map(|pointer| (pointer.to_owned(), "unknown_id")));
}

#[test]
fn where_there_are_several_tracks_the_track_is_named() {
    let faults = found(|r| {
        two_tracks(r);
        r.networks[1].track = None;
        r.enrolments[0].track = None;
    });
    assert_eq!(
        faults,
        [one("/networks/1/track", "missing_track"), one("/enrolments/0/track", "missing_track")].concat()
    );
    assert_eq!(found(|r| r.enrolments[0].track = Some("main".into())), []);
}

#[test]
fn networks_of_another_track_are_refused_as_wish_exclusion_and_place() {
    let faults = found(|r| {
        two_tracks(r);
        r.networks[1].track = Some("u".into());
        r.enrolments[0].preferences = Some(vec!["m".into()]);
        r.enrolments[1].excluded = Some(vec!["m".into()]);
        fix(r, 2, "m");
    });
    let pointers = ["/enrolments/0/preferences/0", "/enrolments/1/excluded/0", "/enrolments/2/fixed"];
    assert_eq!(faults, pointers.map(|pointer| (pointer.to_owned(), "other_track")));
}

#[test]
fn a_fixed_network_is_open_to_the_region() {
    let faults = found(|r| {
        r.networks[0].allowed_regions = Some(vec!["r".into()]);
        fix(r, 2, "n");
    });
    assert_eq!(faults, one("/enrolments/2/fixed", "fixed_closed_region"));
}

#[test]
fn no_more_are_fixed_to_a_network_than_it_takes() {
    let faults = found(|r| {
        (r.networks[0].max_members, r.networks[0].max_delegates) = (1, Some(4));
        r.networks[0].max_members_per_region = Some(1);
        (0..3).for_each(|e| fix(r, e, "n"));
    });
    let expected = [
        one("/networks/0/max_members", "too_many_fixed"),
        one("/networks/0/max_delegates", "too_many_fixed_delegates"),
        one("/networks/0/max_members_per_region", "too_many_fixed_of_region"),
    ];
    assert_eq!(faults, expected.concat());
}

#[test]
fn those_fixed_to_one_network_are_near_enough() {
    let fixed = |reach: f64| {
        found(|r| {
            r.networks[0].max_distance_km = Some(reach);
            fix(r, 0, "n");
            fix(r, 2, "n");
        })
    };
    assert_eq!(fixed(20.0), []);
    assert_eq!(fixed(19.9), one("/networks/0/max_distance_km", "fixed_too_far_apart"));
}

#[test]
fn two_enrolments_of_one_municipality_are_not_fixed_to_one_network() {
    let faults = found(|r| {
        r.enrolments[1].municipality = "A".into();
        fix(r, 0, "n");
        fix(r, 1, "n");
    });
    assert_eq!(faults, one("/enrolments/1/fixed", "same_municipality_fixed"));
}

#[test]
fn a_network_that_must_be_filled_has_enough_municipalities() {
    let few = one("/networks/0/min_members", "too_few_eligible");
    assert_eq!(found(|r| r.networks[0].min_members = 4), few);
    let three_of = |change: fn(&mut Records)| {
        found(|r| {
            r.networks[0].min_members = 3;
            change(r);
        })
    };
    assert_eq!(three_of(|_| ()), []);
    assert_eq!(three_of(|r| r.enrolments[0].excluded = Some(vec!["n".into()])), few);
    assert_eq!(three_of(|r| fix(r, 0, "m")), few);
    assert_eq!(three_of(|r| fix(r, 0, "n")), []);
    assert_eq!(three_of(|r| r.networks[0].allowed_regions = Some(vec!["r".into()])), few);
    assert_eq!(three_of(|r| r.enrolments[1].municipality = "A".into()), few);
    let empty =
        |r: &mut Records| (r.enrolments[1].municipality, r.networks[0].may_stay_empty) = ("A".into(), Some(true));
    assert_eq!(three_of(empty), []);
}

#[test]
fn a_municipality_with_a_second_enrolment_is_eligible_by_either() {
    let faults = |excluded: &[usize]| {
        found(|r| {
            r.networks[0].min_members = 3;
            let second = EnrolmentRecord { id: "d".into(), ..r.enrolments[0].clone() };
            r.enrolments.push(second);
            excluded.iter().for_each(|&e| r.enrolments[e].excluded = Some(vec!["n".into(), "n".into()]));
        })
    };
    assert_eq!(faults(&[0]), []);
    assert_eq!(faults(&[0, 3]), one("/networks/0/min_members", "too_few_eligible"));
}

#[test]
fn a_pair_is_not_both_together_and_apart() {
    let rules = |rules: &[PairRuleRecord]| found(|r| r.pair_rules = Some(rules.to_vec()));
    let (apart, together) = (rule(PairKind::Apart, "A", "B"), rule(PairKind::Together, "B", "A"));
    assert_eq!(rules(&[apart.clone(), together.clone()]), one("/pair_rules/1", "together_and_apart"));
    assert_eq!(rules(&[apart.clone(), apart]), []);
    assert_eq!(rules(&[rule(PairKind::Together, "A", "A")]), one("/pair_rules/0", "pair_with_itself"));
}

#[test]
fn what_is_fixed_keeps_the_pair_rules() {
    let fixed = |kind: PairKind, of_b: &str| {
        found(|r| {
            r.pair_rules = Some(vec![rule(kind, "B", "A")]);
            fix(r, 0, "n");
            fix(r, 1, of_b);
        })
    };
    assert_eq!(fixed(PairKind::Apart, "n"), one("/pair_rules/0", "apart_fixed_together"));
    assert_eq!(fixed(PairKind::Together, "m"), one("/pair_rules/0", "together_fixed_apart"));
    assert_eq!(fixed(PairKind::Apart, "m"), []);
    assert_eq!(fixed(PairKind::Together, "n"), []);
}

#[test]
fn a_pair_has_one_distance_whichever_way_it_is_written() {
    let again = DistanceRecord { a: "B".into(), b: "A".into(), km: 10.0 };
    let faults = found(|r| r.distances.get_or_insert_default().push(again));
    assert_eq!(faults, one("/distances/3", "duplicate_distance"));
}

#[test]
fn rounds_do_not_overlap() {
    let second = |start: &str, end: &str| {
        let round = RoundRecord { id: "r2".into(), name: None, start: start.into(), end: end.into() };
        found(|r| r.rounds.get_or_insert_default().push(round))
    };
    assert_eq!(second("2024-01-13", "2024-01-13"), []);
    assert_eq!(second("2024-01-12", "2024-01-20"), one("/rounds/1/start", "rounds_overlap"));
    assert_eq!(second("2023-12-01", "2024-01-01"), one("/rounds/0/start", "rounds_overlap"));
    assert_eq!(second("2034-01-06", "2034-01-08"), one("/rounds", "programme_too_long"));
    assert_eq!(second("2034-01-06", "2034-01-07"), []);
}

#[test]
fn an_unreadable_record_hides_no_fault_and_makes_none() {
    let faults = found(|r| {
        r.networks[0].min_members = 3; // enough, if A's enrolment could be read
        r.enrolments[0].municipality = "X".into();
        r.enrolments[1].delegates = 0;
        fix(r, 2, "x");
    });
    let expected = [
        one("/enrolments/1/delegates", "out_of_range"),
        one("/enrolments/0/municipality", "unknown_id"),
        one("/enrolments/2/fixed", "unknown_id"),
    ];
    assert_eq!(faults, expected.concat());
}

#[test]
fn tracks_with_one_id_are_a_fault_and_nothing_worse() {
    let faults = found(|r| {
        two_tracks(r);
        let again = r.tracks.iter().flatten().next_back().cloned();
        r.tracks.get_or_insert_default().extend(again);
        r.networks[1].track = Some("u".into());
    });
    assert_eq!(faults, one("/tracks/2/id", "duplicate_id"));
}

#[test]
fn own_faults_and_clashes_are_told_apart() {
    let mut records = records();
    records.enrolments[0].delegates = 0;
    records.networks[0].min_members = 4;
    assert_eq!(own_faults(&records).len(), 1);
    assert_eq!(clashes(&records).len(), 1);
    assert_eq!(contradictions(&records).len(), 2);
}

#[test]
fn what_is_hardly_meant_is_warned_of() {
    let warned = |change: fn(&mut Records)| {
        let mut records = two_networks();
        change(&mut records);
        assert!(contradictions(&records).is_empty(), "{}", contradictions(&records));
        warnings(&records).into_iter().map(|fault| (fault.pointer, fault.code)).collect::<Vec<_>>()
    };
    assert_eq!(warned(|_| ()), []);
    let everything = |r: &mut Records| r.enrolments[0].excluded = Some(vec!["m".into(), "n".into()]);
    assert_eq!(warned(everything), one("/enrolments/0", "no_network_open"));
    let wishes = |r: &mut Records| r.enrolments[0].preferences = Some(vec!["m".into(), "n".into(), "m".into()]);
    assert_eq!(warned(wishes), one("/enrolments/0/preferences/2", "duplicate_wish"));
    let refused = |r: &mut Records| {
        r.enrolments[0].preferences = Some(vec!["m".into()]);
        r.enrolments[0].excluded = Some(vec!["m".into()]);
    };
    assert_eq!(warned(refused), one("/enrolments/0/preferences/0", "wish_excluded"));
    let closed = |r: &mut Records| {
        r.networks[1].allowed_regions = Some(vec!["s".into()]);
        r.enrolments[0].preferences = Some(vec!["m".into()]);
    };
    assert_eq!(warned(closed), one("/enrolments/0/preferences/0", "wish_closed_region"));
    let full = |r: &mut Records| r.networks.iter_mut().for_each(|network| network.max_members = 1);
    assert_eq!(warned(full), one("/networks", "too_few_places"));
    let small = |r: &mut Records| r.municipalities[0].host_capacity = Some(1);
    assert_eq!(warned(small), one("/municipalities/0/host_capacity", "host_too_small"));
    let big_enough = |r: &mut Records| r.municipalities[1].host_capacity = Some(1);
    assert_eq!(warned(big_enough), []);
    let weekend = |r: &mut Records| {
        r.calendar =
            Some(CalendarRecord { weekdays: Some(vec![Weekday::Sun]), closed: Some(vec!["2024-01-07".into()]) });
    };
    assert_eq!(warned(weekend), one("/rounds/0", "no_open_day"));
    let deserted = |r: &mut Records| r.networks[1].min_members = 4;
    assert_eq!(warned(deserted), one("/networks/1", "network_stays_empty"));
}
