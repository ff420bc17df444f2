//! The search for break-out groups: how long it takes to find groups in which nobody meets twice. `8-4-7`: 32 players in eight
//! groups of four, seven times (the social golfer problem); `120-6-3`: 30 municipalities with a seat in each of four tracks.

#![allow(missing_docs)] // criterion's macros make public functions

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use scheduler::effort::Budget;
use scheduler::problem::{EnrolmentIx, MunicipalityIx, TrackIx};
use scheduler::seating::{Request, Seat, solve};

/// Steps that are more than enough.
const WORK: u64 = 2_000_000_000;

/// So many seats of so many municipalities and tracks.
fn seats(number: usize, municipalities: usize, tracks: usize) -> Vec<Seat> {
    let seat = |at: usize| Seat {
        enrolment: EnrolmentIx::new(at),
        number: 1,
        municipality: MunicipalityIx::new(at % municipalities),
        track: TrackIx::new(at / municipalities % tracks),
        network: None,
    };
    (0..number).map(seat).collect()
}

fn nobody_meets_twice(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("seating");
    group.sample_size(10).measurement_time(Duration::from_secs(30));
    for (name, seats, group_size, sessions) in [
        ("8-4-6", seats(32, 32, 1), 4, 6),
        ("8-4-7", seats(32, 32, 1), 4, 7),
        ("7-4-7", seats(28, 28, 1), 4, 7),
        ("120-6-3", seats(120, 30, 4), 6, 3),
    ] {
        let request = Request { sessions, group_size, strangers: false };
        group.bench_function(name, |bench| {
            let mut seed = 0;
            bench.iter(|| {
                seed += 1;
                let found = solve(&seats, &request, seed, &Budget::of_work(WORK));
                assert_eq!(found.measures.cost(), 0, "{name}, seed {seed}: not solved");
            });
        });
    }
    group.finish();
}

criterion_group!(benches, nobody_meets_twice);
criterion_main!(benches);
