use std::time::Duration;

use super::frame::{AWAY, Frame};
use super::moves::MOVES;
use super::state::State;
use super::*;
use crate::effort::{Effort, News, Watch};
use crate::problem::records::*;
use crate::problem::{Hosting, NetworkIx};
use crate::random::Random;
use crate::{cost, rules, small};

/// Nine towns, two of whose enrolments are in another network and track, with every rule about dates in force.
fn programme(hosting: Hosting, capacity: i64) -> ProblemRecords {
    let date = |day: i64| format!("2024-01-{:02}", 1 + day % 31);
    let towns = 0..9_i64;
    let town = |i: i64| MunicipalityRecord {
        id: format!("t{i}"),
        region: "r".into(),
        can_host: Some(i != 4),
        host_capacity: (i % 4 > 0).then_some(capacity + i % 3),
        unavailable: Some((0..9).map(|k| date(i * 7 + k * 5)).collect()),
        cannot_host_on: Some(vec![date(i + 11)]),
        undesired: Some((0..6).map(|k| date(i * 3 + k * 4)).collect()),
        ..Default::default()
    };
    let enrolment = |id: String, i: i64, track: &str| EnrolmentRecord {
        id,
        municipality: format!("t{i}"),
        track: Some(track.into()),
        delegates: 1 + i % 3,
        ..Default::default()
    };
    let network = |id: &str| NetworkRecord {
        id: id.into(),
        track: Some(id.into()),
        min_members: 1,
        max_members: 9,
        ..Default::default()
    };
    let round = |id: &str, start: &str, end: &str| RoundRecord {
        id: id.into(),
        name: None,
        start: start.into(),
        end: end.into(),
    };
    let pace =
        |days: i64, most: i64, penalty: Option<f64>| PaceRecord { window_days: days, max_visits: Some(most), penalty };
    ProblemRecords {
        name: "programme".into(),
        regions: vec![RegionRecord { id: "r".into(), name: None, max_visits_per_day: Some(2) }],
        municipalities: towns.clone().map(town).collect(),
        tracks: Some(["n", "o"].map(|id| TrackRecord { id: id.into(), ..Default::default() }).to_vec()),
        networks: vec![network("n"), network("o")],
        enrolments: towns
            .map(|i| enrolment(format!("n{i}"), i, "n"))
            .chain((0..3).map(|i| enrolment(format!("o{i}"), i, "o")))
            .collect(),
        rounds: Some(vec![round("r1", "2024-01-01", "2024-01-14"), round("r2", "2024-01-17", "2024-01-31")]),
        visits: Some(VisitsRecord {
            hosting: Some(hosting),
            pace: Some(vec![pace(3, 2, None), pace(4, 1, Some(2.5)), pace(6, 2, Some(1.0))]),
            min_return_days: Some(3),
            max_visits_per_day: Some(3),
        }),
        ..Default::default()
    }
}

/// Everybody in the network of their track.
fn assigned(problem: &Task) -> Plan {
    let network = |e: &crate::problem::Enrolment| Some(NetworkIx::new(e.track.at()));
    Plan::assigned(problem.enrolments().iter().map(network).collect())
}

/// Group visits, split visits and pairwise exchange, once and in each round.
fn shapes() -> Vec<(Task, Plan)> {
    let shapes = [(Hosting::Once, 40), (Hosting::Once, 4), (Hosting::EachRound, 5), (Hosting::Once, 1)];
    let problems = shapes.map(|(hosting, capacity)| small::problem(&programme(hosting, capacity)));
    problems.into_iter().map(|problem| (assigned(&problem), problem)).map(|(plan, problem)| (problem, plan)).collect()
}

fn broken_dates(problem: &Task, plan: &Plan) -> Vec<rules::Violation> {
    rules::violations(problem, plan)
        .into_iter()
        .filter(|violation| violation.rule.subject() == rules::Subject::Timetable)
        .collect()
}

fn with_work(problem: &Task, plan: &Plan, work: u64) -> Timetable {
    solve(problem, plan, 3, &Budget::of_work(work))
}

