use super::*;
use crate::check::resolve;
use crate::cost::measures;
use crate::explain::english;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::ProblemRecords;
use crate::problem::records::{NetworkRecord, PaceRecord, VisitsRecord, WeightsRecord};
use crate::rules::RuleCode;
use crate::small::{self, ALL};
use crate::steering::{Steering, Task};

fn made(records: &ProblemRecords, assignments: &[(&str, &str)], visits: &[small::Visit<'_>]) -> (Task, Plan) {
    let problem = small::problem(records);
    let plan = resolve(&problem, &small::plan(assignments, visits)).0;
    (problem, plan)
}

fn codes(explanation: &Explanation) -> Vec<&'static str> {
    explanation.reasons.iter().map(Reason::code).collect()
}

#[test]
fn shares_add_up_to_what_the_plan_costs() {
    let mut records = small::two_networks();
    records.municipalities[1].undesired = Some(vec!["2024-01-04".into()]);
    let soft = PaceRecord { window_days: 3, max_visits: None, penalty: Some(5.0) };
    records.visits = Some(VisitsRecord { pace: Some(vec![soft]), ..Default::default() });
    records.enrolments[0].preferences = Some(vec!["m".into()]);
    let visits: [small::Visit<'_>; 3] =
        [("n", "a", "2024-01-03", &["b"]), ("n", "a", "2024-01-04", &["c"]), ("n", "b", "2024-01-05", &["a"])];
    for assignments in [ALL, &[("a", "n"), ("b", "n")]] {
        let (problem, plan) = made(&records, assignments, &visits);
        let shares = shares::shares(&Facts::new(&problem, &plan));
        let sum = shares.iter().fold(Measures::default(), |sum, one| shares::plus(&sum, one));
        assert_eq!(sum, measures(&problem, &plan));
    }
}

#[test]
fn an_enrolment_is_told_what_keeps_it_from_its_wish() {
    let mut records = small::two_networks();
    records.networks[1].max_members = 1;
    records.enrolments[0].preferences = Some(vec!["m".into(), "n".into()]);
    records.weights = Some(WeightsRecord { preference: Some(1.0), ..Default::default() });
    let (problem, plan) = made(&records, &[("a", "n"), ("b", "n"), ("c", "m")], &[]);
    let found = enrolment(&problem, &plan, EnrolmentIx(0));
    assert_eq!(codes(&found), ["wish_granted", "best_place"], "to C it is farther than the wish is worth");
    records.municipalities[0].lat = 55.21;
    records.distances = None;
    let (problem, plan) = made(&records, &[("a", "n"), ("b", "n"), ("c", "m")], &[]);
    let found = enrolment(&problem, &plan, EnrolmentIx(0));
    assert_eq!(codes(&found)[..2], ["wish_granted", "cheaper_but_rule"]);
    assert_eq!(found.reasons[1].rule(), Some(RuleCode::A2));
    let told = english::reason(&problem, &found.reasons[1]);
    assert!(told.contains("all else as it is, but: full: 1 of 1 members (A2)"), "{told}");
    assert_eq!(found.rank, Some(Rank { place: 2, of: 2 }));
}

#[test]
fn the_difference_of_an_alternative_is_what_the_plan_would_cost_more() {
    let mut records = small::two_networks();
    records.enrolments[0].preferences = Some(vec!["m".into(), "n".into()]);
    let places = |a: &'static str| [("a", a), ("b", "n"), ("c", "m")];
    let (problem, plan) = made(&records, &places("n"), &[]);
    let (_, other) = made(&records, &places("m"), &[]);
    let halves = |plan: &Plan| crate::cost::cost(&problem, plan).assignment();
    let found = enrolment(&problem, &plan, EnrolmentIx(0));
    let alternative = found.alternatives.iter().find(|one| !one.present).unwrap();
    assert!((alternative.difference - (halves(&other) - halves(&plan))).abs() < 1e-9);
    assert!(alternative.stops.is_empty(), "{:?}", alternative.stops);
}

#[test]
fn a_swap_costs_what_both_cost_more() {
    let mut records = small::two_networks();
    records.networks[1].max_members = 1;
    records.networks[0].max_members = 2;
    let (problem, plan) = made(&records, &[("a", "n"), ("c", "n"), ("b", "m")], &[]);
    let (_, other) = made(&records, &[("b", "n"), ("c", "n"), ("a", "m")], &[]);
    let halves = |plan: &Plan| crate::cost::cost(&problem, plan).assignment();
    let found = enrolment(&problem, &plan, EnrolmentIx(0));
    let swap = found.alternatives.iter().find_map(|one| one.swap).unwrap();
    assert_eq!(swap.0, EnrolmentIx(1));
    assert!((swap.1 - (halves(&other) - halves(&plan))).abs() < 1e-9);
}

#[test]
fn who_is_left_out_is_told_why() {
    let mut records = small::records();
    records.networks[0].max_members = 2;
    let (problem, plan) = made(&records, &[("a", "n"), ("b", "n")], &[]);
    assert_eq!(codes(&enrolment(&problem, &plan, EnrolmentIx(2)))[0], "networks_full");
}

#[test]
fn a_visit_is_compared_with_the_other_open_days() {
    let mut records = small::records();
    records.municipalities[0].undesired = Some(vec!["2024-01-02".into()]);
    records.municipalities[0].cannot_host_on = Some(vec!["2024-01-08".into()]);
    let visits: [small::Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b", "c"]), ("n", "b", "2024-01-03", &["a", "c"])];
    let (problem, plan) = made(&records, ALL, &visits);
    let found = visit(&problem, &plan, 0);
    assert_eq!(found.alternatives.len(), 10, "two working weeks");
    assert_eq!(found.share.by_measure().undesired, 50.0);
    assert_eq!(found.share.by_measure().travel, 2.0 * (2.0 * 10.0 + 3.0 * 20.0));
    let rules = |one: &Alternative| one.stops.iter().map(Stop::rule).collect::<Vec<_>>();
    let stopped: Vec<_> = found.alternatives.iter().map(rules).filter(|rules| !rules.is_empty()).collect();
    assert_eq!(
        stopped,
        [vec![RuleCode::V2], vec![RuleCode::V5, RuleCode::V5, RuleCode::V5]],
        "the day it cannot host; all three are under way"
    );
    assert!(codes(&found).contains(&"cheaper_day"));
    let cheapest = &found.alternatives[0];
    let Choice::Day(day) = cheapest.choice else { panic!("a day") };
    let mut moved = plan.clone();
    moved.visits[0].day = day;
    moved.sort();
    let total = |plan: &Plan| crate::cost::cost(&problem, plan).total();
    assert!((cheapest.difference - (total(&moved) - total(&plan))).abs() < 1e-9);
}

#[test]
fn every_alternative_counts_for_the_rank_and_every_rule_in_the_way_of_one_binds() {
    let mut records = small::two_networks();
    records.networks[1].max_members = 1;
    records.networks.push(NetworkRecord { id: "o".into(), ..records.networks[1].clone() });
    records.enrolments[0].excluded = Some(vec!["o".into()]);
    records.municipalities[0].cannot_host_on = Some(vec!["2024-01-08".into()]);
    records.municipalities[0].undesired = Some(vec!["2024-01-02".into()]);
    let visits: [small::Visit<'_>; 1] = [("n", "a", "2024-01-02", &["b"])];
    let (problem, plan) = made(&records, &[("a", "n"), ("b", "n"), ("c", "m")], &visits);
    let found = enrolment(&problem, &plan, EnrolmentIx(0));
    assert_eq!(found.rank, Some(Rank { place: 2, of: 3 }), "alone in o it would cost nothing, but it excludes o");
    assert_eq!(found.rules(), [RuleCode::A1, RuleCode::A2]);
    let found = visit(&problem, &plan, 0);
    assert_eq!(found.rank, Some(Rank { place: 10, of: 10 }), "also the day on which it cannot host");
    assert_eq!(found.rules(), [RuleCode::V2]);
}

#[test]
fn a_network_tells_its_limits_and_a_plan_its_measures() {
    let mut records = small::records();
    records.networks[0].max_members = 3;
    records.networks[0].max_distance_km = Some(21.0);
    let (problem, plan) = made(&records, ALL, &[]);
    let found = network(&problem, &plan, NetworkIx(0));
    assert_eq!(codes(&found), ["at_most", "farthest", "cost_rank"]);
    assert_eq!(found.parts.len(), 3);
    let all = whole(&problem, &plan, 0.0);
    assert_eq!(
        codes(&all),
        ["largest_measure", "largest_measure", "nothing_proved", "dearest_network", "rule_at_limit", "rule_at_limit"]
    );
    assert_eq!(all.share, crate::cost::cost(&problem, &plan));
    assert!(all.reasons.iter().all(|reason| english::reason(&problem, reason).ends_with('.')));
}

fn stops(found: &Explanation, choice: Choice) -> Vec<&'static str> {
    let one = found.alternatives.iter().find(|one| one.choice == choice).unwrap();
    one.stops.iter().map(Stop::code).collect()
}

#[test]
fn everything_in_the_way_is_told_there_and_in_the_network_left_with_what_lifts_it_together() {
    let mut records = small::two_networks();
    records.networks.reverse(); // m, n
    records.networks[1].min_regions = Some(2);
    records.networks[1].min_delegates = Some(5);
    records.networks[0].max_members = 1;
    records.networks[0].max_members_per_region = Some(1);
    records.networks[0].max_distance_km = Some(5.0);
    let places = [("a", "n"), ("c", "n"), ("b", "m")];
    let (problem, plan) = made(&records, &places, &[]);
    let found = enrolment(&problem, &plan, EnrolmentIx(2));
    assert_eq!(
        stops(&found, Choice::Network(NetworkIx(0))),
        ["members_full", "too_far", "delegates_needed", "regions_needed"],
        "c leaves a alone"
    );
    let found = enrolment(&problem, &plan, EnrolmentIx(0));
    let into_m = found.alternatives.iter().find(|one| one.choice == Choice::Network(NetworkIx(0))).unwrap();
    let told = ["members_full", "region_full", "too_far", "delegates_needed", "regions_needed"];
    assert_eq!(into_m.stops.iter().map(Stop::code).collect::<Vec<_>>(), told);
    let mut lifted = problem.clone();
    into_m.lifted.as_ref().unwrap().iter().for_each(|change| change.apply(&mut lifted));
    let mut moved = plan.clone();
    moved.network_of[0] = Some(NetworkIx(0));
    assert!(!crate::rules::violations(&problem, &moved).is_empty());
    assert_eq!(crate::rules::violations(&lifted, &moved), []);
}

#[test]
fn locks_the_limit_of_changes_and_prices_are_told_by_name() {
    let mut records = small::two_networks();
    records.networks[0].max_distance_km = Some(100.0);
    let (problem, plan) = made(&records, &[("a", "n"), ("b", "n"), ("c", "m")], &[]);
    let (n, m) = (NetworkIx(1), NetworkIx(0));
    let told = |change: &dyn Fn(&mut Steering)| {
        let mut steering = Steering::from_plan(&problem, &plan);
        change(&mut steering);
        let steered = problem.steered(steering);
        let found = enrolment(&steered, &plan, EnrolmentIx(0));
        let one = found.alternatives.iter().find(|one| one.choice == Choice::Network(m)).unwrap().clone();
        let text = one.stops.first().map(|stop| english::stop(&steered, stop)).unwrap_or_default();
        (one.stops.first().map(Stop::code), text, one.price.total(), one.lifted.is_none())
    };
    assert_eq!(told(&|_| ()), (None, String::new(), 0.0, true));
    let stays = told(&|steering| steering.stay(EnrolmentIx(0), n));
    assert_eq!(stays, (Some("locked"), "it is locked in network n".to_owned(), 0.0, true));
    let closed = told(&|steering| steering.close(m));
    assert_eq!(closed, (Some("locked"), "network m is locked as a whole".to_owned(), 0.0, true));
    let limited = told(&|steering| steering.limit_changes(Some(0)));
    assert_eq!(limited, (Some("change_limit"), "no change is allowed".to_owned(), 0.0, true));
    let limited = told(&|steering| steering.limit_affected(Some(0)));
    assert_eq!(limited, (Some("affected_limit"), "no municipality may be affected".to_owned(), 0.0, true));
    assert_eq!(told(&|steering| steering.limit_affected(Some(1))).0, None, "only a itself is told of it");
    assert_eq!(told(&|steering| steering.weigh_changes(70.0)), (None, String::new(), 70.0, true));
}

#[test]
fn a_days_rules_are_told_apart_and_who_could_not_come() {
    let mut records = small::records();
    records.visits = Some(VisitsRecord { min_return_days: Some(3), ..Default::default() });
    records.municipalities[2].unavailable = Some(vec!["2024-01-10".into()]);
    let visits: [small::Visit<'_>; 2] = [("n", "a", "2024-01-08", &["b", "c"]), ("n", "b", "2024-01-04", &["a"])];
    let (problem, plan) = made(&records, ALL, &visits);
    let found = visit(&problem, &plan, 0);
    let on = |found: &Explanation, day: &str| {
        let choice = Choice::Day(Day::parse(day).unwrap());
        let one = found.alternatives.iter().find(|one| one.choice == choice).unwrap().clone();
        (one.stops.iter().map(|stop| (stop.code(), stop.rule())).collect::<Vec<_>>(), one.lost)
    };
    let busy = [("guest_busy", RuleCode::V5), ("guest_return_days", RuleCode::V9)];
    assert_eq!(
        on(&found, "2024-01-08").0,
        [&[("host_busy", RuleCode::V5)][..], &busy].concat(),
        "all are under way at a"
    );
    assert_eq!(on(&found, "2024-01-09").0, [("guest_return_days", RuleCode::V9)]);
    let (stops, lost) = on(&visit(&problem, &plan, 1), "2024-01-10");
    assert!(stops.is_empty() && lost.iter().map(|one| one.0).eq([EnrolmentIx(2)]), "b can come, c cannot: {lost:?}");
    assert_eq!(lost[0].1[0].rule(), RuleCode::V4);
}
