//! Everything that can be wrong with gatherings, tracks as they are and mixes, each on the smallest case.

use super::super::super::Weekday;
use super::super::super::records::*;
use super::super::{contradictions, warnings};
use crate::small::records;

/// A sound document with all of it: the small programme, a second track that meets at gatherings alone, a conference on a given
/// day, regional meetings that are chosen, a mix and attributes.
fn sound() -> ProblemRecords {
    let mut all = records();
    all.tracks = Some(vec![
        TrackRecord {
            id: "t".into(),
            delegation: Some(RangeRecord { min: Some(1), max: Some(3) }),
            rounds: Some(vec!["r1".into()]),
            hosting: Some(Hosting::Rotate),
            ..Default::default()
        },
        TrackRecord { id: "u".into(), in_networks: Some(false), ..Default::default() },
    ]);
    all.networks[0].track = Some("t".into());
    let mix = |value: &str| MixRecord { attribute: "size".into(), value: value.into(), min: Some(1), max: Some(2) };
    all.networks[0].mix = Some(vec![mix("small"), mix("large")]);
    for (enrolment, size) in all.enrolments.iter_mut().zip(["small", "small", "large"]) {
        enrolment.track = Some("t".into());
        enrolment.attributes = Some([("size".to_owned(), size.to_owned())].into());
    }
    all.enrolments.push(EnrolmentRecord {
        id: "d".into(),
        municipality: "A".into(),
        track: Some("u".into()),
        delegates: 2,
        ..Default::default()
    });
    let place = |id: &str| PlaceRecord { id: id.into(), ..Default::default() };
    let hall = PlaceRecord { lat: Some(55.0), lon: Some(10.0), capacity: Some(9), ..place("hall") };
    let invite = |track: &str| InviteRecord { track: track.into(), max_delegates: None };
    all.gatherings = Some(vec![
        GatheringRecord {
            id: "conference".into(),
            invites: vec![invite("t"), invite("u")],
            start: Some("2023-12-14".into()),
            places: Some(vec![place("A"), hall]),
            clear_days_before: Some(3),
            hours: Some(HoursRecord { from: "09:00".into(), to: "15:30".into() }),
            ..Default::default()
        },
        GatheringRecord {
            id: "meetings".into(),
            invites: vec![invite("t")],
            window: Some(WindowRecord { start: "2024-02-01".into(), end: "2024-02-20".into() }),
            days: Some(2),
            places: Some(vec![place("A"), place("C")]),
            meetings: Some(MeetingsRecord {
                min: Some(1),
                max: Some(2),
                each_region: Some(true),
                ..Default::default()
            }),
            ..Default::default()
        },
    ]);
    all
}

fn gathering(all: &mut ProblemRecords, at: usize) -> &mut GatheringRecord {
    &mut all.gatherings.as_mut().unwrap()[at]
}

fn limits(all: &mut ProblemRecords) -> &mut MeetingsRecord {
    gathering(all, 1).meetings.as_mut().unwrap()
}

fn places(all: &mut ProblemRecords, at: usize) -> &mut Vec<PlaceRecord> {
    gathering(all, at).places.as_mut().unwrap()
}

fn track(all: &mut ProblemRecords, at: usize) -> &mut TrackRecord {
    &mut all.tracks.as_mut().unwrap()[at]
}

fn mix(all: &mut ProblemRecords) -> &mut Vec<MixRecord> {
    all.networks[0].mix.as_mut().unwrap()
}

