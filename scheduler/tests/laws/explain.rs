//! What explanations say, against what the check and the costs say of the plans they speak of.

use std::collections::BTreeSet;

use scheduler::check::resolve;
use scheduler::cost::{Measures, cost, measures};
use scheduler::explain::fairness;
use scheduler::explain::why::{self, Choice, Stop, shares};
use scheduler::facts::Facts;
use scheduler::problem::EnrolmentIx;
use scheduler::rules::RuleCode;
use scheduler::rules::Subject;
use scheduler::{Outcome, Plan, Steering, Task, rules};

use crate::check::{close, problem};
use crate::common::generator::{self, SMALL, TINY};
use crate::common::random::Random;
use crate::oracle::Oracle;
use crate::plans;
use crate::solve::solved;

/// Any plan of any problem.
fn any(seed: u64) -> (Task, Plan) {
    let records = generator::problem(seed, if seed.is_multiple_of(2) { TINY } else { SMALL });
    let (problem, oracle) = (problem(&records), Oracle::new(&records));
    let written = oracle.written(&plans::any(&oracle, &mut Random::new(seed)));
    let plan = resolve(&problem, &written).0;
    (problem, plan)
}

/// The rules about assignments that a plan breaks.
fn broken(problem: &Task, plan: &Plan) -> Vec<RuleCode> {
    let all = rules::violations(problem, plan).into_iter();
    all.filter(|violation| violation.rule.subject() == Subject::Assignment).map(|violation| violation.rule).collect()
}

#[test]
fn shares_add_up_to_the_measures_of_any_plan() {
    for seed in 0..400 {
        let (problem, plan) = any(seed);
        let shares = shares::shares(&Facts::new(&problem, &plan));
        let sum = shares.iter().fold(Measures::default(), |sum, one| shares::plus(&sum, one));
        for ((name, share), (_, whole)) in sum.named().into_iter().zip(measures(&problem, &plan).named()) {
            assert!(close(share, whole), "seed {seed}: {name} {share}, not {whole}");
        }
        let travel: f64 = fairness::fairness(&problem, &plan).burdens.iter().map(|burden| burden.person_km).sum();
        assert!(close(travel, measures(&problem, &plan).travel), "seed {seed}");
    }
}

#[test]
fn another_network_costs_what_it_is_said_to_and_is_open_where_no_rule_is_in_the_way() {
    let (mut judged, mut lifts) = (0, 0);
    for seed in 0..2_500 {
        let (problem, plan) = any(seed);
        let sound = broken(&problem, &plan).is_empty();
        for e in (0..problem.enrolments().len()).map(EnrolmentIx::new) {
            for one in why::enrolment(&problem, &plan, e).alternatives {
                let Choice::Network(n) = one.choice else { panic!("a network") };
                let moved = |e: EnrolmentIx, n| {
                    let mut moved = plan.clone();
                    moved.network_of[e.at()] = Some(n);
                    moved
                };
                let half = |plan: &Plan| cost(&problem, plan).assignment();
                let more = half(&moved(e, n)) - half(&plan);
                assert!(close(one.difference, more), "seed {seed}: {} is not {more}", one.difference);
                if sound && !one.present {
                    let rules = |found: Vec<RuleCode>| found.into_iter().collect::<BTreeSet<_>>();
                    let told = rules(one.stops.iter().map(Stop::rule).collect());
                    let found = rules(broken(&problem, &moved(e, n)));
                    assert_eq!(told, found, "seed {seed}: {:?}", one.stops);
                    judged += 1;
                    if let Some(changes) = &one.lifted {
                        let mut lifted = problem.clone();
                        changes.iter().for_each(|change| change.apply(&mut lifted));
                        assert_eq!(broken(&lifted, &moved(e, n)), [], "seed {seed}: {changes:?}");
                        lifts += 1;
                    }
                }
                if let (Some((with, said)), Some(home)) = (one.swap, plan.network_of[e.at()]) {
                    assert!(one.stops.iter().any(|stop| matches!(stop, Stop::Network(found) if found.is_full())));
                    let mut swapped = moved(e, n);
                    swapped.network_of[with.at()] = Some(home);
                    let more = half(&swapped) - half(&plan);
                    assert!(close(said, more), "seed {seed}: {said} is not {more}");
                    let found = broken(&problem, &swapped);
                    assert!(!sound || found.is_empty(), "seed {seed}: {found:?}");
                }
            }
        }
    }
    assert!(judged > 500 && lifts > 200, "{judged} alternatives, {lifts} of them lifted, show too little");
}

#[test]
fn a_visit_can_be_held_on_the_days_that_nothing_stops_and_costs_what_it_is_said_to() {
    let mut judged = 0;
    for seed in 0..120 {
        let problem = problem(&generator::problem(seed, SMALL));
        let Outcome::Planned(solution) = solved(&problem, 2_000) else { continue };
        let plan = solution.plan;
        for position in 0..plan.visits.len() {
            for one in why::visit(&problem, &plan, position).alternatives {
                let Choice::Day(day) = one.choice else { panic!("a day") };
                let on = |guests: Vec<EnrolmentIx>| {
                    let mut moved = plan.clone();
                    (moved.visits[position].day, moved.visits[position].guests) = (day, guests);
                    moved.sort();
                    moved
                };
                let sound = |plan: &Plan| rules::violations(&problem, plan).is_empty();
                let guests = plan.visits[position].guests.iter().copied();
                let come: Vec<EnrolmentIx> = guests.filter(|&guest| sound(&on(vec![guest]))).collect();
                assert_eq!(!one.stops.is_empty(), come.is_empty(), "seed {seed}: {:?} on {day}", one.stops);
                if !come.is_empty() {
                    let more = cost(&problem, &on(come)).total() - cost(&problem, &plan).total();
                    assert!(close(one.difference, more), "seed {seed}: {} on {day} is not {more}", one.difference);
                    judged += 1;
                }
            }
        }
    }
    assert!(judged > 500, "{judged} days show too little");
}

#[test]
fn a_high_price_on_the_farthest_never_makes_it_travel_farther() {
    let (mut looked, mut less) = (0, 0);
    for seed in 0..120 {
        let mut records = generator::problem(seed, TINY);
        records.rounds = None;
        let problem = problem(&records);
        let with = |weight: f64| {
            let mut steering = Steering::default();
            steering.weigh_farthest(weight);
            match solved(&problem.clone().steered(steering), 20_000) {
                Outcome::Planned(solution) => solution.steered.map(|steered| (steered.fairly, solution.cost.total())),
                _ => None,
            }
        };
        let (Some((plain, cost)), Some((fair, dearer))) = (with(0.0), with(1e6)) else { continue };
        assert!(fair.farthest_km <= plain.farthest_km + 1e-6, "seed {seed}: {fair:?} {plain:?}");
        assert!(dearer >= cost - 1e-6, "seed {seed}: what steers is no part of the cost");
        looked += 1;
        less += u32::from(fair.farthest_km < plain.farthest_km - 1e-6);
    }
    assert!(looked > 60 && less > 10, "{looked} looked at, {less} with less");
}
