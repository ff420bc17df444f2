use super::super::frame::Frame;
use super::super::refine::{Proof, cost_of};
use super::super::state::State;
use super::super::{exact, greedy, groups};
use super::*;
use crate::effort::Budget;
use crate::milp::Options;
use crate::plan::Plan;
use crate::problem::records::*;
use crate::problem::{Hosting, NetworkIx};
use crate::random::Random;
use crate::small;
use crate::steering::Task;

/// Five towns in one network with two rounds; diaries differ by seed.
fn programme(seed: u64, hosting: Hosting) -> Task {
    let mut random = Random::new(seed);
    let date = |day: usize| format!("2024-01-{:02}", 1 + day);
    let mut some = |share: usize| Some((0..31).filter(|_| random.below(10) < share).map(date).collect());
    let town = |i: usize, unavailable, undesired| MunicipalityRecord {
        id: format!("t{i}"),
        region: "r".into(),
        can_host: Some(i != 4),
        unavailable,
        undesired,
        ..Default::default()
    };
    let enrolment = |i: usize| EnrolmentRecord {
        id: format!("e{i}"),
        municipality: format!("t{i}"),
        delegates: 1 + i as i64 % 3,
        ..Default::default()
    };
    let round = |id: &str, start: &str, end: &str| RoundRecord {
        id: id.into(),
        name: None,
        start: start.into(),
        end: end.into(),
    };
    let pace = |days: i64, penalty: Option<f64>| PaceRecord { window_days: days, max_visits: Some(1), penalty };
    small::problem(&ProblemRecords {
        name: "programme".into(),
        regions: vec![RegionRecord { id: "r".into(), ..Default::default() }],
        municipalities: (0..5).map(|i| town(i, some(5), some(3))).collect(),
        networks: vec![NetworkRecord { id: "n".into(), min_members: 1, max_members: 9, ..Default::default() }],
        enrolments: (0..5).map(enrolment).collect(),
        rounds: Some(vec![round("r1", "2024-01-01", "2024-01-13"), round("r2", "2024-01-18", "2024-01-31")]),
        visits: Some(VisitsRecord {
            hosting: Some(hosting),
            pace: Some(vec![pace(3, None), pace(5, Some(5.0))]),
            ..Default::default()
        }),
        ..Default::default()
    })
}

/// Twenty programmes, in which a member hosts once or in each round.
fn programmes() -> impl Iterator<Item = (Task, Plan)> {
    (0..20).map(|seed| {
        let problem = programme(seed, if seed % 2 == 0 { Hosting::Once } else { Hosting::EachRound });
        let plan = Plan::assigned(vec![Some(NetworkIx(0)); 5]);
        (problem, plan)
    })
}

#[test]
fn families_find_and_prove_what_the_model_of_all_rules_finds() {
    let budget = Budget::of_work(u64::MAX);
    let mut proved = 0;
    for (problem, plan) in programmes() {
        let frame = Frame::new(&problem, &plan);
        let mut state = State::new(&frame);
        greedy::fill(&mut state);
        let (alone, start) = (State::new(&frame), state.days().to_vec());
        let model = exact::solve(&alone, &frame.of_network[0], false, &start, Options::default(), &budget)
            .expect("a small model");
        state.restore(&model.days);
        let best = cost_of(&mut state, 0);
        let view = View::new(&frame, &frame.members(0), |_, _| true);
        let found = solve(&view, 1e9, None, 20_000, &budget).expect("few sets of days");
        assert!(found.bound <= best + 1e-6, "{} {best}", found.bound);
        if found.done {
            state.restore(&found.days);
            assert_eq!((cost_of(&mut state, 0), found.bound), (best, best));
            proved += 1;
        }
    }
    assert!(proved >= 8, "only {proved} of 20 were proved");
}

#[test]
fn a_programme_of_group_visits_is_proved_with_work_alone() {
    let (problem, plan) = programmes().next().expect("there are twenty");
    let frame = Frame::new(&problem, &plan);
    let mut state = State::new(&frame);
    let mut proof = Proof::new(&frame);
    let budget = Budget::of_work(10_000_000);
    groups::solve(&mut state, &mut proof, &budget);
    assert_eq!(state.cost(), proof.total());
}

#[test]
fn a_bound_between_two_costs_is_raised_to_the_higher() {
    let grain = Grain(5.0);
    assert_eq!([2450.0, 2450.000001, 2451.0, 0.0].map(|bound| grain.up(bound)), [2450.0, 2450.0, 2455.0, 0.0]);
    assert_eq!(Grain(0.0).up(2451.0), 2451.0);
}
