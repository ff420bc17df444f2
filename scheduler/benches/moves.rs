//! Speed of the assignment's search: steps (draw, look at, perhaps make a move) on made-up tracks, fixed seed and work.

#![allow(missing_docs)] // criterion's macros make public functions

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scheduler::Task;
use scheduler::assignment::solve;
use scheduler::effort::{Budget, Effort, Still};
use scheduler::problem::Faults;
use scheduler::problem::records::{EnrolmentRecord, MunicipalityRecord, NetworkRecord, ProblemRecords, RegionRecord};

/// Steps of one measurement.
const WORK: u64 = 200_000;

/// Towns on a crooked grid, eight to a network, three wishes each; `mixing`: at most four of a region, at least three.
fn made_up(enrolments: usize, mixing: bool) -> Result<Task, Faults> {
    let networks = enrolments.div_ceil(8);
    let spot = |e: usize| (54.0 + (e * 37 % 101) as f64 * 0.04, 8.0 + (e * 53 % 97) as f64 * 0.07);
    let municipality = |e: usize| MunicipalityRecord {
        id: format!("m{e}"),
        region: format!("r{}", e % 7),
        lat: spot(e).0,
        lon: spot(e).1,
        ..Default::default()
    };
    let enrolment = |e: usize| EnrolmentRecord {
        id: format!("e{e}"),
        municipality: format!("m{e}"),
        delegates: 1 + (e % 4) as i64,
        preferences: (!e.is_multiple_of(4))
            .then(|| (0..3).map(|wish| format!("n{}", (e * 7 + wish * 5) % networks)).collect()),
        ..Default::default()
    };
    let network = |n: usize| NetworkRecord {
        id: format!("n{n}"),
        min_members: 5,
        max_members: 10,
        max_members_per_region: mixing.then_some(4),
        min_regions: mixing.then_some(3),
        ..Default::default()
    };
    Task::new(&ProblemRecords {
        name: "bench".to_owned(),
        regions: (0..7).map(|r| RegionRecord { id: format!("r{r}"), ..Default::default() }).collect(),
        municipalities: (0..enrolments).map(municipality).collect(),
        networks: (0..networks).map(network).collect(),
        enrolments: (0..enrolments).map(enrolment).collect(),
        ..Default::default()
    })
}

fn moves(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("assignment steps");
    group.throughput(Throughput::Elements(WORK)).sample_size(10);
    for (enrolments, mixing) in [(100, false), (100, true), (300, false), (300, true)] {
        #[allow(clippy::expect_used)] // it is made up here: a fault of it is a fault of this file
        let problem = made_up(enrolments, mixing).expect("the made-up problem is sound");
        let effort = Effort { work: Some(WORK), ..Effort::default() };
        let id = BenchmarkId::new(if mixing { "mixing" } else { "plain" }, enrolments);
        group.bench_function(id, |bench| bench.iter(|| solve(&problem, None, 1, &Budget::new(&effort, &Still))));
    }
    group.finish();
}

criterion_group!(benches, moves);
criterion_main!(benches);
