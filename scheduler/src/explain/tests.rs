//! Each reason on the smallest case.

use super::*;
use crate::problem::ProblemRecords;
use crate::problem::records::*;
use crate::small::{self, ALL, Visit, records, two_networks};

/// Who or what is left out, and the code of the reason.
fn codes(records: &ProblemRecords, assignments: &[(&str, &str)], visits: &[Visit<'_>]) -> Vec<(String, &'static str)> {
    let problem = small::problem(records);
    let (plan, unread) = crate::check::resolve(&problem, &small::plan(assignments, visits));
    assert!(unread.is_empty() && crate::rules::violations(&problem, &plan).is_empty(), "the plan breaks a rule");
    let id = |e: EnrolmentIx| &problem.enrolment(e).id;
    let what = |missing: Missing| match missing {
        Missing::Enrolment { enrolment } => id(enrolment).clone(),
        Missing::Gathering { enrolment, gathering } => {
            format!("{} at {}", id(enrolment), problem.gathering(gathering).id)
        }
        Missing::Round { network, round } => format!("{network:?} in {round:?}"),
        Missing::Hosting { host, .. } => format!("at {}", id(host)),
        Missing::Guest { guest, host, .. } => format!("{} at {}", id(guest), id(host)),
    };
    left_out(&problem, &plan).into_iter().map(|left| (what(left.what), left.code)).collect()
}

fn one(what: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(what.to_owned(), code)]
}

/// All three hostings, two of them in full; a's on the given day with the given guests.
fn at_a<'a>(day: &'a str, guests: &'a [&'a str]) -> [Visit<'a>; 3] {
    [("n", "b", "2024-01-02", &["a", "c"]), ("n", "c", "2024-01-03", &["a", "b"]), ("n", "a", day, guests)]
}

/// The same without a's.
const NOT_AT_A: [Visit<'static>; 2] = [("n", "b", "2024-01-02", &["a", "c"]), ("n", "c", "2024-01-03", &["a", "b"])];

fn unhosted(change: impl FnOnce(&mut ProblemRecords)) -> &'static str {
    let mut records = records();
    change(&mut records);
    let codes = codes(&records, ALL, &NOT_AT_A);
    assert_eq!(codes.len(), 1);
    assert_eq!(codes[0].0, "at a");
    codes[0].1
}

fn all_but(open: &[&str]) -> Option<Vec<String>> {
    let days = (1..=12).map(|day| format!("2024-01-{day:02}"));
    Some(days.filter(|day| !open.contains(&day.as_str())).collect())
}

#[test]
fn a_plan_that_leaves_nothing_out_has_nothing_to_explain() {
    assert_eq!(codes(&records(), ALL, &at_a("2024-01-04", &["b", "c"])), []);
}

#[test]
fn an_enrolment_is_unassigned_for_a_reason() {
    let without_a = |change: fn(&mut ProblemRecords)| {
        let mut records = ProblemRecords { rounds: None, ..two_networks() };
        records.networks[1].max_members = 0;
        records.networks[1].min_members = 0;
        change(&mut records);
        codes(&records, &[("b", "n"), ("c", "n")], &[])
    };
    assert_eq!(without_a(|_| ()), one("a", "cost"));
    assert_eq!(without_a(|r| r.networks[0].max_members = 2), one("a", "networks_full"));
    assert_eq!(without_a(|r| r.networks[0].max_delegates = Some(5)), one("a", "networks_full"));
    assert_eq!(without_a(|r| r.networks[0].max_members_per_region = Some(1)), one("a", "rule"));
    assert_eq!(without_a(|r| r.networks[0].max_distance_km = Some(15.0)), one("a", "rule"));
    assert_eq!(
        without_a(|r| r.enrolments[0].excluded = Some(vec!["m".into(), "n".into()])),
        one("a", "no_network_open")
    );
    let apart = |r: &mut ProblemRecords| {
        r.pair_rules = Some(vec![PairRuleRecord { kind: PairKind::Apart, a: "A".into(), b: "C".into() }]);
    };
    assert_eq!(without_a(apart), one("a", "rule"));
    let second = |r: &mut ProblemRecords| r.enrolments[0].municipality = "B".into();
    assert_eq!(without_a(second), one("a", "rule"));
}

#[test]
fn a_hosting_that_nothing_stops_was_not_found() {
    assert_eq!(unhosted(|_| ()), "not_found");
}

#[test]
fn a_hosting_is_not_held_where_the_host_never_can() {
    assert_eq!(unhosted(|r| r.municipalities[0].cannot_host_on = all_but(&[])), "cannot_host_any_day");
}

#[test]
fn a_hosting_is_not_held_where_no_guest_can_come() {
    assert_eq!(unhosted(|r| r.municipalities[0].host_capacity = Some(1)), "no_guest_can_come");
    let nobody = |r: &mut ProblemRecords| {
        r.municipalities[1].unavailable = Some(vec!["2024-01-04".into()]);
        r.municipalities[2].unavailable = Some(vec!["2024-01-04".into()]);
        r.municipalities[0].cannot_host_on = all_but(&["2024-01-04"]);
    };
    assert_eq!(unhosted(nobody), "no_guest_can_come");
}

#[test]
fn a_hosting_is_not_held_where_the_host_is_under_way() {
    assert_eq!(unhosted(|r| r.municipalities[0].cannot_host_on = all_but(&["2024-01-02", "2024-01-03"])), "host_busy");
}

#[test]
fn a_hosting_is_not_held_where_the_pace_forbids() {
    let pace = |r: &mut ProblemRecords| {
        let hard = PaceRecord { window_days: 1_000, max_visits: Some(2), penalty: None };
        r.visits = Some(VisitsRecord { pace: Some(vec![hard]), ..Default::default() });
    };
    assert_eq!(unhosted(pace), "pace");
}

