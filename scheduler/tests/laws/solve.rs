//! What holds for every plan that `solve` makes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use scheduler::check::check;
use scheduler::effort::Still;
use scheduler::explain::english::catalogue::LEFT_OUT;
use scheduler::plan::PlanRecords;
use scheduler::problem::ProblemRecords;
use scheduler::problem::records::NetworkRecord;
use scheduler::solution::Missing;
use scheduler::{Effort, News, Observer, Outcome, Solution, Start, Task, Watch, solve, solve_from};

use crate::check::{close, problem};
use crate::common::generator::{self, SMALL, TINY};
use crate::oracle::Oracle;

pub fn solved(problem: &Task, work: u64) -> Outcome {
    solve(problem, &Effort { work: Some(work), threads: 1, ..Effort::default() }, &Still)
}

/// The plan document of a solution, with the figures it states.
pub fn document(problem: &Task, solution: &Solution) -> PlanRecords {
    let mut written = PlanRecords::of(problem, &solution.plan);
    let parts = solution.cost.by_measure().named().into_iter();
    written.cost =
        parts.chain([("total", solution.cost.total())]).map(|(name, cost)| (name.to_owned(), cost)).collect();
    let bound = solution.bound;
    let halves = [
        ("gatherings", bound.gatherings),
        ("assignment", bound.assignment),
        ("timetable", bound.timetable),
        ("total", bound.total),
    ];
    written.bound = halves.map(|(half, bound)| (half.to_owned(), bound)).to_vec();
    written
}

/// The plan keeps every rule and states true figures, by the check and by the wording.
fn holds(records: &ProblemRecords, problem: &Task, solution: &Solution, seed: u64) {
    let written = document(problem, solution);
    let report = check(problem, &written);
    assert!(report.broken.is_empty(), "seed {seed}: {:?}", report.broken);
    let oracle = Oracle::new(records);
    let trial = oracle.read(&written);
    assert!(oracle.broken(&trial).is_empty(), "seed {seed}: {:?}", oracle.broken(&trial));
    let wanted = oracle.wanted(&trial);
    let total = oracle.assignment_cost(&trial) + oracle.timetable_cost(&trial, &wanted);
    assert!(close(solution.cost.total(), total), "seed {seed}: {} is not {total}", solution.cost.total());
    assert!(solution.bound.total >= solution.bound.assignment - 1e-6, "seed {seed}: {:?}", solution.bound);
    names_what_is_left_out(&oracle, problem, solution, seed);
    for left in &solution.left_out {
        assert!(LEFT_OUT.iter().any(|known| known.code == left.code), "seed {seed}: {left:?}");
    }
}

/// Everything that is missing is named, once, and nothing else.
fn names_what_is_left_out(oracle: &Oracle, problem: &Task, solution: &Solution, seed: u64) {
    let trial = oracle.read(&PlanRecords::of(problem, &solution.plan));
    let unassigned = trial.place.iter().filter(|place| place.is_none()).count();
    let (mut unhosted, mut absent) = (0, 0);
    for (network, host, round) in oracle.wanted(&trial) {
        let visits = trial
            .visits
            .iter()
            .filter(|trip| trip.host == host && (round.is_none() || oracle.round_of(trip.day) == round));
        let came: Vec<usize> = visits.clone().flat_map(|trip| trip.guests.clone()).collect();
        match visits.count() {
            0 => unhosted += 1,
            _ => absent += oracle.members(&trial, network).len() - 1 - came.len(),
        }
    }
    let named = |kind: fn(&Missing) -> bool| solution.left_out.iter().filter(|left| kind(&left.what)).count();
    let told = [
        named(|what| matches!(what, Missing::Enrolment { .. })),
        named(|what| matches!(what, Missing::Hosting { .. })),
        named(|what| matches!(what, Missing::Guest { .. })),
    ];
    assert_eq!(told, [unassigned, unhosted, absent], "seed {seed}: unassigned, unhosted, absent");
    for (at, left) in solution.left_out.iter().enumerate() {
        assert!(solution.left_out[..at].iter().all(|other| other.what != left.what), "seed {seed}: {left:?} twice");
        assert!(!left.code.is_empty() && !left.reason.is_empty(), "seed {seed}: {left:?}");
    }
}

