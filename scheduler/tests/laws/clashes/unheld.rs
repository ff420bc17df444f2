//! Gatherings that cannot be held: what clashes, and repairs made in the records by their wording.

use scheduler::clash::{Finding, Known, Stake, of_problem};
use scheduler::effort::Budget;
use scheduler::gatherings::{self, Outcome as Found};
use scheduler::infeasibility::{GatheringRule, Member};
use scheduler::problem::{GatheringIx, ProblemRecords};
use scheduler::{Outcome, Task};

use super::edit;
use crate::common::gatherings::added;
use crate::common::generator::{self, TINY, date};
use crate::common::random::Random;
use crate::solve::solved;

/// A problem with one gathering whose hosts have next to no time.
fn hard(seed: u64) -> Option<(ProblemRecords, Task)> {
    let mut records = added(&generator::problem(seed, TINY), 1, seed);
    let mut random = Random::new(seed);
    let closed: Vec<String> = (-12..16).map(date).collect();
    for town in &mut records.municipalities {
        match random.below(5) {
            0 => town.can_host = Some(false),
            1 => town.unavailable = Some(closed.clone()),
            2 | 3 => town.cannot_host_on = Some(closed.clone()),
            _ => {}
        }
    }
    for gathering in records.gatherings.iter_mut().flatten() {
        gathering.places.iter_mut().flatten().for_each(|place| {
            if place.lat.is_none() && random.once_in(3) {
                place.capacity = Some(1);
            }
        });
        if let Some(meetings) = gathering.meetings.as_mut().filter(|_| random.once_in(2)) {
            meetings.max_distance_km = Some(0.5);
        }
    }
    let problem = Task::new(&records).ok()?;
    Some((records, problem))
}

/// Whether the gathering can be held by itself; none where that was not shown.
fn can_be_held(problem: &Task) -> Option<bool> {
    match gatherings::solve(problem, &[], 1, &Budget::of_work(40_000)) {
        Found::Held(..) => Some(true),
        Found::Impossible(_) => Some(false),
        Found::NotFound(_) => None,
    }
}

#[test]
fn a_gathering_that_cannot_be_held_is_told_with_what_clashes_and_every_repair_works() {
    let (mut impossible, mut minimal, mut repaired, mut told) = (0, 0, 0, 0);
    for seed in 0..160 {
        let Some((records, problem)) = hard(seed) else { continue };
        let found: Vec<Finding> = of_problem(&problem, 1, &Budget::of_work(20_000_000));
        let of_gathering = found.iter().find(|one| one.stake == Stake::Gathering(GatheringIx::new(0)));
        let Some(Finding { known: Known::Impossible(clash), repairs, .. }) = of_gathering else {
            assert_ne!(can_be_held(&problem), Some(false), "seed {seed}: {of_gathering:?}");
            continue;
        };
        assert_ne!(can_be_held(&problem), Some(true), "seed {seed}: {clash:?}");
        assert!(clash.members.contains(&Member::Gathering(GatheringIx::new(0), GatheringRule::Held)), "seed {seed}");
        assert!(clash.members.len() > 1, "seed {seed}: {clash:?} {:?}", records.gatherings);
        (impossible, minimal) = (impossible + 1, minimal + usize::from(clash.minimal));
        for repair in repairs {
            let mut after = records.clone();
            repair.changes.iter().for_each(|change| edit::repaired(&mut after, &problem, change));
            let after = Task::new(&after).unwrap_or_else(|faults| panic!("seed {seed}: {repair:?}: {faults}"));
            assert_eq!(can_be_held(&after), Some(true), "seed {seed}: {repair:?} of {clash:?}");
            repaired += 1;
        }
        // A plan tells the same.
        if let Outcome::Infeasible(of_plan) = solved(&problem, 2_000)
            && of_plan.rules.iter().any(|rule| rule == "gathering")
        {
            assert_eq!(of_plan.rules, clash.rules, "seed {seed}");
            told += 1;
        }
    }
    assert!(impossible > 30 && minimal * 10 >= 9 * impossible, "{minimal} of {impossible}");
    assert!(repaired > 30 && told > 10, "{repaired} {told}");
}
