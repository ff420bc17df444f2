//! Speed of the timetable: fixed seeds and fixed work on programmes made here.
//!
//! Three shapes of one programme of six networks of eight: all guests at once, houses too small for all, and one
//! guest at a time. Each search runs so many steps; the solver is not asked, so that only the search is timed.

#![allow(missing_docs, clippy::panic)] // what criterion makes; a bench that cannot begin ends

use criterion::{Criterion, criterion_group, criterion_main};
use scheduler::Task;
use scheduler::effort::{Budget, Effort, Still};
use scheduler::problem::NetworkIx;
use scheduler::problem::records::*;
use scheduler::{Plan, ProblemRecords, timetable};

const NETWORKS: usize = 6;
const MEMBERS: usize = 8;

fn dates(town: usize, count: usize, step: usize) -> Vec<String> {
    (0..count)
        .map(|k| (town * 11 + k * step) % 168)
        .map(|d| format!("2024-{:02}-{:02}", 1 + d / 28, 1 + d % 28))
        .collect()
}

fn programme(capacity: Option<i64>, pace: Vec<PaceRecord>) -> ProblemRecords {
    let towns = 0..NETWORKS * MEMBERS;
    let town = |i: usize| MunicipalityRecord {
        id: format!("t{i:02}"),
        region: "r".into(),
        lat: 55.0 + i as f64 / 100.0,
        lon: 10.0,
        host_capacity: capacity,
        unavailable: Some(dates(i, 20, 7)),
        undesired: Some(dates(i + 3, 12, 13)),
        ..Default::default()
    };
    let enrolment = |i: usize| EnrolmentRecord {
        id: format!("e{i:02}"),
        municipality: format!("t{i:02}"),
        delegates: if capacity == Some(1) { 1 } else { 2 + (i % 4) as i64 },
        ..Default::default()
    };
    let network =
        |i: usize| NetworkRecord { id: format!("n{i}"), min_members: 1, max_members: 20, ..Default::default() };
    let round = |id: &str, start: &str, end: &str| RoundRecord {
        id: id.into(),
        name: None,
        start: start.into(),
        end: end.into(),
    };
    ProblemRecords {
        name: "bench".into(),
        regions: vec![RegionRecord { id: "r".into(), ..Default::default() }],
        municipalities: towns.clone().map(town).collect(),
        networks: (0..NETWORKS).map(network).collect(),
        enrolments: towns.map(enrolment).collect(),
        rounds: Some(vec![round("r1", "2024-01-01", "2024-03-20"), round("r2", "2024-04-01", "2024-06-28")]),
        visits: Some(VisitsRecord { pace: Some(pace), ..Default::default() }),
        ..Default::default()
    }
}

fn pace(days: i64, most: i64, penalty: Option<f64>) -> PaceRecord {
    PaceRecord { window_days: days, max_visits: Some(most), penalty }
}

fn shapes() -> [(&'static str, Task); 3] {
    let weekly = || vec![pace(7, 1, None), pace(14, 1, Some(5.0))];
    let daily = vec![pace(4, 2, None), pace(2, 1, Some(5.0))];
    let shapes = [
        ("group", programme(None, weekly())),
        ("split", programme(Some(12), weekly())),
        ("pairwise", programme(Some(1), daily)),
    ];
    shapes.map(|(name, records)| match Task::new(&records) {
        Ok(problem) => (name, problem),
        Err(faults) => panic!("{faults}"),
    })
}

fn bench(criterion: &mut Criterion) {
    for (name, problem) in shapes() {
        let network = |e: usize| Some(NetworkIx::new(e % NETWORKS));
        let plan = Plan::assigned((0..problem.enrolments().len()).map(network).collect());
        criterion.bench_function(&format!("timetable/greedy/{name}"), |b| {
            b.iter(|| timetable::greedy(&problem, &plan));
        });
        let effort = Effort { work: Some(10_000), ..Effort::default() };
        criterion.bench_function(&format!("timetable/10,000 steps/{name}"), |b| {
            b.iter(|| timetable::solve(&problem, &plan, 1, &Budget::new(&effort, &Still)));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = bench
}
criterion_main!(benches);