#[test]
fn a_plan_keeps_every_rule_and_states_true_figures() {
    let mut planned = 0;
    for seed in 0..80 {
        let records = generator::problem(seed, SMALL);
        let problem = problem(&records);
        match solved(&problem, 4_000) {
            Outcome::Planned(solution) => {
                holds(&records, &problem, &solution, seed);
                planned += 1;
            }
            Outcome::Broken(violations) => panic!("seed {seed}: {violations:?}"),
            Outcome::Infeasible(_) | Outcome::NotFound(_) => {}
        }
    }
    assert!(planned >= 20, "only {planned} of the problems have a plan: they show too little");
}

#[test]
fn no_bound_is_above_the_best_of_all_plans_and_no_plan_below_it() {
    let (mut planned, mut impossible, mut counted) = (0, 0, 0);
    for seed in 0..150 {
        let records = generator::problem(seed, TINY);
        let (problem, oracle) = (problem(&records), Oracle::new(&records));
        let best = oracle.best();
        let solution = match solved(&problem, 4_000) {
            Outcome::Planned(solution) => solution,
            Outcome::Broken(violations) => panic!("seed {seed}: {violations:?}"),
            Outcome::Infeasible(_) | Outcome::NotFound(_) => {
                assert_eq!(best.assignment, None, "seed {seed}: there is a plan, and none was found");
                impossible += 1;
                continue;
            }
        };
        planned += 1;
        holds(&records, &problem, &solution, seed);
        let Some(assignment) = best.assignment else { panic!("seed {seed}: a plan where there is none") };
        let (cost, bound) = (solution.cost, solution.bound);
        let at_most = |a: f64, b: f64| a <= b || close(a, b);
        assert!(at_most(bound.assignment, assignment), "seed {seed}: {bound:?}, yet networks for {assignment}");
        assert!(at_most(assignment, cost.assignment()), "seed {seed}: {} beats {assignment}", cost.assignment());
        let trial = oracle.read(&PlanRecords::of(&problem, &solution.plan));
        if let Some(dates) = oracle.best_timetable(&trial, &mut 60_000) {
            assert!(at_most(bound.timetable, dates), "seed {seed}: {bound:?}, yet dates for {dates}");
            assert!(at_most(dates, cost.timetable()), "seed {seed}: {} beats {dates}", cost.timetable());
        }
        if let Some(total) = best.total {
            counted += 1;
            assert!(at_most(bound.total, total), "seed {seed}: {bound:?}, yet a plan for {total}");
            assert!(at_most(total, cost.total()), "seed {seed}: {} beats {total}", cost.total());
        }
    }
    assert!(planned >= 50 && impossible >= 10 && counted >= 40, "{planned}, {impossible}, {counted}: shows too little");
}

#[test]
fn where_every_network_is_fixed_both_halves_are_proved_together() {
    let (mut counted, mut more) = (0, 0);
    for seed in 0..150 {
        let mut records = generator::problem(seed, TINY);
        let Outcome::Planned(before) = solved(&problem(&records), 4_000) else { continue };
        for row in PlanRecords::of(&problem(&records), &before.plan).assignments {
            let fixed = records.enrolments.iter_mut().find(|enrolment| enrolment.id == row.enrolment);
            fixed.expect("an enrolment of the problem").fixed = row.network;
        }
        let (problem, oracle) = (problem(&records), Oracle::new(&records));
        let (Outcome::Planned(solution), Some(total)) = (solved(&problem, 4_000), oracle.best().total) else {
            continue;
        };
        let (cost, bound) = (solution.cost, solution.bound);
        assert!(bound.total <= total || close(bound.total, total), "seed {seed}: {bound:?}, yet a plan for {total}");
        assert!(total <= cost.total() || close(total, cost.total()), "seed {seed}: {} beats {total}", cost.total());
        counted += 1;
        more += usize::from(bound.total > bound.assignment + 1e-6);
    }
    assert!(counted >= 30 && more >= 5, "{counted}, {more}: shows too little");
}