#[test]
fn every_move_costs_what_counting_anew_says_and_breaks_no_rule() {
    for (problem, plan) in shapes() {
        let frame = Frame::new(&problem, &plan);
        let mut state = State::new(&frame);
        greedy::fill(&mut state);
        let mut random = Random::new(5);
        for (attempt, _) in MOVES.iter().cycle().take(1_400) {
            let (before, days) = (state.cost(), state.days().to_vec());
            if attempt(&mut state, &mut random) && random.below(2) == 0 {
                state.keep();
                let plan = Plan { visits: state.visits(), ..plan.clone() };
                let counted = cost::cost(&problem, &plan).timetable();
                assert!((state.cost() - counted).abs() < 1e-6, "{} {counted}", state.cost());
                assert_eq!(broken_dates(&problem, &plan), []);
            } else {
                state.undo(0);
                assert_eq!((state.cost(), state.days()), (before, days.as_slice()));
            }
        }
    }
}

#[test]
fn the_exact_model_admits_every_timetable_at_its_true_cost() {
    for (problem, plan) in shapes() {
        let frame = Frame::new(&problem, &plan);
        let (alone, mut state) = (State::new(&frame), State::new(&frame));
        greedy::fill(&mut state);
        let mut random = Random::new(7);
        for (attempt, _) in MOVES.iter().cycle().take(140) {
            if !attempt(&mut state, &mut random) {
                state.undo(0);
            }
            state.keep();
            let costs = (0..2).map(|network| {
                let days = &state.days()[exact::slots(&frame, network)];
                exact::cost(&alone, &frame.of_network[network], days).expect("a timetable is a solution")
            });
            let modelled: f64 = costs.sum();
            assert!((modelled - state.cost()).abs() < 1e-6, "{modelled} {}", state.cost());
        }
    }
}

/// The same shapes, each with a plan before, of which every other host has lost a day; a change costs 7.
fn after_losses() -> Vec<(Task, Plan)> {
    let shapes = [(Hosting::Once, 40), (Hosting::Once, 4), (Hosting::EachRound, 5), (Hosting::Once, 1)];
    let replanned = |(hosting, capacity)| {
        let mut records = programme(hosting, capacity);
        let problem = small::problem(&records);
        let plan = assigned(&problem);
        let id = |e: crate::problem::EnrolmentIx| problem.enrolment(e).id.clone();
        let visits = with_work(&problem, &plan, 3_000).visits;
        for visit in visits.iter().filter(|visit| visit.host.at() % 2 == 0) {
            let days = &mut records.municipalities[problem.enrolment(visit.host).municipality.at()].cannot_host_on;
            let days = days.get_or_insert_default();
            if days.len() < 2 {
                days.push(visit.day.to_string());
            }
        }
        let visits = visits.into_iter().map(|visit| crate::plan::VisitRecord {
            network: problem.network(visit.network).id.clone(),
            host: id(visit.host),
            date: visit.day.to_string(),
            guests: visit.guests.into_iter().map(id).collect(),
            round: None,
        });
        let base = crate::plan::PlanRecords { visits: visits.collect(), ..Default::default() };
        let written =
            crate::steering::SteeringRecords { base: Some(base), change_weight: Some(7.0), ..Default::default() };
        let after = small::problem(&records);
        let steering = crate::Steering::new(&after, &written).unwrap();
        (after.steered(steering), plan)
    };
    shapes.into_iter().map(replanned).collect()
}