type Case = (fn(&mut ProblemRecords), &'static [(&'static str, &'static str)]);

const BROKEN: &[Case] = &[
    (|all| gathering(all, 0).id = "a b".into(), &[("/gatherings/0/id", "invalid_id")]),
    (|all| gathering(all, 1).id = "conference".into(), &[("/gatherings/1/id", "duplicate_id")]),
    (|all| gathering(all, 0).invites.clear(), &[("/gatherings/0/invites", "empty")]),
    (|all| gathering(all, 0).invites[1].track = "t".into(), &[("/gatherings/0/invites/1/track", "duplicate_invite")]),
    (|all| gathering(all, 0).invites[1].track = "v".into(), &[("/gatherings/0/invites/1/track", "unknown_id")]),
    (
        |all| gathering(all, 0).invites[1].max_delegates = Some(0),
        &[("/gatherings/0/invites/1/max_delegates", "out_of_range")],
    ),
    (|all| gathering(all, 0).start = None, &[("/gatherings/0", "start_or_window")]),
    (|all| gathering(all, 1).start = Some("2024-02-02".into()), &[("/gatherings/1", "start_or_window")]),
    (|all| gathering(all, 0).start = Some("soon".into()), &[("/gatherings/0/start", "invalid_date")]),
    (
        |all| gathering(all, 1).window.as_mut().unwrap().start = "2024-02-30".into(),
        &[("/gatherings/1/window/start", "invalid_date")],
    ),
    (
        |all| gathering(all, 1).window.as_mut().unwrap().end = "2024-01-30".into(),
        &[("/gatherings/1/window/end", "end_before_start")],
    ),
    (
        |all| gathering(all, 1).window.as_mut().unwrap().end = "2044-01-30".into(),
        &[("/gatherings/1/window", "window_too_long")],
    ),
    (
        |all| gathering(all, 1).window.as_mut().unwrap().end = "2024-02-01".into(),
        &[("/gatherings/1/window", "window_too_short")],
    ),
    (
        |all| gathering(all, 1).weekdays = Some(vec![Weekday::Mon, Weekday::Wed]),
        &[("/gatherings/1/window", "window_too_short")],
    ),
    (
        |all| {
            (gathering(all, 1).window.as_mut().unwrap().start, gathering(all, 1).days) = ("2024-02-17".into(), None);
            gathering(all, 1).window.as_mut().unwrap().end = "2024-02-18".into();
        },
        &[("/gatherings/1/window", "window_too_short")],
    ),
    (
        |all| {
            gathering(all, 1).places = None;
            (limits(all).min, limits(all).max) = (Some(4), Some(4));
        },
        &[("/gatherings/1/meetings/min", "too_few_places")],
    ),
    (|all| gathering(all, 0).days = Some(15), &[("/gatherings/0/days", "out_of_range")]),
    (|all| gathering(all, 0).clear_days_before = Some(61), &[("/gatherings/0/clear_days_before", "out_of_range")]),
    (|all| gathering(all, 0).clear_days_after = Some(-1), &[("/gatherings/0/clear_days_after", "out_of_range")]),
    (|all| gathering(all, 0).online = Some(true), &[("/gatherings/0/places", "online_with_places")]),
    (
        |all| {
            gathering(all, 1).online = Some(true);
            gathering(all, 1).places = None;
        },
        &[("/gatherings/1/meetings", "online_with_meetings")],
    ),
    (
        |all| places(all, 1)[1].id = "A".into(),
        &[("/gatherings/1/places/1/id", "duplicate_id"), ("/gatherings/1/places", "region_without_place")],
    ),
    (|all| places(all, 0)[0].id = "X".into(), &[("/gatherings/0/places/0/id", "unknown_id")]),
    (|all| places(all, 0)[1].id = "B".into(), &[("/gatherings/0/places/1/id", "location_is_municipality")]),
    (|all| places(all, 0)[1].lon = None, &[("/gatherings/0/places/1", "half_a_location")]),
    (|all| places(all, 0)[1].lat = Some(91.0), &[("/gatherings/0/places/1/lat", "out_of_range")]),
    (|all| places(all, 0)[1].capacity = Some(0), &[("/gatherings/0/places/1/capacity", "out_of_range")]),
    (|all| limits(all).min = Some(0), &[("/gatherings/1/meetings/min", "out_of_range")]),
    (|all| limits(all).min = Some(3), &[("/gatherings/1/meetings/min", "min_above_max")]),
    (
        |all| (limits(all).min, limits(all).max) = (Some(3), Some(3)),
        &[("/gatherings/1/meetings/min", "too_few_places")],
    ),
    (|all| limits(all).max = Some(1), &[("/gatherings/1/meetings/max", "more_regions_than_meetings")]),
    (|all| limits(all).max_per_day = Some(0), &[("/gatherings/1/meetings/max_per_day", "out_of_range")]),
    (|all| limits(all).max_distance_km = Some(-1.0), &[("/gatherings/1/meetings/max_distance_km", "out_of_range")]),
    (|all| drop(places(all, 1).remove(1)), &[("/gatherings/1/places", "region_without_place")]),
    (
        |all| gathering(all, 0).hours.as_mut().unwrap().from = "9:00".into(),
        &[("/gatherings/0/hours/from", "invalid_time")],
    ),
    (
        |all| gathering(all, 0).hours.as_mut().unwrap().to = "09:00".into(),
        &[("/gatherings/0/hours/to", "end_before_start")],
    ),
    (
        |all| {
            places(all, 0).truncate(1);
            all.municipalities[0].cannot_host_on = Some(vec!["2023-12-14".into()]);
        },
        &[("/gatherings/0/start", "only_place_cannot_host")],
    ),
    (
        |all| {
            places(all, 0).truncate(1);
            let other = GatheringRecord { id: "other".into(), ..gathering(all, 0).clone() };
            all.gatherings.as_mut().unwrap().push(other);
        },
        &[("/gatherings/2/start", "only_place_taken")],
    ),
    (
        |all| track(all, 0).delegation = Some(RangeRecord { min: Some(4), max: Some(3) }),
        &[("/tracks/0/delegation/min", "min_above_max")],
    ),
    (|all| all.enrolments[1].delegates = 4, &[("/enrolments/1/delegates", "outside_delegation")]),
    (|all| track(all, 0).rounds = Some(vec!["r9".into()]), &[("/tracks/0/rounds/0", "unknown_id")]),
    (|all| track(all, 0).rounds = Some(Vec::new()), &[("/tracks/0/rounds", "empty")]),
    (|all| track(all, 1).rounds = Some(vec!["r1".into()]), &[("/tracks/1/rounds", "not_in_networks")]),
    (|all| track(all, 1).hosting = Some(Hosting::Once), &[("/tracks/1/hosting", "not_in_networks")]),
    (|all| all.enrolments[3].preferences = Some(vec!["n".into()]), &[("/enrolments/3/preferences", "not_in_networks")]),
    (
        |all| {
            all.networks[0].mix = None;
            let of_u = NetworkRecord { id: "m".into(), track: Some("u".into()), ..all.networks[0].clone() };
            all.networks.push(of_u);
        },
        &[("/networks/1/track", "not_in_networks")],
    ),
    (|all| mix(all)[0].attribute = "a b".into(), &[("/networks/0/mix/0/attribute", "invalid_id")]),
    (
        |all| {
            mix(all)[0] = MixRecord { attribute: "region".into(), value: "x".into(), min: None, max: Some(1) };
            mix(all)[1].min = None;
        },
        &[("/networks/0/mix/0/value", "unknown_id")],
    ),
    (
        |all| {
            mix(all)[0].max = Some(1);
            all.enrolments[0].fixed = Some("n".into());
            all.enrolments[1].fixed = Some("n".into());
        },
        &[("/networks/0/mix/0/max", "too_many_fixed_with_a_value")],
    ),
    (|all| all.enrolments[2].track = Some("v".into()), &[("/enrolments/2/track", "unknown_id")]),
    (|all| mix(all)[1].value = "small".into(), &[("/networks/0/mix/1", "duplicate_mix")]),
    (|all| mix(all)[0].max = Some(0), &[("/networks/0/mix/0/min", "min_above_max")]),
    (|all| (mix(all)[0].min, mix(all)[0].max) = (Some(6), None), &[("/networks/0/mix/0/min", "min_above_max_members")]),
    (
        |all| {
            all.networks[0].max_members = 2;
            (mix(all)[0].min, mix(all)[0].max) = (Some(2), None);
        },
        &[("/networks/0/mix", "mins_above_max_members")],
    ),
    (|all| mix(all)[1].min = Some(2), &[("/networks/0/mix/1/min", "too_few_eligible")]),
    (
        |all| all.enrolments[0].attributes = Some([("region".to_owned(), "r".to_owned())].into()),
        &[("/enrolments/0/attributes/region", "region_is_given")],
    ),
];

#[test]
fn a_sound_document_with_all_of_it_has_no_fault() {
    assert_eq!(contradictions(&sound()).to_string(), "");
    assert!(crate::problem::Problem::new(&sound()).is_ok());
}

#[test]
fn every_contradiction_is_told_at_its_place() {
    assert!(BROKEN.len() >= 40);
    for (change, expected) in BROKEN {
        let mut all = sound();
        change(&mut all);
        let faults = contradictions(&all);
        for fault in faults.iter().filter(|fault| fault.code != "out_of_range") {
            assert!(fault.detail.contains(';') || fault.detail.contains("take it away"), "no remedy: {}", fault.detail);
        }
        let told: Vec<(String, &str)> = faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        let expected: Vec<(String, &str)> =
            expected.iter().map(|&(pointer, code)| (pointer.to_owned(), code)).collect();
        assert_eq!(told, expected);
    }
}

#[test]
fn what_is_hardly_meant_is_told() {
    let warned = |change: fn(&mut ProblemRecords)| {
        let mut all = sound();
        change(&mut all);
        assert_eq!(contradictions(&all).to_string(), "");
        warnings(&all).into_iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    assert!(warned(|_| ()).is_empty());
    assert_eq!(warned(|all| gathering(all, 0).start = Some("2024-01-03".into())), ["takes_days_out_of_a_round"]);
    let away = |all: &mut ProblemRecords| all.municipalities[1].unavailable = Some(vec!["2023-12-14".into()]);
    assert_eq!(warned(away), ["invited_unavailable"]);
    let twice = |all: &mut ProblemRecords| {
        let other = GatheringRecord { id: "other".into(), ..gathering(all, 0).clone() };
        all.gatherings.as_mut().unwrap().push(other);
    };
    assert_eq!(warned(twice), ["gatherings_on_one_day", "gatherings_on_one_day"]);
}

#[test]
fn many_contradictions_are_told_at_once() {
    let mut all = sound();
    gathering(&mut all, 0).id = "a b".into();
    gathering(&mut all, 0).start = None;
    places(&mut all, 0)[1].lon = None;
    limits(&mut all).max = Some(1);
    track(&mut all, 0).rounds = Some(vec!["r9".into()]);
    all.enrolments[1].delegates = 4;
    mix(&mut all)[1].min = Some(2);
    all.enrolments[0].attributes.as_mut().unwrap().insert("region".into(), "r".into());
    let mut told: Vec<(String, &str)> =
        contradictions(&all).into_iter().map(|fault| (fault.pointer, fault.code)).collect();
    told.sort();
    let expected = [
        ("/enrolments/0/attributes/region", "region_is_given"),
        ("/enrolments/1/delegates", "outside_delegation"),
        ("/gatherings/0", "start_or_window"),
        ("/gatherings/0/id", "invalid_id"),
        ("/gatherings/0/places/1", "half_a_location"),
        ("/gatherings/1/meetings/max", "more_regions_than_meetings"),
        ("/networks/0/mix/1/min", "too_few_eligible"),
        ("/tracks/0/rounds/0", "unknown_id"),
    ];
    assert_eq!(told, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}

#[test]
fn days_of_gatherings_belong_in_diaries_and_tracks_without_networks_need_no_places() {
    let mut all = sound();
    all.municipalities[1].undesired = Some(vec!["2023-12-14".into(), "2024-02-05".into()]);
    for id in ["B", "C"] {
        let one = EnrolmentRecord { id: format!("d-{id}"), municipality: id.into(), ..all.enrolments[3].clone() };
        all.enrolments.push(one);
    }
    assert!(warnings(&all).is_empty(), "{}", warnings(&all));
}
