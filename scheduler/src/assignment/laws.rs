//! Laws of the search, held on made-up problems: figures kept up to date agree with those from scratch, and
//! answers with a count of every assignment there is.

use super::breach::Breach;
use super::samples::{mixed, plain, problem, strict};
use super::state::{Changes, State};
use super::track::Track;
use super::*;
use crate::cost;
use crate::plan::Plan;
use crate::problem::EnrolmentIx;
use crate::problem::records::{NetworkRecord, ProblemRecords, TrackRecord};
use crate::random::Random;
use crate::rules;

fn plan_of(state: &State<'_>) -> Plan {
    let track = state.track;
    let network_of = state.slots().iter().map(|&slot| track.networks.get(slot as usize).copied()).collect();
    Plan::assigned(network_of)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0)
}

/// One to four enrolments, each to some slot it may go to.
fn any_changes(state: &State<'_>, chance: &mut Random) -> Changes {
    let mut changes = Changes::new();
    for _ in 0..=chance.below(4) {
        let (e, to) = (chance.below(state.track.len()), chance.below(state.track.slots()));
        if state.track.open(e, to) && state.slot(e) != to && changes.iter().all(|&(f, _)| f as usize != e) {
            changes.push((e as u32, to as u32));
        }
    }
    changes
}

#[test]
fn a_delta_is_the_cost_after_less_the_cost_before() {
    for seed in 0..8 {
        let problem = problem(&mixed(seed, 6, 4));
        let track = Track::new(&problem, TrackIx(0));
        let mut state = State::new(&track);
        let mut chance = Random::new(seed);
        for _ in 0..300 {
            let changes = any_changes(&state, &mut chance);
            let before = cost::cost(&problem, &plan_of(&state)).assignment();
            let delta = state.go(&changes);
            let after = cost::cost(&problem, &plan_of(&state)).assignment();
            assert!(near(after - before, delta.cost), "{changes:?}: {before} to {after}, not by {}", delta.cost);
            assert!(near(after, state.cost()));
        }
    }
}

#[test]
fn a_state_breaks_nothing_exactly_when_the_rules_say_so() {
    let (mut whole, mut broken) = (0, 0);
    for seed in 0..12 {
        let problem = problem(&mixed(seed, 3, 3));
        let track = Track::new(&problem, TrackIx(0));
        let mut state = State::new(&track);
        let mut chance = Random::new(seed);
        for _ in 0..600 {
            let changes = any_changes(&state, &mut chance);
            state.go(&changes);
            let violations = rules::violations(&problem, &plan_of(&state));
            assert_eq!(violations.is_empty(), state.breach().is_none(), "{:?}: {violations:?}", state.breach());
            *(if violations.is_empty() { &mut whole } else { &mut broken }) += 1;
        }
    }
    assert!(whole > 20 && broken > 20, "{whole} whole, {broken} broken: both must be seen");
}

#[test]
fn a_breach_kept_up_to_date_is_the_breach_counted_afresh() {
    for seed in 0..8 {
        let problem = problem(&mixed(seed, 5, 4));
        let track = Track::new(&problem, TrackIx(0));
        let mut state = State::new(&track);
        let mut chance = Random::new(seed);
        for _ in 0..300 {
            state.go(&any_changes(&state, &mut chance));
            let kept: Breach = state.breach();
            state.recount();
            assert_eq!(kept, state.breach());
        }
    }
}

/// The cheapest of all assignments that keep every rule, by trying all.
fn cheapest_of_all(problem: &Task) -> Option<f64> {
    let (enrolments, networks) = (problem.enrolments().len(), problem.networks().len());
    let mut best: Option<f64> = None;
    for code in 0..(networks + 1).pow(enrolments as u32) {
        let slot = |e: usize| code / (networks + 1).pow(e as u32) % (networks + 1);
        let network = |slot: usize| (slot < networks).then(|| NetworkIx::new(slot));
        let plan = Plan::assigned((0..enrolments).map(|e| network(slot(e))).collect());
        let sound =
            (0..enrolments).all(|e| plan.network_of[e].is_none_or(|n| problem.eligible(EnrolmentIx::new(e), n)));
        if sound && rules::violations(problem, &plan).is_empty() {
            let cost = cost::cost(problem, &plan).assignment();
            best = Some(best.map_or(cost, |best: f64| best.min(cost)));
        }
    }
    best
}

