//! What steers a search, on the smallest case.

use super::*;
use crate::check::resolve;
use crate::effort::{Effort, Still};
use crate::plan::{AssignmentRecord, PlanRecords};
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

fn steered(records: &ProblemRecords, written: &SteeringRecords) -> Result<Task, Faults> {
    let problem = small::problem(records);
    let steering = Steering::new(&problem, written)?;
    Ok(problem.steered(steering))
}

/// The plan of a problem, with so much work.
pub(super) fn solve_in(problem: &Task, work: u64) -> Solution {
    let effort = Effort { work: Some(work), threads: 1, ..Effort::default() };
    match solve(problem, &effort, &Still) {
        Outcome::Planned(solution) => solution,
        other => panic!("{other:?}"),
    }
}

fn solved(records: &ProblemRecords, written: &SteeringRecords) -> (Task, Solution) {
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

/// What all three are locked by, in each of the ways that lock it.
fn locked_whole() -> [(SteeringRecords, &'static str); 3] {
    let of = |written: SteeringRecords| SteeringRecords { base: Some(base()), ..written };
    let before = of(SteeringRecords { before: Some("2030-01-01".into()), ..Default::default() });
    let all = ["a", "b", "c"].map(String::from).to_vec();
    [
        (of(SteeringRecords { networks: vec!["n".into()], ..Default::default() }), "/locks/networks/0"),
        (of(SteeringRecords { enrolments: all, ..Default::default() }), "/locks"),
        (before, "/locks"),
    ]
}

#[test]
fn what_is_locked_may_not_be_too_much_for_its_network() {
    let with = |change: fn(&mut crate::problem::records::NetworkRecord)| {
        let mut records = small::two_networks();
        change(&mut records.networks[0]);
        records
    };
    let too_small: [fn(&mut crate::problem::records::NetworkRecord); 3] = [
        |network| network.max_members = 2,
        |network| network.max_delegates = Some(5),
        |network| network.max_members_per_region = Some(1),
    ];
    for (at, change) in too_small.into_iter().enumerate() {
        for (written, pointer) in locked_whole() {
            assert_eq!(told(&with(change), &written), [(pointer.to_owned(), "lock_contradiction")], "{at}");
        }
    }
    let too_large: [fn(&mut crate::problem::records::NetworkRecord); 3] = [
        |network| network.min_members = 4,
        |network| network.min_delegates = Some(7),
        |network| network.min_regions = Some(3),
    ];
    for change in too_large {
        let mut records = with(change);
        records.networks[0].may_stay_empty = Some(true);
        for (written, pointer) in locked_whole() {
            match steered(&records, &written) {
                Ok(_) => assert_eq!(pointer, "/locks", "others may still come"),
                Err(faults) => assert_eq!((faults.len(), pointer), (1, "/locks/networks/0")),
            }
        }
    }
}

#[test]
fn visits_that_are_locked_with_more_guests_than_fit_are_refused_and_of_all_left_free() {
    let mut records = small::records();
    records.municipalities[0].host_capacity = Some(4);
    let guests = |host: &str| VisitLockRecord { host: host.into(), round: None, keep: Keep::Guests };
    let of = |written: SteeringRecords| SteeringRecords { base: Some(base()), ..written };
    let named = of(SteeringRecords { visits: vec![guests("b"), guests("a")], ..Default::default() });
    assert_eq!(told(&records, &named), [("/locks/visits/1".to_owned(), "lock_contradiction")]);
    let before = of(SteeringRecords { before: Some("2030-01-01".into()), ..Default::default() });
    assert_eq!(told(&records, &before), [("/locks".to_owned(), "lock_contradiction")]);
    let all = of(SteeringRecords { all_visits: Some(Keep::Guests), ..Default::default() });
    let (problem, solution) = solved(&records, &all);
    assert!(crate::rules::violations(&problem, &solution.plan).is_empty());
    assert_eq!(solution.plan.visits.len(), 4, "a receives twice");
}

#[test]
fn two_who_are_locked_apart_and_are_to_be_together_are_refused() {
    let mut records = small::two_networks();
    records.pair_rules = Some(vec![crate::problem::records::PairRuleRecord {
        kind: crate::problem::PairKind::Together,
        a: "A".into(),
        b: "B".into(),
    }]);
    let base = small::plan(&[("a", "n"), ("b", "m"), ("c", "n")], &[]);
    let of = |ids: &[&str]| SteeringRecords {
        base: Some(base.clone()),
        enrolments: ids.iter().map(|id| id.to_string()).collect(),
        ..Default::default()
    };
    assert_eq!(told(&records, &of(&["a", "b"])), [("/locks".to_owned(), "lock_contradiction")]);
    assert!(steered(&records, &of(&["a", "c"])).is_ok(), "b may still come");
    let second = crate::problem::records::EnrolmentRecord { id: "b2".into(), ..records.enrolments[1].clone() };
    records.enrolments.push(second);
    assert!(steered(&records, &of(&["a", "b"])).is_ok(), "the other one of B may still come");
}

/// Split visits to a, of which the first has lost its day, and the second would rather be elsewhere.
fn split() -> (ProblemRecords, PlanRecords) {
    let mut records = small::records();
    records.municipalities[0].host_capacity = Some(3);
    records.municipalities[0].cannot_host_on = Some(vec!["2024-01-02".into()]);
    records.municipalities[0].undesired = Some(vec!["2024-01-09".into()]);
    let visits: [Visit<'_>; 4] = [
        ("n", "a", "2024-01-02", &["b"]),
        ("n", "a", "2024-01-09", &["c"]),
        ("n", "b", "2024-01-04", &["a", "c"]),
        ("n", "c", "2024-01-08", &["a", "b"]),
    ];
    (records, small::plan(ALL, &visits))
}

#[test]
fn a_split_hosting_that_has_lost_a_day_moves_that_visit_alone() {
    let (records, base) = split();
    let days_of_a = |written: SteeringRecords| {
        let (problem, solution) = solved(&records, &SteeringRecords { base: Some(base.clone()), ..written });
        assert!(crate::rules::violations(&problem, &solution.plan).is_empty());
        let days = solution.plan.visits.iter().filter(|visit| visit.host.at() == 0).map(|visit| visit.day.to_string());
        let changes = solution.steered.unwrap().changes;
        assert_eq!(changes.forced.hostings, 1);
        (days.collect::<Vec<_>>(), changes.total())
    };
    let (free, counted) = days_of_a(SteeringRecords::default());
    assert!(free.len() == 2 && !free.contains(&"2024-01-09".to_owned()), "{free:?}");
    assert!(counted >= 1, "the visit that could have stayed has moved");
    for held in [
        SteeringRecords { max_changes: Some(0), ..Default::default() },
        SteeringRecords { change_weight: Some(1e5), ..Default::default() },
        SteeringRecords { all_visits: Some(Keep::Day), ..Default::default() },
        SteeringRecords { all_visits: Some(Keep::Guests), ..Default::default() },
    ] {
        let (days, counted) = days_of_a(held.clone());
        assert!(days.len() == 2 && days.contains(&"2024-01-09".to_owned()), "{held:?}: {days:?}");
        assert_eq!(counted, 0, "{held:?}");
    }
}

#[test]
fn what_could_have_stayed_counts_also_where_fewer_visits_are_held() {
    let (mut records, base) = split();
    records.municipalities[0].host_capacity = Some(5); // one visit is enough by now
    let days_of_a = |written: SteeringRecords| {
        let (_, solution) = solved(&records, &SteeringRecords { base: Some(base.clone()), ..written });
        let days = solution.plan.visits.iter().filter(|visit| visit.host.at() == 0).map(|visit| visit.day.to_string());
        (days.collect::<Vec<_>>(), solution.steered.unwrap().changes.total())
    };
    let (free, counted) = days_of_a(SteeringRecords::default());
    assert!(free.len() == 1 && free != ["2024-01-09"] && counted >= 1, "{free:?} {counted}");
    for held in [
        SteeringRecords { max_changes: Some(0), ..Default::default() },
        SteeringRecords { change_weight: Some(1e5), ..Default::default() },
        SteeringRecords { all_visits: Some(Keep::Day), ..Default::default() },
    ] {
        assert_eq!(days_of_a(held.clone()), (vec!["2024-01-09".to_owned()], 0), "{held:?}");
    }
}

#[test]
fn visits_beyond_those_that_are_lost_count_and_a_lock_on_days_forbids_them() {
    let (records, base) = split();
    let all = SteeringRecords { base: Some(base), all_visits: Some(Keep::Day), ..Default::default() };
    let problem = steered(&records, &all).unwrap();
    let steering = problem.steering().unwrap();
    let at = |days: [&str; 2]| {
        let visits: [Visit<'_>; 4] = [
            ("n", "a", days[0], &["b"]),
            ("n", "a", days[1], &["c"]),
            ("n", "b", "2024-01-04", &["a", "c"]),
            ("n", "c", "2024-01-08", &["a", "b"]),
        ];
        let plan = resolve(&problem, &small::plan(ALL, &visits)).0;
        (steering.changes(&problem, &plan).total(), steering.broken(&problem, &plan).len())
    };
    assert_eq!(at(["2024-01-03", "2024-01-09"]), (0, 0));
    assert_eq!(at(["2024-01-03", "2024-01-10"]), (1, 1));
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

/// What a plan of these changes against the base.
fn judged(records: &ProblemRecords, assignments: &[(&str, &str)], visits: &[Visit<'_>]) -> Steered {
    let problem = steered(records, &SteeringRecords { base: Some(base()), ..Default::default() }).unwrap();
    let plan = resolve(&problem, &small::plan(assignments, visits)).0;
    problem.steering().unwrap().judge(&problem, &plan)
}

#[test]
fn a_place_that_is_lost_and_a_hosting_that_is_dropped_are_changes() {
    let all = judged(&small::records(), ALL, &VISITS);
    assert_eq!((all.changes, all.affected), (Changes::default(), Affected::default()));
    let out = judged(&small::records(), &[("b", "n"), ("c", "n")], &[("n", "b", "2024-01-04", &["c"])]);
    assert_eq!(out.changes, Changes { places: 1, hostings: 1, ..Changes::default() }, "a's own goes with its place");
    assert_eq!(out.affected.municipalities, 3);
    let dropped = judged(&small::records(), ALL, &VISITS[1..]);
    assert_eq!(dropped.changes, Changes { hostings: 1, ..Changes::default() });
}

#[test]
fn a_hosting_for_which_there_is_no_day_any_more_is_forced_and_its_guests_are_affected() {
    let mut records = small::records();
    records.municipalities[0].can_host = Some(false);
    let found = judged(&records, ALL, &VISITS[1..]);
    assert_eq!((found.changes.total(), found.changes.forced.hostings), (0, 1));
    assert_eq!(found.affected.municipalities, 3, "the host and its two guests");
    let mut records = small::records();
    records.municipalities[0].host_capacity = Some(1); // nobody fits
    assert_eq!(judged(&records, ALL, &VISITS[1..]).changes.total(), 0);
}

#[test]
fn other_guests_on_the_same_day_affect_nobody_but_themselves() {
    let absent: [Visit<'_>; 3] = [("n", "a", "2024-01-02", &["b"]), VISITS[1], VISITS[2]];
    let found = judged(&small::records(), ALL, &absent);
    assert_eq!((found.changes.total(), found.affected.municipalities), (0, 1));
}

#[test]
fn too_many_members_for_a_network_are_proved_to_need_changes() {
    let mut records = small::two_networks();
    records.networks[0].max_members = 2;
    let few = |most| SteeringRecords { base: Some(base()), max_changes: Some(most), ..Default::default() };
    let effort = Effort { work: Some(20_000), ..Effort::default() };
    let outcome = solve(&steered(&records, &few(0)).unwrap(), &effort, &Still);
    let Outcome::Infeasible(clash) = outcome else { panic!("{outcome:?}") };
    assert_eq!(
        (clash.networks, clash.rules),
        (vec!["n".to_owned()], ["max_members", "max_changes"].map(String::from).to_vec())
    );
    let (_, solution) = solved(&records, &few(3));
    let changes = solution.steered.unwrap().changes;
    assert!(changes.total() <= 3 && changes.networks + changes.places >= 1, "{changes:?}");
}

#[test]
fn dates_that_cannot_all_stay_are_proved_to_need_a_change() {
    let mut records = small::records();
    records.municipalities[0].cannot_host_on =
        Some((1..=31).filter(|day| *day != 4).map(|day| format!("2024-01-{day:02}")).collect());
    let few = |most| SteeringRecords { base: Some(base()), max_changes: Some(most), ..Default::default() };
    let effort = Effort { work: Some(20_000), ..Effort::default() };
    let outcome = solve(&steered(&records, &few(0)).unwrap(), &effort, &Still);
    let Outcome::Infeasible(clash) = outcome else { panic!("b hosts on the only day that a has: {outcome:?}") };
    assert_eq!(clash.rules, ["max_changes"]);
    let changes = solved(&records, &few(1)).1.steered.unwrap().changes;
    assert_eq!((changes.total(), changes.hostings), (1, 0), "b makes way");
}

#[test]
fn as_many_as_may_be_affected_come_into_a_network_from_none() {
    let mut records = small::records();
    (records.networks[0].min_members, records.rounds) = (0, None);
    let nobody = ["a", "b", "c"].map(|e| AssignmentRecord { enrolment: e.into(), network: None });
    let base = PlanRecords { assignments: nobody.to_vec(), ..PlanRecords::default() };
    for most in 0..=3 {
        let written =
            SteeringRecords { base: Some(base.clone()), max_affected_municipalities: Some(most), ..Default::default() };
        let (_, solution) = solved(&records, &written);
        let placed = solution.plan.network_of.iter().flatten().count();
        assert_eq!(placed as i64, most, "{:?}", solution.plan.network_of);
    }
}
