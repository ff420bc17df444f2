//! What steers a search, on the smallest case.

use super::*;
use crate::check::resolve;
use crate::effort::{Effort, Still};
use crate::plan::PlanRecords;
use crate::problem::{Faults, ProblemRecords};
use crate::small::{self, ALL, Visit};
use crate::{Outcome, Solution, solve};

/// Everybody in n, each host once in three weeks' days.
const VISITS: [Visit<'_>; 3] = [
    ("n", "a", "2024-01-02", &["b", "c"]),
    ("n", "b", "2024-01-04", &["a", "c"]),
    ("n", "c", "2024-01-08", &["a", "b"]),
];

fn base() -> PlanRecords {
    small::plan(ALL, &VISITS)
}

fn steered(records: &ProblemRecords, written: &SteeringRecords) -> Result<Problem, Faults> {
    let problem = small::problem(records);
    let steering = Steering::new(&problem, written)?;
    Ok(problem.steered(steering))
}

/// The plan of a problem, with so much work.
pub(super) fn solve_in(problem: &Problem, work: u64) -> Solution {
    let effort = Effort { work: Some(work), threads: 1, ..Effort::default() };
    match solve(problem, &effort, &Still) {
        Outcome::Planned(solution) => solution,
        other => panic!("{other:?}"),
    }
}

fn solved(records: &ProblemRecords, written: &SteeringRecords) -> (Problem, Solution) {
    let problem = steered(records, written).unwrap();
    let solution = solve_in(&problem, 40_000);
    (problem, solution)
}

fn told(records: &ProblemRecords, written: &SteeringRecords) -> Vec<(String, &'static str)> {
    let faults = steered(records, written).unwrap_err();
    faults.iter().map(|fault| (fault.pointer.clone(), fault.code)).collect()
}

/// A town that would rather not host on its day of the base, for whom another network costs less as well.
fn tempted() -> ProblemRecords {
    let mut records = small::two_networks();
    records.municipalities[0].undesired = Some(vec!["2024-01-02".into()]);
    records.enrolments[0].preferences = Some(vec!["m".into()]);
    records
}

#[test]
fn with_nothing_to_hold_it_a_search_leaves_the_base() {
    let written = SteeringRecords { base: Some(base()), ..Default::default() };
    let (problem, solution) = solved(&tempted(), &written);
    assert!(solution.steered.unwrap().changes.total() > 0, "{:?}", solution.plan);
    assert_eq!(solution.steered.unwrap().price, 0.0);
    assert!(problem.steering().unwrap().broken(&problem, &solution.plan).is_empty());
}

#[test]
fn with_everything_locked_nothing_moves() {
    let written = SteeringRecords {
        base: Some(base()),
        all_networks: true,
        all_visits: Some(Keep::Guests),
        ..Default::default()
    };
    let (problem, solution) = solved(&tempted(), &written);
    assert_eq!(solution.plan, resolve(&problem, &base()).0);
    let frozen = SteeringRecords { base: Some(base()), before: Some("2030-01-01".into()), ..Default::default() };
    assert_eq!(solved(&tempted(), &frozen).1.plan, solution.plan);
}

#[test]
fn no_change_is_made_where_none_is_allowed() {
    let written = SteeringRecords { base: Some(base()), max_changes: Some(0), ..Default::default() };
    let (_, solution) = solved(&tempted(), &written);
    assert_eq!(solution.steered.unwrap().changes.total(), 0);
}

#[test]
fn a_change_is_made_where_it_saves_more_than_its_price() {
    let with = |weight: f64| {
        let written = SteeringRecords { base: Some(base()), change_weight: Some(weight), ..Default::default() };
        let steered = solved(&tempted(), &written).1.steered.unwrap();
        assert_eq!(steered.price, weight * f64::from(steered.changes.total()));
        steered.changes.total()
    };
    assert_eq!(with(1e6), 0);
    assert!(with(1.0) > 0);
}

#[test]
fn a_lock_holds_what_it_names_and_no_more() {
    let mut records = tempted();
    records.enrolments[1].preferences = Some(vec!["m".into()]);
    let written = SteeringRecords { base: Some(base()), enrolments: vec!["a".into()], ..Default::default() };
    let (problem, solution) = solved(&records, &written);
    let network = |e: usize| problem.network(solution.plan.network_of[e].unwrap()).id.as_str();
    assert_eq!(network(0), "n");
    let day = SteeringRecords {
        base: Some(base()),
        visits: vec![VisitLockRecord { host: "a".into(), round: None, keep: Keep::Week }],
        ..Default::default()
    };
    let (_, solution) = solved(&records, &day);
    let held: Vec<Day> = solution.plan.visits.iter().filter(|v| v.host.at() == 0).map(|v| v.day).collect();
    assert!(held.iter().all(|day| *day <= Day::parse("2024-01-07").unwrap()), "{held:?}");
    assert!(!held.is_empty());
}