#[test]
fn changes_are_counted_alike_by_search_model_and_judge_where_days_are_lost() {
    let (mut free, mut priced) = (0, 0);
    for (problem, plan) in after_losses() {
        let frame = Frame::new(&problem, &plan);
        let (alone, mut state) = (State::new(&frame), State::new(&frame));
        let steering = problem.steering().unwrap();
        state.adopt(&steering.base().unwrap().visits);
        greedy::fill(&mut state);
        let mut random = Random::new(5);
        for (attempt, _) in MOVES.iter().cycle().take(700) {
            let before = (state.cost(), state.days().to_vec());
            if !attempt(&mut state, &mut random) || random.below(2) > 0 {
                state.undo(0);
                assert_eq!((state.cost(), state.days().to_vec()), before);
                continue;
            }
            state.keep();
            let plan = Plan { visits: state.visits(), ..plan.clone() };
            let judged = steering.judge(&problem, &plan);
            let counted = cost::cost(&problem, &plan).timetable() + judged.price;
            assert!((state.cost() - counted).abs() < 1e-6, "{} {counted}", state.cost());
            let modelled = (0..2).map(|network| {
                let days = &state.days()[exact::slots(&frame, network)];
                exact::cost(&alone, &frame.of_network[network], days).expect("a timetable is a solution")
            });
            assert!((modelled.sum::<f64>() - counted).abs() < 1e-6, "{counted}");
            free += usize::from(judged.changes.total() == 0);
            priced += judged.changes.total();
        }
    }
    assert!(priced > 100, "{free} plans without a change, {priced} changes: shows too little");
}

#[test]
fn the_exact_model_of_some_hostings_counts_what_they_add_to_the_others() {
    for (problem, plan) in shapes() {
        let frame = Frame::new(&problem, &plan);
        let mut others = State::new(&frame);
        greedy::fill(&mut others);
        let units: Vec<u32> = frame.of_network[0].iter().copied().step_by(2).collect();
        units.iter().for_each(|&u| others.clear(u as usize));
        others.keep();
        let modelled = |days: &[_]| exact::cost(&others, &units, days).expect("a timetable is a solution");
        let nothing: Vec<_> = units.iter().flat_map(|&u| neighbourhood::days_of(&others, u as usize)).collect();
        let mut random = Random::new(3);
        for _ in 0..20 {
            let mut state = others.clone();
            units.iter().for_each(|&u| place::place(&mut state, u as usize, Some((&mut random, 0.4))));
            let days: Vec<_> = units.iter().flat_map(|&u| neighbourhood::days_of(&state, u as usize)).collect();
            let (added, counted) = (modelled(&days) - modelled(&nothing), state.cost() - others.cost());
            assert!((added - counted).abs() < 1e-6, "{added} {counted}");
        }
    }
}

#[test]
fn a_network_is_solved_a_few_hostings_at_a_time() {
    for (problem, plan) in shapes().into_iter().take(2) {
        let frame = Frame::new(&problem, &plan);
        let mut state = State::new(&frame);
        greedy::fill(&mut state);
        let units = &frame.of_network[0];
        let alone = State::new(&frame);
        let (before, proof) = (state.cost(), Proof::new(&frame));
        let some = crate::milp::Options { nodes: Some(20), iterations: Some(3_000), ..Default::default() };
        neighbourhood::search(&mut state, &proof, 0, 1, &Budget::of_work(200_000), None);
        let start = state.days()[exact::slots(&frame, 0)].to_vec();
        let whole =
            exact::solve(&alone, units, false, &start, some.clone(), &Budget::of_work(u64::MAX)).expect("small");
        let after = refine::cost_of(&mut state, 0);
        assert!(state.cost() <= before && after >= whole.bound - 1e-6, "{before} {after} {}", whole.bound);
        assert!(!whole.optimal || after <= whole.bound * 1.05 + 1e-6, "{after} {}", whole.bound);
        let plan = Plan { visits: state.visits(), ..plan.clone() };
        assert_eq!(broken_dates(&problem, &plan), []);
    }
}

#[test]
fn a_small_network_is_solved_and_proved() {
    let problem = small::problem(&small::records());
    let plan = assigned(&problem);
    let found = with_work(&problem, &plan, 50_000);
    assert_eq!((found.visits.len(), found.bound), (3, 0.0));
    let mut records = small::records();
    records.visits = Some(VisitsRecord {
        pace: Some(vec![PaceRecord { window_days: 10, max_visits: Some(1), penalty: Some(2.0) }]),
        ..Default::default()
    });
    let problem = small::problem(&records);
    let found = with_work(&problem, &plan, 50_000);
    let counted = cost::cost(&problem, &Plan { visits: found.visits, ..plan }).timetable();
    assert!(counted > 0.0 && found.bound <= counted && found.bound > counted - 1e-4, "{} {counted}", found.bound);
}

