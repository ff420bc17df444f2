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
    records.tracks = Some(["t", "u"].map(|id| TrackRecord { id: id.into(), ..Default::default() }).to_vec());
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

/// Codes and words of what is warned of in `records` changed so.
fn warned_of(change: impl FnOnce(&mut Records)) -> Vec<(String, &'static str, String)> {
    let mut records = two_networks();
    change(&mut records);
    assert!(contradictions(&records).is_empty(), "{}", contradictions(&records));
    warnings(&records).into_iter().map(|fault| (fault.pointer, fault.code, fault.detail)).collect()
}

/// The pointer and code of the only warning, whose words hold these.
fn warns(change: impl FnOnce(&mut Records), words: &[&str]) -> (String, &'static str) {
    let found = warned_of(change);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(words.iter().all(|words| found[0].2.contains(words)), "{found:?}");
    (found[0].0.clone(), found[0].1)
}

fn dates(dates: &[&str]) -> Option<Vec<String>> {
    Some(dates.iter().map(|date| (*date).to_owned()).collect())
}

fn at(pointer: &str, code: &'static str) -> (String, &'static str) {
    (pointer.to_owned(), code)
}

#[test]
fn a_diary_of_another_year_is_warned_of_and_one_that_touches_a_round_is_not() {
    let wrong = |r: &mut Records| r.municipalities[1].undesired = dates(&["2025-01-02", "2024-01-06"]);
    let words = ["2 dates in undesired of B", "from 2024-01-01 to 2024-01-12"];
    assert_eq!(warns(wrong, &words), at("/municipalities/1/undesired", "diary_outside_rounds"));
    assert_eq!(warned_of(|r| r.municipalities[1].unavailable = dates(&["2025-01-02", "2024-01-03"])), []);
    assert_eq!(warned_of(|r| (r.municipalities[1].unavailable, r.rounds) = (dates(&["2025-01-02"]), None)), []);
}

#[test]
fn two_apart_in_a_group_that_is_together_cannot_all_be_placed() {
    let rules = |second: PairKind| {
        move |r: &mut Records| {
            let rules = [rule(PairKind::Together, "A", "B"), rule(second, "B", "C"), rule(PairKind::Apart, "A", "C")];
            r.pair_rules = Some(rules.to_vec());
        }
    };
    let found = warns(rules(PairKind::Together), &["A and C are to be apart", "(A, B, C)"]);
    assert_eq!(found, at("/pair_rules/2", "apart_within_together"));
    assert_eq!(warned_of(rules(PairKind::Apart)), []);
    let twice = |r: &mut Records| {
        rules(PairKind::Together)(r);
        r.enrolments.push(EnrolmentRecord { id: "b2".into(), ..r.enrolments[1].clone() });
    };
    assert_eq!(warned_of(twice), [], "B may share a network with each of them");
}

#[test]
fn more_together_than_a_network_takes_is_warned_of() {
    let chain = |r: &mut Records| {
        r.pair_rules = Some(vec![rule(PairKind::Together, "A", "B"), rule(PairKind::Together, "B", "C")]);
    };
    assert_eq!(warned_of(chain), []);
    let small = |r: &mut Records| {
        chain(r);
        r.networks.iter_mut().for_each(|network| network.max_members = 2);
    };
    let words = ["3 municipalities are to share a network (A, B, C)", "track main takes 2"];
    assert_eq!(warns(small, &words), at("/pair_rules/0", "together_too_many"));
    let closed = |r: &mut Records| {
        chain(r);
        r.networks.iter_mut().for_each(|network| network.max_members_per_region = Some(1));
    };
    assert_eq!(warns(closed, &["no network of track main takes all"]), at("/pair_rules/0", "together_too_many"));
}