#[test]
fn a_hosting_is_not_held_where_the_day_is_full() {
    let mut records = two_networks();
    records.enrolments.push(EnrolmentRecord { id: "d".into(), ..records.enrolments[1].clone() });
    records.regions[0].max_visits_per_day = Some(1);
    records.municipalities[0].cannot_host_on = all_but(&["2024-01-02"]);
    let assignments = [("a", "n"), ("b", "n"), ("c", "m"), ("d", "m")];
    let visits: [Visit<'_>; 3] =
        [("m", "d", "2024-01-02", &["c"]), ("n", "b", "2024-01-03", &["a"]), ("m", "c", "2024-01-04", &["d"])];
    assert_eq!(codes(&records, &assignments, &visits), one("at a", "day_limit"));
}

#[test]
fn a_hosting_is_not_held_where_there_is_no_open_day() {
    let mut records = records();
    records.calendar = Some(CalendarRecord { weekdays: Some(vec![]), closed: None });
    let expected = ["at a", "at b", "at c"].map(|what| (what.to_owned(), "no_open_day"));
    assert_eq!(codes(&records, ALL, &[]), expected);
}

#[test]
fn a_hosting_is_not_held_where_the_rounds_have_their_share() {
    let mut records = records();
    let second = ("2024-02-01".to_owned(), "2024-02-02".to_owned());
    let rounds = records.rounds.as_mut().unwrap();
    rounds.push(RoundRecord { id: "r2".into(), name: None, start: second.0, end: second.1 });
    records.municipalities[0].unavailable = Some(vec!["2024-02-01".into(), "2024-02-02".into()]);
    assert_eq!(codes(&records, ALL, &NOT_AT_A), one("at a", "round_full"));
}

fn absent(change: fn(&mut ProblemRecords), guests: &[&str]) -> Vec<(String, &'static str)> {
    let mut records = records();
    change(&mut records);
    codes(&records, ALL, &at_a("2024-01-04", guests))
}

#[test]
fn a_guest_is_absent_for_a_reason_of_its_own_or_of_the_room() {
    let away = |r: &mut ProblemRecords| r.municipalities[1].unavailable = Some(vec!["2024-01-04".into()]);
    assert_eq!(absent(|_| (), &["c"]), one("b at a", "cost"));
    assert_eq!(absent(away, &["c"]), one("b at a", "unavailable"));
    assert_eq!(absent(|r| r.municipalities[0].host_capacity = Some(2), &["b"]), one("c at a", "too_large"));
    assert_eq!(absent(|r| r.municipalities[0].host_capacity = Some(4), &["c"]), one("b at a", "no_room"));
}

#[test]
fn a_guest_is_absent_where_the_visit_the_other_way_is_too_close() {
    let mut records = records();
    records.visits = Some(VisitsRecord { min_return_days: Some(7), ..Default::default() });
    let visits: [Visit<'_>; 3] =
        [("n", "b", "2024-01-02", &["a"]), ("n", "a", "2024-01-08", &["c"]), ("n", "c", "2024-01-10", &["b"])];
    let expected = [("a at c", "return_days"), ("b at a", "return_days"), ("c at b", "cost")];
    assert_eq!(codes(&records, ALL, &visits), expected.map(|(what, code)| (what.to_owned(), code)));
}

/// A fourth town D, near A, sends d.
fn four() -> ProblemRecords {
    let mut records = records();
    records.municipalities.push(MunicipalityRecord { id: "D".into(), ..records.municipalities[0].clone() });
    let d = EnrolmentRecord { id: "d".into(), municipality: "D".into(), ..records.enrolments[0].clone() };
    records.enrolments.push(d);
    records
}

const FOUR: &[(&str, &str)] = &[("a", "n"), ("b", "n"), ("c", "n"), ("d", "n")];

#[test]
fn a_guest_is_absent_where_it_is_under_way() {
    let visits: [Visit<'_>; 4] = [
        ("n", "a", "2024-01-02", &["b"]),
        ("n", "c", "2024-01-02", &["d"]),
        ("n", "b", "2024-01-03", &["a", "c", "d"]),
        ("n", "d", "2024-01-04", &["a", "b", "c"]),
    ];
    let expected = ["a at c", "b at c", "c at a", "d at a"].map(|what| (what.to_owned(), "busy"));
    assert_eq!(codes(&four(), FOUR, &visits), expected);
}

#[test]
fn a_guest_is_absent_where_the_pace_forbids() {
    let mut records = four();
    let hard = PaceRecord { window_days: 2, max_visits: None, penalty: None };
    records.visits = Some(VisitsRecord { pace: Some(vec![hard]), ..Default::default() });
    let visits: [Visit<'_>; 2] = [("n", "a", "2024-01-02", &["c"]), ("n", "b", "2024-01-03", &["d"])];
    let mut expected = ["at c", "at d"].map(|what| (what.to_owned(), "not_found")).to_vec();
    expected.extend(["a at b", "b at a", "c at b", "d at a"].map(|what| (what.to_owned(), "pace")));
    assert_eq!(codes(&records, FOUR, &visits), expected);
}

#[test]
fn the_catalogue_has_every_reason_and_rule() {
    let codes: Vec<&str> = english::catalogue::LEFT_OUT.iter().map(|known| known.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    for stop in unhosted::STOPS.iter().chain(absent::STOPS) {
        assert!(codes.contains(&stop.code), "{}", stop.code);
    }
    for rule in crate::rules::ALL {
        assert!(english::catalogue::sentence(rule.code).is_none(), "{} has a sentence of its own", rule.code);
        assert!(english::catalogue::helps(rule.code).ends_with('.'));
    }
}