#[test]
fn a_floor_with_nobody_to_fill_it_is_proved_impossible() {
    let network = NetworkRecord { id: "n".into(), max_members: 3, min_delegates: Some(1), ..NetworkRecord::default() };
    let records = ProblemRecords { name: "deserted".into(), networks: vec![network], ..ProblemRecords::default() };
    assert!(matches!(solved(&problem(&records), 1_000), Outcome::Infeasible(_)));
}

#[test]
fn the_order_of_records_changes_no_plan() {
    for seed in 0..25 {
        let records = generator::problem(seed, SMALL);
        let (one, other) = (problem(&records), problem(&generator::shuffled(&records, seed)));
        match (solved(&one, 2_000), solved(&other, 2_000)) {
            (Outcome::Planned(a), Outcome::Planned(b)) => {
                assert_eq!(document(&one, &a), document(&other, &b), "seed {seed}");
                assert_eq!(a.left_out, b.left_out, "seed {seed}");
            }
            (Outcome::Infeasible(a), Outcome::Infeasible(b)) => assert_eq!(a, b, "seed {seed}"),
            (Outcome::NotFound(_), Outcome::NotFound(_)) => {}
            (a, b) => panic!("seed {seed}: {a:?} and {b:?}"),
        }
    }
}

#[test]
fn a_solve_that_goes_on_ends_no_worse_than_what_it_begins_from() {
    for seed in 0..60 {
        let records = generator::problem(seed, SMALL);
        let problem = problem(&records);
        let Outcome::Planned(before) = solved(&problem, 2_000) else { continue };
        let start = Start { plan: before.plan.clone(), bound: before.bound };
        let effort = Effort { work: Some(1_000), threads: 1, seed: 7, ..Effort::default() };
        let Outcome::Planned(after) = solve_from(&problem, Some(start), &effort, &Still) else {
            panic!("seed {seed}: the plan is lost")
        };
        holds(&records, &problem, &after, seed);
        assert!(after.cost.total() <= before.cost.total(), "seed {seed}");
        assert!(after.bound.assignment >= before.bound.assignment.min(after.cost.assignment()) - 1e-6, "seed {seed}");
    }
}

#[test]
fn what_breaks_a_rule_is_nothing_to_begin_from() {
    for seed in 0..20 {
        let records = generator::problem(seed, SMALL);
        let problem = problem(&records);
        let Outcome::Planned(alone) = solved(&problem, 2_000) else { continue };
        let mut plan = alone.plan.clone();
        let Some(twice) = plan.visits.first().cloned() else { continue };
        plan.visits.push(twice);
        let start = Start { plan, bound: alone.bound };
        let effort = Effort { work: Some(2_000), threads: 1, ..Effort::default() };
        let Outcome::Planned(after) = solve_from(&problem, Some(start), &effort, &Still) else {
            panic!("seed {seed}: no plan")
        };
        assert_eq!(after, alone, "seed {seed}");
    }
}

/// Notes whether networks and dates were looked at together.
#[derive(Default)]
struct Together(AtomicBool);

impl Watch for Together {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn stopped(&self) -> bool {
        false
    }

    fn tell(&self, news: News) {
        if matches!(news, News::Phase("joint")) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

impl Observer for Together {
    fn incumbent(&self, _: &Solution) {}
}

#[test]
fn networks_and_dates_together_keep_every_rule_on_any_number_of_threads() {
    let together = Together::default();
    for seed in 0..6 {
        let records = generator::problem(seed, SMALL);
        let problem = problem(&records);
        let plans = [1, 3].map(|threads| {
            let effort = Effort { work: Some(1_600_000), threads, ..Effort::default() };
            match solve(&problem, &effort, &together) {
                Outcome::Planned(solution) => {
                    holds(&records, &problem, &solution, seed);
                    Some(document(&problem, &solution))
                }
                Outcome::Broken(violations) => panic!("seed {seed}: {violations:?}"),
                Outcome::Infeasible(_) | Outcome::NotFound(_) => None,
            }
        });
        assert_eq!(plans[0], plans[1], "seed {seed}");
    }
    assert!(together.0.into_inner(), "none of the problems shows anything");
}
