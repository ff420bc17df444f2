//! Laws of the proof: pricing finds what looking at every set finds, and no bound is above the best assignment.

use super::super::chance::Chance;
use super::super::construct::construct;
use super::super::exhaust::exhaust;
use super::super::samples::{mixed, plain, problem, steps};
use super::super::track::Track;
use super::*;
use crate::problem::TrackIx;
use crate::problem::records::PairKind;

/// All sets that may be a network of this class, with what they are worth.
fn all_sets(ground: &Ground<'_>, class: usize, duals: &[i64]) -> Vec<(i64, Vec<u32>)> {
    let (rules, track, n) = (&ground.classes[class], ground.track, ground.out.len());
    let mut sets = Vec::new();
    for mask in 1u32..1 << n {
        let members: Vec<u32> = (0..n as u32).filter(|e| mask >> e & 1 == 1).collect();
        let meet = |a: u32, b: u32| a == b || !rules.clash[a as usize * n + b as usize];
        let region = |r: usize| members.iter().filter(|&&e| track.region[e as usize] as usize == r).count() as i64;
        let sound = members.len() <= rules.high
            && ground.fills(class, &members)
            && members.iter().all(|e| rules.candidates.contains(e) && members.iter().all(|&f| meet(*e, f)))
            && (0..track.regions).all(|r| region(r) <= rules.limits.per_region)
            && members.iter().map(|&e| track.delegates[e as usize]).sum::<i64>() <= rules.limits.max_delegates;
        if sound {
            let worth = members.iter().map(|&e| duals[e as usize]).sum::<i64>() - ground.cost(class, &members);
            sets.push((worth, members));
        }
    }
    sets
}

/// Duals between nothing and a little more than a seat with company is worth.
fn some_duals(ground: &Ground<'_>, chance: &mut Chance) -> Vec<i64> {
    let n = ground.out.len();
    let company = ground.pairs.iter().max().copied().unwrap_or(0).max(1);
    (0..n).map(|_| (chance.unit() * 3.0 * company as f64) as i64).collect()
}

#[test]
fn exact_pricing_finds_the_best_of_all_sets_and_lists_every_good_one() {
    let mut found = 0;
    for seed in 0..300 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (ground, mut chance) = (Ground::new(&track), Chance::new(seed));
        for class in 0..ground.classes.len() {
            let duals = some_duals(&ground, &mut chance);
            let mut sets = all_sets(&ground, class, &duals);
            let Some(best) = sets.iter().map(|set| set.0).max() else { continue };
            for threshold in [best - 1, best, best / 2, 0] {
                let priced = exact::price(&ground, class, &duals, threshold, Aim::Best, u64::MAX, &steps(1 << 40));
                assert!(priced.complete && priced.bound == best.max(threshold), "seed {seed}: {best}, {priced:?}");
                assert!(priced.found.iter().all(|set| sets.contains(set)), "seed {seed}: {priced:?}");
                found += usize::from(best > threshold);
            }
            let threshold = best - best.abs() / 2;
            let mut all = exact::price(&ground, class, &duals, threshold, Aim::All(9_999), u64::MAX, &steps(1 << 40));
            sets.retain(|set| set.0 > threshold);
            sets.sort_unstable();
            all.found.sort_unstable();
            assert_eq!(all.found, sets, "seed {seed}");
        }
    }
    assert!(found > 300, "{found}: shows too little");
}

#[test]
fn pricing_that_stops_early_still_bounds_every_set() {
    for seed in 0..100 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (ground, mut chance) = (Ground::new(&track), Chance::new(seed));
        for class in 0..ground.classes.len() {
            let duals = some_duals(&ground, &mut chance);
            let Some(best) = all_sets(&ground, class, &duals).iter().map(|set| set.0).max() else { continue };
            for limit in [1, 5, 20, 60] {
                let priced = exact::price(&ground, class, &duals, 0, Aim::Best, limit, &steps(1 << 40));
                assert!(priced.bound >= best, "seed {seed}, {limit} steps: {} is below {best}", priced.bound);
            }
        }
    }
}