/// A caller whose clock goes on a millisecond each time it is looked at.
#[derive(Default)]
struct Ticking(std::sync::atomic::AtomicU64);

impl Watch for Ticking {
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
    fn stopped(&self) -> bool {
        false
    }
    fn tell(&self, _news: News) {}
}

#[test]
fn the_solver_beside_the_search_proves_what_it_found() {
    let mut records = small::records();
    let pace = PaceRecord { window_days: 10, max_visits: Some(1), penalty: Some(2.0) };
    records.visits = Some(VisitsRecord { pace: Some(vec![pace]), ..Default::default() });
    let problem = small::problem(&records);
    let plan = assigned(&problem);
    let watch = Ticking::default();
    let effort = Effort { threads: 2, ..Effort::default() };
    let found = solve(&problem, &plan, 1, &Budget::new(&effort, &watch));
    let counted = cost::cost(&problem, &Plan { visits: found.visits, ..plan }).timetable();
    assert!(counted > 0.0 && found.bound <= counted && found.bound > counted - 1e-4, "{} {counted}", found.bound);
}

#[test]
fn what_lies_before_the_steps_of_a_move_can_be_told() {
    let (problem, plan) = shapes().remove(1);
    let frame = Frame::new(&problem, &plan);
    let mut state = State::new(&frame);
    greedy::fill(&mut state);
    let before = state.days().to_vec();
    state.clear(0);
    let mut told = Vec::new();
    state.days_before(&mut told);
    assert_eq!(told, before);
    assert!(before[..frame.hostings[0].guests.len()].iter().any(|&day| day != AWAY));
    state.restore(&before);
    assert_eq!(state.days(), before);
}

#[test]
fn no_timetable_costs_less_than_the_estimate() {
    for (problem, plan) in shapes() {
        let estimate = Estimate::new(&problem);
        let members = plan.members(&problem);
        let [floor, near] = [1, 60].map(|looks| members.iter().map(|m| estimate.near(m, looks)).sum::<f64>());
        let found = Plan { visits: with_work(&problem, &plan, 3_000).visits, ..plan.clone() };
        let cost = cost::cost(&problem, &found).timetable();
        assert!(0.0 <= floor && floor <= near && near <= cost, "{floor} {near} {cost}");
    }
}

#[test]
fn the_estimate_counts_pace_more_the_more_often_it_looks() {
    let mut records = small::records();
    let pace = PaceRecord { window_days: 10, max_visits: Some(1), penalty: Some(2.0) };
    records.visits = Some(VisitsRecord { pace: Some(vec![pace]), ..Default::default() });
    let problem = small::problem(&records);
    let members = assigned(&problem).members(&problem).remove(0);
    let estimate = Estimate::new(&problem);
    assert_eq!(estimate.floor(&members), 0.0);
    let found = with_work(&problem, &assigned(&problem), 50_000);
    assert!((estimate.near(&members, 100) - found.bound).abs() < 1.0, "{}", estimate.near(&members, 100));
}

#[test]
fn a_search_ends_no_worse_than_it_began_and_says_so_truly() {
    for (problem, plan) in shapes() {
        let start = Plan { visits: greedy(&problem, &plan).visits, ..plan.clone() };
        let found = with_work(&problem, &start, 3_000);
        let end = Plan { visits: found.visits, ..plan };
        let (before, after) = (cost::cost(&problem, &start).timetable(), cost::cost(&problem, &end).timetable());
        assert!(found.bound <= after && after <= before, "{} {after} {before}", found.bound);
        assert_eq!(broken_dates(&problem, &end), []);
    }
}

#[test]
fn the_same_work_gives_the_same_timetable() {
    for (problem, plan) in shapes() {
        assert_eq!(with_work(&problem, &plan, 2_000), with_work(&problem, &plan, 2_000));
    }
}

#[test]
fn without_rounds_there_is_nothing_to_time() {
    let problem = small::problem(&ProblemRecords { rounds: None, ..small::records() });
    let plan = assigned(&problem);
    assert_eq!(greedy(&problem, &plan), Timetable::default());
    assert_eq!(with_work(&problem, &plan, 10), Timetable::default());
}
