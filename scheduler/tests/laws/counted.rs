//! What counting refutes, against a look at every plan.

use scheduler::Outcome;
use scheduler::clash::counted;
use scheduler::problem::{ProblemRecords, validate};

use crate::check::problem;
use crate::common::generator::{self, TINY};
use crate::oracle::Oracle;
use crate::solve::solved;

/// A problem of a seed without dates, made harder to honour where the seed is odd; `None`: it contradicts itself by that.
fn made(seed: u64) -> Option<ProblemRecords> {
    let mut records = ProblemRecords { rounds: None, ..generator::problem(seed, TINY) };
    if seed % 2 == 1 {
        for (at, network) in records.networks.iter_mut().enumerate() {
            network.may_stay_empty = None;
            network.min_members = network.min_members.max(1);
            network.max_members = network.max_members.max(network.min_members);
            match (seed / 2 + at as u64) % 4 {
                0 => network.min_delegates = Some(5),
                1 => network.min_regions = Some(2),
                2 => network.max_distance_km = Some(150.0),
                _ => network.max_members_per_region = Some(1),
            }
        }
    }
    validate::contradictions(&records).is_empty().then_some(records)
}

#[test]
fn what_counting_refutes_no_plan_honours_and_the_solver_says_so_too() {
    let (mut told, mut impossible) = (0, 0);
    let mut codes: Vec<&str> = Vec::new();
    for records in (0..6_000).filter_map(made) {
        let found = counted(&records);
        let none = Oracle::new(&records).assignments().is_empty();
        assert!(found.is_empty() || none, "{found}: {records:?}");
        impossible += usize::from(none);
        if !found.is_empty() {
            told += 1;
            codes.extend(found.iter().map(|one| one.code));
            let problem = problem(&records);
            assert!(matches!(solved(&problem, 100), Outcome::Infeasible(_)), "{found}");
        }
    }
    codes.sort_unstable();
    codes.dedup();
    let expected = ["too_far_apart", "too_few_delegates", "too_few_enrolled", "too_few_regions", "too_many_delegates"];
    assert_eq!(codes, expected);
    assert!(impossible > 1_000 && told * 10 > impossible * 8, "{told} told of {impossible}");
}
