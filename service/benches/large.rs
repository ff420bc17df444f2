//! How the search for networks grows with the size of a track: a made-up country of towns on a grid, each with villages
//! around it, up to 35,000 enrolments in 3,500 networks.
//!
//! For each size: CPU seconds to a first complete assignment, the cost after many steps for each enrolment, and the CPU
//! seconds of the shortest search that comes within 5 % of it; at the end, the exponent with which those grow. Runs on
//! one thread, so that CPU seconds are those of the search also on a busy machine.
//! `make large LARGE="--write 35000"` prints the problem instead, to be given to `netvisit solve`.

#![allow(missing_docs, clippy::expect_used, clippy::panic)] // a measurement that cannot be made ends

use clap::Parser;
use netvisit::records::problems::wire::ProblemDocument;
use poem_openapi::types::ToJSON;
use scheduler::effort::{Budget, Effort, Still};
use scheduler::problem::records::*;
use scheduler::{Plan, Task, assignment, cost, rules};

/// How near to the long search the short one must come.
const NEAR: f64 = 1.05;
/// How much longer each try is than the one before.
const LONGER: f64 = 1.3;

/// What to measure.
#[derive(Parser)]
struct Options {
    /// Enrolments.
    #[arg(default_values_t = [1_000, 4_000, 12_000, 35_000])]
    sizes: Vec<usize>,
    /// Steps for each enrolment of the long search.
    #[arg(long, default_value_t = 4_000)]
    steps: u64,
    /// Print the problem of this size instead.
    #[arg(long)]
    write: Option<usize>,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Options::parse();
    if let Some(size) = options.write {
        let document = ProblemDocument::new(&country(size)).to_json().expect("records can be written");
        println!("{document}");
        return;
    }
    println!(
        "{:>8} {:>9} {:>10} {:>15} {:>15} {:>10} {:>15} {:>10}",
        "size", "networks", "first, s", "cost", "long", "long, s", "within 5 %", "in s"
    );
    let points: Vec<(f64, f64)> = options.sizes.iter().map(|&size| measure(size, options.steps)).collect();
    println!("CPU seconds to within 5 % grow with exponent {:.3}", exponent(&points));
}

/// Measures one size and tells it with the CPU seconds to within 5 %.
fn measure(size: usize, steps: u64) -> (f64, f64) {
    let problem = Task::new(&country(size)).unwrap_or_else(|faults| panic!("{faults}"));
    let (first, first_seconds) = solve(&problem, 0);
    let (long, long_seconds) = solve(&problem, steps * size as u64);
    let tries = std::iter::successors(Some(20.0), |steps| Some(steps * LONGER));
    let near = tries.map(|steps| solve(&problem, (steps * size as f64) as u64)).find(|near| near.0 <= NEAR * long);
    let (near, seconds) = near.expect("a longer search comes nearer");
    println!(
        "{size:>8} {:>9} {first_seconds:>10.2} {first:>15.1} {long:>15.1} {long_seconds:>10.2} {near:>15.1} {seconds:>10.2}",
        problem.networks().len()
    );
    (size as f64, seconds)
}

/// The cost of the assignment found in so many steps, and the CPU seconds it took.
fn solve(problem: &Task, work: u64) -> (f64, f64) {
    let effort = Effort { work: Some(work), threads: 1, ..Effort::default() };
    let begin = cpu_seconds();
    let outcome = assignment::solve(problem, None, 1, &Budget::new(&effort, &Still));
    let seconds = cpu_seconds() - begin;
    let assignment::Outcome::Assigned(assigned) = outcome else { panic!("{outcome:?}") };
    let plan = Plan::assigned(assigned.network_of);
    assert!(rules::violations(problem, &plan).is_empty() && plan.network_of.iter().all(Option::is_some));
    (cost::cost(problem, &plan).assignment(), seconds)
}

/// CPU time of this process, user and system, as Linux tells it in hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this benchmark needs Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The slope of the straight line that fits the logarithms best.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.max(0.01).ln())).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let (up, along) = logs.iter().fold((0.0, 0.0), |(u, a), p| (u + (p.0 - x) * (p.1 - y), a + (p.0 - x).powi(2)));
    up / along
}

/// So many municipalities with an enrolment each, ten to a network, a third of them with three wishes. Towns stand on a
/// grid, seven villages about each; hundred towns are a region.
fn country(size: usize) -> ProblemRecords {
    let (towns, networks) = (size.div_ceil(8), size.div_ceil(10));
    let side = (towns as f64).sqrt().ceil() as usize;
    let mut seed = 1u64;
    let mut draw = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(seed >> 11) * below as u128) >> 53) as usize
    };
    let place = |at: usize| (at / 8 / side, at / 8 % side);
    let region = |at: usize| format!("r{:02}-{:02}", place(at).0 / 10, place(at).1 / 10);
    let mut near = |grid: usize, at: usize| {
        grid as f64 * 0.12 + if at.is_multiple_of(8) { 0.0 } else { draw(900) as f64 / 1e4 - 0.045 }
    };
    let municipalities: Vec<MunicipalityRecord> = (0..size)
        .map(|at| MunicipalityRecord {
            id: format!("m{at:05}"),
            region: region(at),
            lat: 42.0 + near(place(at).0, at),
            lon: -4.0 + near(place(at).1, at),
            ..MunicipalityRecord::default()
        })
        .collect();
    let enrolments = (0..size).map(|at| EnrolmentRecord {
        id: format!("e{at:05}"),
        municipality: format!("m{at:05}"),
        delegates: 1 + draw(4) as i64,
        preferences: (at % 3 == 0).then(|| wishes(networks, &mut draw)),
        ..EnrolmentRecord::default()
    });
    let mut regions: Vec<String> = (0..size).map(region).collect();
    regions.sort_unstable();
    regions.dedup();
    ProblemRecords {
        name: format!("country-{size}"),
        regions: regions.into_iter().map(|id| RegionRecord { id, ..RegionRecord::default() }).collect(),
        enrolments: enrolments.collect(),
        municipalities,
        networks: (0..networks)
            .map(|at| NetworkRecord {
                id: format!("n{at:04}"),
                min_members: 7,
                max_members: 12,
                ..NetworkRecord::default()
            })
            .collect(),
        ..ProblemRecords::default()
    }
}

/// Three networks, or as many as there are.
fn wishes(networks: usize, draw: &mut impl FnMut(usize) -> usize) -> Vec<String> {
    let mut wishes: Vec<String> = Vec::new();
    while wishes.len() < networks.min(3) {
        let wish = format!("n{:04}", draw(networks));
        if !wishes.contains(&wish) {
            wishes.push(wish);
        }
    }
    wishes
}