#[test]
fn quick_pricing_finds_only_sets_that_keep_the_rules() {
    for seed in 0..100 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (ground, mut chance) = (Ground::new(&track), Chance::new(seed));
        for class in 0..ground.classes.len() {
            let duals = some_duals(&ground, &mut chance);
            let sets = all_sets(&ground, class, &duals);
            let found = greedy::price(&ground, class, &duals, 0, 100);
            assert!(found.iter().all(|set| sets.contains(set)), "seed {seed}: {found:?}");
        }
    }
}

/// Bound and optimum of a track, where it can be looked at whole.
fn bound_and_best(records: &crate::problem::ProblemRecords, work: u64) -> Option<(f64, f64)> {
    let problem = problem(records);
    let track = Track::new(&problem, TrackIx(0));
    let mut best = Best::none();
    assert!(exhaust(&track, &mut best, &steps(1 << 40)), "too large to look at");
    best.slots()?;
    let cost = best.cost();
    // Nothing is known of the best assignment but its columns: its cost must not find its way into the bound.
    let ground = Ground::new(&track);
    let budget = steps(work);
    let mut proof = Proof::new(&ground, &best, &budget)?;
    proof.root();
    Some((proof.bound(), cost))
}

#[test]
fn no_bound_is_above_the_best_assignment() {
    let (mut close, mut told) = (0, 0);
    for seed in 0..400 {
        for work in [200, 1 << 40] {
            let Some((bound, cost)) = bound_and_best(&mixed(seed, 3, 3), work) else { continue };
            assert!(bound <= cost + 1e-6, "seed {seed}: {bound}, yet an assignment for {cost}");
            told += 1;
            close += usize::from(bound >= 0.9 * cost);
        }
    }
    assert!(close >= 100, "{close} of {told}: bounds are far");
}

#[test]
fn a_proof_taken_to_its_end_finds_the_best_assignment() {
    let (mut ended, mut better) = (0, 0);
    for seed in 0..300 {
        let mut records = mixed(seed, 3, 3);
        if seed % 2 == 0 {
            records.pair_rules.iter_mut().for_each(|rules| rules.retain(|rule| rule.kind == PairKind::Apart));
        }
        let problem = problem(&records);
        let track = Track::new(&problem, TrackIx(0));
        let (mut whole, mut best) = (Best::none(), Best::none());
        assert!(exhaust(&track, &mut whole, &steps(1 << 40)), "too large to look at");
        best.offer(&construct(&track, &mut Chance::new(seed)));
        let before = best.cost();
        if whole.slots().is_none() || best.slots().is_none() {
            continue;
        }
        let (bound, done) = prove(&track, &mut best, 1, &steps(1 << 40));
        assert!(bound <= whole.cost() + 1e-6, "seed {seed}: {bound}, yet an assignment for {}", whole.cost());
        if done && !track.has_ties {
            assert!((best.cost() - whole.cost()).abs() < 1e-6, "seed {seed}: {} is not best", best.cost());
            assert!(best.reaches(bound), "seed {seed}: {bound} proves {} not", best.cost());
            ended += 1;
            better += usize::from(best.cost() < before - 1e-6);
        }
    }
    assert!(ended >= 80 && better >= 10, "{ended} of which {better} better: shows too little");
}

#[test]
fn alike_networks_are_one_class_and_are_proved() {
    let records = plain(5, &[(2, 4), (2, 4), (2, 4)]);
    let problem = problem(&records);
    let track = Track::new(&problem, TrackIx(0));
    assert_eq!(Ground::new(&track).classes.len(), 1);
    let (bound, cost) = bound_and_best(&records, 1 << 40).expect("it can be assigned");
    assert!(bound <= cost + 1e-6 && bound >= 0.98 * cost, "{bound} and {cost}");
}

#[test]
fn a_bound_between_two_possible_costs_is_as_good_as_the_upper_one() {
    assert!((up_to_grain(10.11, Some(0.2)) - 10.2).abs() < 1e-9);
    assert!((up_to_grain(10.2 + 1e-9, Some(0.2)) - 10.2).abs() < 1e-9);
    assert_eq!(up_to_grain(10.11, None), 10.11);
}