#[test]
fn hostings_without_days_are_warned_of_with_both_numbers() {
    let crowded = |r: &mut Records| {
        r.rounds.iter_mut().flatten().for_each(|round| round.end = "2024-01-02".into());
        r.visits = Some(VisitsRecord { max_visits_per_day: Some(1), ..Default::default() });
    };
    let words = ["3 hostings are due in the rounds", "2 open days have room for 2", "1 will not be held"];
    assert_eq!(warns(crowded, &words), at("/rounds", "too_few_days"));
    let one_day = |r: &mut Records| {
        crowded(r);
        r.visits = None;
    };
    let words = ["3 hostings are due", "2 open days have room for 2"];
    assert_eq!(warns(one_day, &words), at("/rounds", "too_few_days"), "of three, two take part in a visit");
    let never = |r: &mut Records| {
        r.rounds.iter_mut().flatten().for_each(|round| round.end = "2024-01-03".into());
        r.municipalities[0].unavailable = dates(&["2024-01-01", "2024-01-03"]);
        r.municipalities[0].cannot_host_on = dates(&["2024-01-02"]);
    };
    let words = ["A cannot host on any of the 3 open days"];
    assert_eq!(warns(never, &words), at("/municipalities/0", "no_day_to_host"));
}

#[test]
fn each_round_is_counted_by_itself() {
    let found = warns(
        |r| {
            let short = |id: &str, day: &str| RoundRecord {
                id: id.into(),
                name: Some("Short".into()),
                start: day.into(),
                end: day.into(),
            };
            r.rounds.get_or_insert_default().push(short("r2", "2024-02-01"));
            r.visits = Some(VisitsRecord { hosting: Some(Hosting::EachRound), ..Default::default() });
            r.municipalities.iter_mut().skip(1).for_each(|town| town.can_host = Some(false));
            r.municipalities[1].can_host = Some(true);
            r.visits.iter_mut().for_each(|visits| visits.max_visits_per_day = Some(1));
        },
        &["2 hostings are due in round Short (r2)", "its only open day has room for 1"],
    );
    assert_eq!(found, at("/rounds/1", "too_few_days"));
}

#[test]
fn a_pace_that_no_season_has_room_for_is_warned_of() {
    let pace = |window_days: i64| {
        let pace = PaceRecord { window_days, ..Default::default() };
        Some(VisitsRecord { pace: Some(vec![pace]), ..Default::default() })
    };
    let once = |r: &mut Records| r.visits = pace(100);
    let words = ["more than 1 visit in the rounds (10 open days)"];
    assert_eq!(warns(once, &words), at("/visits/pace", "pace_too_slow"));
    let twice = |r: &mut Records| (r.visits, r.networks[0].min_members) = (pace(7), 3);
    let words = ["networks have 3 members or more who host", "the pace leaves room for 2 visits on its 10 open days"];
    assert_eq!(warns(twice, &words), at("/visits/pace", "pace_leaves_absences"));
    assert_eq!(warned_of(|r| (r.visits, r.networks[0].min_members) = (pace(4), 3)), []);
}

#[test]
fn weights_that_make_nothing_worth_while_are_warned_of() {
    let off = |weights: WeightsRecord| move |r: &mut Records| r.weights = Some(weights);
    let nobody = off(WeightsRecord { unassigned: Some(0.0), ..Default::default() });
    assert_eq!(warns(nobody, &[]), at("/weights/unassigned", "nobody_need_be_placed"));
    let nothing = off(WeightsRecord { unhosted: Some(0.0), ..Default::default() });
    assert_eq!(warns(nothing, &[]), at("/weights/unhosted", "nothing_need_be_held"));
}

#[test]
fn people_are_told_names_before_ids() {
    let mut records = two_networks();
    records.municipalities[0].name = Some("Aarhus".into());
    records.networks[0].name = Some("Aula".into());
    records.enrolments[0].excluded = Some(vec!["n".into()]);
    records.networks[0].min_members = 3;
    let found: Vec<String> = contradictions(&records).into_iter().map(|fault| fault.detail).collect();
    assert!(
        found[0].starts_with("network Aula (n) needs 3 members, but only 2 municipalities may be in it"),
        "{found:?}"
    );
}