#[test]
fn the_answer_is_the_best_of_all_assignments() {
    let (mut found, mut impossible) = (0, 0);
    for seed in 0..24 {
        let records = if seed % 2 == 0 { mixed(seed, 3, 2) } else { strict(seed, 3, 2) };
        let problem = problem(&records);
        match (solve(&problem, None, seed, &Budget::of_work(20_000)), cheapest_of_all(&problem)) {
            (Outcome::Assigned(assignment), Some(best)) => {
                let plan = Plan::assigned(assignment.network_of);
                assert_eq!(rules::violations(&problem, &plan), vec![]);
                let cost = cost::cost(&problem, &plan).assignment();
                assert!(near(cost, best), "seed {seed}: {cost}, not {best}");
                assert!(assignment.bound <= best + 1e-6, "seed {seed}: bound {} above {best}", assignment.bound);
                found += 1;
            }
            (Outcome::Infeasible(clash), None) => {
                assert!(!clash.networks.is_empty() && !clash.rules.is_empty());
                impossible += 1;
            }
            (outcome, best) => panic!("seed {seed}: {outcome:?}, but the best of all is {best:?}"),
        }
    }
    assert!(found > 8 && impossible > 0, "{found} found, {impossible} impossible: both must be seen");
}

#[test]
fn the_model_of_the_rules_agrees_with_a_count_of_all_assignments() {
    let (mut whole, mut impossible) = (0, 0);
    for seed in 0..24 {
        let records = if seed % 3 == 0 { mixed(seed, 3, 2) } else { strict(seed, 3, 2) };
        let problem = problem(&records);
        let track = Track::new(&problem, TrackIx(0));
        match (
            feasible::decide(&track, &vec![false; track.len()], 1, &Budget::of_work(10_000)),
            cheapest_of_all(&problem),
        ) {
            (feasible::Verdict::Whole(slots), Some(_)) => {
                assert_eq!(rules::violations(&problem, &plan_of(&State::of(&track, &slots))), vec![]);
                whole += 1;
            }
            (feasible::Verdict::Infeasible, None) => impossible += 1,
            (_, best) => panic!("seed {seed}: the model is wrong or undecided, the best of all is {best:?}"),
        }
    }
    assert!(whole > 4 && impossible > 4, "{whole} whole, {impossible} impossible: both must be seen");
}

/// The same records, every list in another order.
fn shuffled(records: &ProblemRecords) -> ProblemRecords {
    let mut other = records.clone();
    other.regions.reverse();
    other.municipalities.rotate_left(2);
    other.networks.reverse();
    other.enrolments.rotate_left(3);
    if let Some(rules) = &mut other.pair_rules {
        rules.reverse();
    }
    other
}

