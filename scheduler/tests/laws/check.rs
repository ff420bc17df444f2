//! The check against the oracle.

use std::collections::{BTreeMap, BTreeSet};

use scheduler::Task;
use scheduler::check::check;
use scheduler::problem::ProblemRecords;
use scheduler::rules::{RuleCode, Subject};

use crate::common::generator::{self, SMALL, Size, TINY};
use crate::common::random::Random;
use crate::oracle::{Oracle, Trial};
use crate::plans;

pub fn problem(records: &ProblemRecords) -> Task {
    Task::new(records).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The codes of the rules that the check finds broken, and the cost it works out.
fn checked(problem: &Task, oracle: &Oracle, trial: &Trial) -> (BTreeSet<&'static str>, f64) {
    let report = check(problem, &oracle.written(trial));
    (report.broken.iter().map(|violation| violation.rule.as_str()).collect(), report.cost.total())
}

fn cost(oracle: &Oracle, trial: &Trial) -> f64 {
    oracle.assignment_cost(trial) + oracle.timetable_cost(trial, &oracle.wanted(trial))
}

pub fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0)
}

/// Any plan of any problem: the check and the wording find the same rules broken and the same cost.
fn agree(size: Size, problems: u64, plans_each: usize) -> BTreeMap<&'static str, usize> {
    let mut times = BTreeMap::new();
    for seed in 0..problems {
        let records = generator::problem(seed, size);
        let (problem, oracle) = (problem(&records), Oracle::new(&records));
        let mut random = Random::new(seed);
        for _ in 0..plans_each {
            let trial = plans::any(&oracle, &mut random);
            let (broken, total) = checked(&problem, &oracle, &trial);
            assert_eq!(broken, oracle.broken(&trial), "seed {seed}: {trial:?}\n{records:#?}");
            assert!(close(total, cost(&oracle, &trial)), "seed {seed}: {total} is not {}", cost(&oracle, &trial));
            broken.into_iter().for_each(|rule| *times.entry(rule).or_default() += 1);
        }
    }
    times
}

#[test]
fn the_check_finds_what_the_wording_says() {
    let tiny = agree(TINY, 300, 10);
    let small = agree(SMALL, 200, 10);
    // Meetings and mixes have plans of their own: see the laws of gatherings and the rules' tests.
    for rule in scheduler::rules::ALL
        .iter()
        .filter(|rule| rule.code.subject() != Subject::Gatherings && rule.code != RuleCode::A7)
    {
        let times = tiny.get(rule.code.as_str()).unwrap_or(&0) + small.get(rule.code.as_str()).unwrap_or(&0);
        assert!(times >= 20, "{} was broken {times} times: the plans show too little", rule.code);
    }
}

#[test]
fn the_order_of_records_changes_no_verdict() {
    for seed in 0..50 {
        let records = generator::problem(seed, SMALL);
        let other = generator::shuffled(&records, seed);
        let oracle = Oracle::new(&records);
        let trial = plans::any(&oracle, &mut Random::new(seed));
        let written = oracle.written(&trial);
        assert_eq!(check(&problem(&records), &written), check(&problem(&other), &written), "seed {seed}");
    }
}