#[test]
fn who_has_withdrawn_is_gone_and_the_rest_stays() {
    let mut records = small::two_networks();
    records.enrolments.remove(2);
    let written = SteeringRecords { base: Some(base()), max_changes: Some(0), ..Default::default() };
    let (problem, solution) = solved(&records, &written);
    let steered = solution.steered.unwrap();
    assert_eq!(steered.changes.forced, Forced { gone: 1, ..Forced::default() });
    assert_eq!(steered.changes.total(), 0);
    let days: Vec<String> = solution.plan.visits.iter().map(|visit| visit.day.to_string()).collect();
    assert_eq!(days, ["2024-01-02", "2024-01-04"]);
    assert!(crate::rules::violations(&problem, &solution.plan).is_empty());
}

#[test]
fn too_few_changes_for_what_networks_need_are_proved_to_be_too_few() {
    let mut records = small::two_networks();
    records.networks[1].may_stay_empty = None;
    let written = SteeringRecords { base: Some(base()), max_changes: Some(0), ..Default::default() };
    let problem = steered(&records, &written).unwrap();
    let effort = Effort { work: Some(10_000), ..Effort::default() };
    let Outcome::Infeasible(clash) = solve(&problem, &effort, &Still) else { panic!("m has no member") };
    assert_eq!(clash.networks, ["m"]);
    assert!(matches!(
        solve(&steered(&records, &SteeringRecords { max_changes: Some(1), ..written }).unwrap(), &effort, &Still),
        Outcome::Planned(_)
    ));
}

#[test]
fn locks_that_contradict_are_refused_all_at_once() {
    let mut records = tempted();
    records.enrolments[0].excluded = Some(vec!["n".into()]);
    records.enrolments[0].preferences = None;
    records.municipalities[1].unavailable = Some(vec!["2024-01-04".into()]);
    let lock = |host: &str| VisitLockRecord { host: host.into(), round: None, keep: Keep::Day };
    let written = SteeringRecords {
        base: Some(base()),
        enrolments: vec!["a".into(), "x".into()],
        networks: vec!["y".into()],
        visits: vec![lock("b"), lock("z")],
        before: Some("soon".into()),
        change_weight: Some(-1.0),
        max_changes: Some(-1),
        ..Default::default()
    };
    let expected = [
        ("/change_weight", "out_of_range"),
        ("/max_changes", "out_of_range"),
        ("/locks/enrolments/0", "lock_contradiction"),
        ("/locks/enrolments/1", "unknown_id"),
        ("/locks/networks/0", "unknown_id"),
        ("/locks/visits/0", "lock_contradiction"),
        ("/locks/visits/1/host", "unknown_id"),
        ("/locks/before", "invalid_date"),
    ];
    let expected: Vec<(String, &str)> = expected.iter().map(|(at, code)| (at.to_string(), *code)).collect();
    assert_eq!(told(&records, &written), expected);
    let no_base = SteeringRecords { max_changes: Some(1), ..Default::default() };
    assert_eq!(told(&records, &no_base), [("/base_plan".to_owned(), "missing_base_plan")]);
}

#[test]
fn locks_that_break_a_rule_together_are_refused() {
    let mut records = small::records();
    records.pair_rules = Some(vec![crate::problem::records::PairRuleRecord {
        kind: crate::problem::PairKind::Apart,
        a: "A".into(),
        b: "B".into(),
    }]);
    let both = SteeringRecords { base: Some(base()), enrolments: vec!["a".into(), "b".into()], ..Default::default() };
    assert_eq!(told(&records, &both), [("/locks".to_owned(), "lock_contradiction")]);
    let one = SteeringRecords { base: Some(base()), enrolments: vec!["a".into()], ..Default::default() };
    assert!(steered(&records, &one).is_ok());
}

#[test]
fn a_hosting_that_cannot_be_held_on_its_day_is_forced_to_move() {
    let mut records = small::records();
    records.municipalities[0].unavailable = Some(vec!["2024-01-02".into()]);
    let written = SteeringRecords { base: Some(base()), max_changes: Some(0), ..Default::default() };
    let (_, solution) = solved(&records, &written);
    let changes = solution.steered.unwrap().changes;
    assert_eq!((changes.total(), changes.forced.hostings), (0, 1));
    assert_eq!(solution.plan.visits.len(), 3, "it is held on another day");
}