#[test]
fn under_a_work_limit_the_order_of_records_changes_nothing() {
    let records = mixed(5, 6, 4);
    let answers = [&records, &shuffled(&records), &records].map(|records| {
        let Outcome::Assigned(assignment) = solve(&problem(records), None, 9, &Budget::of_work(30_000)) else {
            panic!("this sample can be assigned")
        };
        assignment
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn hundreds_are_placed_by_the_first_filling_alone() {
    let problem = problem(&plain(300, &[(5, 10); 80]));
    let Outcome::Assigned(assignment) = solve(&problem, None, 1, &Budget::of_work(0)) else {
        panic!("can be assigned")
    };
    let plan = Plan::assigned(assignment.network_of);
    assert_eq!(rules::violations(&problem, &plan), vec![]);
    assert!(plan.network_of.iter().all(Option::is_some));
}

#[test]
fn a_start_is_never_made_worse() {
    let problem = problem(&mixed(5, 6, 4));
    let cost_of =
        |assignment: &Assignment| cost::cost(&problem, &Plan::assigned(assignment.network_of.clone())).assignment();
    let Outcome::Assigned(first) = solve(&problem, None, 1, &Budget::of_work(20_000)) else {
        panic!("can be assigned")
    };
    let Outcome::Assigned(second) = solve(&problem, Some(&first), 2, &Budget::of_work(300)) else {
        panic!("has a start")
    };
    assert!(cost_of(&second) <= cost_of(&first) + 1e-6);
}

#[test]
fn tracks_are_solved_each_by_itself() {
    let mut records = plain(4, &[(2, 4), (2, 4)]);
    records.tracks = Some(["x", "y"].map(|id| TrackRecord { id: id.to_owned(), ..Default::default() }).to_vec());
    for (at, network) in records.networks.iter_mut().enumerate() {
        network.track = Some(["x", "y"][at].to_owned());
    }
    for (at, enrolment) in records.enrolments.iter_mut().enumerate() {
        enrolment.track = Some(["x", "y"][at % 2].to_owned());
    }
    let problem = problem(&records);
    let Outcome::Assigned(assignment) = solve(&problem, None, 1, &Budget::of_work(5_000)) else {
        panic!("can be assigned")
    };
    for (e, network) in assignment.network_of.iter().enumerate() {
        assert_eq!(network.map(|n| problem.network(n).track), Some(problem.enrolments()[e].track));
    }
}

fn clash_of(records: &ProblemRecords) -> Clash {
    match solve(&problem(records), None, 1, &Budget::of_work(2_000)) {
        Outcome::Infeasible(clash) => clash,
        other => panic!("{other:?} is not infeasible"),
    }
}

#[test]
fn minimums_above_the_enrolments_are_named() {
    let clash = clash_of(&plain(2, &[(3, 4), (3, 4)]));
    assert_eq!((clash.networks, clash.rules), (vec!["n0".to_owned(), "n1".to_owned()], vec!["min_members".to_owned()]));
}

#[test]
fn delegates_that_cannot_be_had_are_named() {
    let mut records = plain(2, &[(1, 2)]);
    records.networks[0].min_delegates = Some(8);
    let clash = clash_of(&records);
    assert_eq!(clash.networks, vec!["n0".to_owned()]);
    assert!(clash.rules.contains(&"min_delegates".to_owned()));
}

#[test]
fn regions_that_cannot_be_had_are_named() {
    let mut records = plain(3, &[(2, 2)]);
    records.networks[0].min_regions = Some(2);
    for enrolment in &mut records.enrolments {
        enrolment.excluded = (!["e0", "e1"].contains(&enrolment.id.as_str())).then(|| vec!["n0".to_owned()]);
    }
    assert!(clash_of(&records).rules.contains(&"min_regions".to_owned()));
}

#[test]
fn a_clash_that_no_count_of_one_network_shows_is_proved_all_the_same() {
    // Both networks need two of the only three that may come; a third one is there for the others.
    let mut records = plain(3, &[(2, 2), (2, 2), (0, 6)]);
    for enrolment in &mut records.enrolments {
        let outside = !["e0", "e1", "e2"].contains(&enrolment.id.as_str());
        enrolment.excluded = outside.then(|| vec!["n0".to_owned(), "n1".to_owned()]);
    }
    let clash = clash_of(&records);
    assert_eq!(clash.networks, vec!["n0".to_owned(), "n1".to_owned()]);
}

#[test]
fn without_networks_everybody_is_left_out() {
    let problem = problem(&plain(2, &[]));
    let Outcome::Assigned(assignment) = solve(&problem, None, 1, &Budget::of_work(100)) else {
        panic!("nothing is demanded")
    };
    assert!(assignment.network_of.iter().all(Option::is_none));
    assert!(near(assignment.bound, 400_000.0));
}

#[test]
fn the_only_assignment_there_is_proves_itself() {
    let problem = problem(&plain(2, &[(4, 4)]));
    let Outcome::Assigned(assignment) = solve(&problem, None, 1, &Budget::of_work(1_000)) else {
        panic!("all must be in")
    };
    let plan = Plan::assigned(assignment.network_of);
    assert!(near(assignment.bound, cost::cost(&problem, &plan).assignment()));
}

#[test]
fn an_empty_network_is_opened_where_that_pays() {
    let may_stay_empty = |network: NetworkRecord| NetworkRecord { may_stay_empty: Some(true), ..network };
    let mut records = plain(6, &[(4, 6), (4, 6), (4, 6)]);
    records.networks = records.networks.into_iter().map(may_stay_empty).collect();
    let problem = problem(&records);
    let Outcome::Assigned(assignment) = solve(&problem, None, 1, &Budget::of_work(60_000)) else {
        panic!("can be assigned")
    };
    let plan = Plan::assigned(assignment.network_of);
    assert!(plan.network_of.iter().all(Option::is_some));
    let sizes: Vec<usize> = plan.members(&problem).iter().map(Vec::len).collect();
    assert_eq!(sizes, vec![4, 4, 4], "travel is least in three small networks");
}
