//! Laws of the proof: pricing finds what looking at every set finds, and no bound is above the best assignment.

mod with_timetable;

use super::super::construct::construct;
use super::super::exhaust::exhaust;
use super::super::samples::{mixed, plain, problem};
use super::super::track::Track;
use super::bound::branch_and_cut;
use super::bound::branching::BranchingDecision;
use super::bound::enumerate::{Enumeration, Gap};
use super::duals::DualBound;
use super::instance::Column;
use super::pricing::branch_and_bound::{self, Subproblem};
use super::pricing::{Aim, CostSplits, heuristic, price_all};
use super::primal::dual_ascent::ascend;
use super::subset_row_cuts::SubsetRowCut;
use super::*;
use crate::problem::TrackIx;
use crate::problem::records::PairKind;
use crate::random::Random;

/// The instance of a track.
fn instance_of<'t>(track: &'t Track<'t>) -> Instance<'t> {
    Instance::new(track, Parameters::default())
}

/// All sets that may be a network of this class, with their reduced profits.
fn all_sets(instance: &Instance<'_>, class: usize, duals: &Duals) -> Vec<(i64, Vec<u32>)> {
    let (rules, track, n) = (&instance.classes[class], instance.track, instance.out.len());
    let mut sets = Vec::new();
    for mask in 1u32..1 << n {
        let members: Vec<u32> = (0..n as u32).filter(|e| mask >> e & 1 == 1).collect();
        let meet = |a: u32, b: u32| a == b || !rules.clash[a as usize * n + b as usize];
        let region = |r: usize| members.iter().filter(|&&e| track.region[e as usize] as usize == r).count() as i64;
        let sound = members.len() <= rules.high
            && instance.fills(class, &members)
            && members.iter().all(|e| rules.candidates.contains(e) && members.iter().all(|&f| meet(*e, f)))
            && (0..track.regions).all(|r| region(r) <= rules.limits.per_region)
            && members.iter().map(|&e| track.delegates[e as usize]).sum::<i64>() <= rules.limits.max_delegates;
        if sound {
            sets.push((duals.reduced_profit(instance, class, &members), members));
        }
    }
    sets
}

/// Duals between nothing and a little more than the cost of a seat with company, with some cuts.
fn some_duals(instance: &Instance<'_>, chance: &mut Random) -> Duals {
    let n = instance.out.len();
    let company = instance.pairs.iter().max().copied().unwrap_or(0).max(1);
    let cover = (0..n).map(|_| (chance.positive_unit() * 3.0 * company as f64) as i64).collect();
    let mut cuts = Vec::new();
    for _ in 0..chance.below(6) {
        let mut three = [0; 3].map(|_| chance.below(n) as u32);
        three.sort_unstable();
        if three[0] < three[1] && three[1] < three[2] && cuts.iter().all(|&(other, _)| other != SubsetRowCut(three)) {
            cuts.push((SubsetRowCut(three), (chance.positive_unit() * company as f64) as i64 / 3 * 3));
        }
    }
    Duals { cover, cuts }
}

fn subproblem<'a>(
    instance: &'a Instance<'a>,
    class: usize,
    duals: &'a Duals,
    threshold: i64,
    aim: Aim,
) -> Subproblem<'a> {
    let own = &instance.classes[class].own[..];
    let rules = &instance.classes[class];
    let (among, sizes) = (&rules.candidates[..], (rules.low, rules.high));
    Subproblem { instance, class, among, sizes, split: &[], own, with: None, duals, threshold, aim, steps: u64::MAX }
}

#[test]
fn exact_pricing_finds_the_best_of_all_sets_and_lists_every_good_one() {
    let mut found = 0;
    for seed in 0..300 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (instance, mut chance) = (instance_of(&track), Random::new(seed));
        for class in 0..instance.classes.len() {
            let duals = some_duals(&instance, &mut chance);
            let mut sets = all_sets(&instance, class, &duals);
            let Some(best) = sets.iter().map(|set| set.0).max() else { continue };
            for threshold in [best - 1, best, best / 2, 0] {
                let priced = branch_and_bound::price(
                    &subproblem(&instance, class, &duals, threshold, Aim::Best),
                    &Budget::of_work(1 << 40),
                );
                assert!(priced.complete && priced.bound == best.max(threshold), "seed {seed}: {best}, {priced:?}");
                assert!(priced.found.iter().all(|set| sets.contains(set)), "seed {seed}: {priced:?}");
                found += usize::from(best > threshold);
            }
            let threshold = best - best.abs() / 2;
            let listing = subproblem(&instance, class, &duals, threshold, Aim::All(9_999));
            let mut all = branch_and_bound::price(&listing, &Budget::of_work(1 << 40));
            sets.retain(|set| set.0 > threshold);
            sets.sort_unstable();
            all.found.sort_unstable();
            assert_eq!(all.found, sets, "seed {seed}");
        }
    }
    assert!(found > 300, "{found}: shows too little");
}

/// A track of classes that differ by wishes alone, and one that does not.
fn wishes(seed: u64) -> crate::problem::ProblemRecords {
    let mut records = plain(5, &[(2, 4), (2, 4), (2, 4), (1, 3)]);
    let mut chance = Random::new(seed);
    // Nobody is warm_start out of more than one, so all are of one kind.
    let out = chance.below(records.enrolments.len());
    records.enrolments[out].excluded = Some(vec!["n1".to_owned()]);
    for (_, enrolment) in records.enrolments.iter_mut().enumerate().filter(|&(at, _)| at != out) {
        let first = chance.below(4);
        if chance.below(3) > 0 {
            enrolment.preferences = Some(vec![format!("n{first}"), format!("n{}", (first + 1) % 4)]);
        }
    }
    records
}

#[test]
fn pricing_all_classes_at_once_is_pricing_each_by_itself() {
    let mut shared = 0;
    for seed in 0..60 {
        let problem = problem(&wishes(seed));
        let track = Track::new(&problem, TrackIx(0));
        let (instance, mut chance) = (instance_of(&track), Random::new(seed));
        let duals = some_duals(&instance, &mut chance);
        let sets: Vec<_> = (0..instance.classes.len()).map(|class| all_sets(&instance, class, &duals)).collect();
        let best: Vec<i64> = sets.iter().map(|sets| sets.iter().map(|set| set.0).max().unwrap_or(0)).collect();
        let threshold = |best: &i64| best - (chance.positive_unit() * 0.3 * best.abs() as f64) as i64;
        let thresholds: Vec<i64> = best.iter().map(threshold).collect();
        let mut splits = CostSplits::new(&instance);
        let mut price =
            |aim| price_all(&instance, &duals, &thresholds, (aim, u64::MAX), &mut splits, &Budget::of_work(1 << 40));
        let (priced, listed) = (price(Aim::Best), price(Aim::All(9_999)));
        for (class, (priced, mut listed)) in priced.into_iter().zip(listed).enumerate() {
            assert!(priced.complete && priced.bound >= best[class], "seed {seed}: {priced:?}");
            assert!(priced.found.iter().all(|set| sets[class].contains(set)), "seed {seed}: {priced:?}");
            let mut good: Vec<_> = sets[class].iter().filter(|set| set.0 > thresholds[class]).cloned().collect();
            good.sort_unstable();
            listed.found.sort_unstable();
            assert_eq!(listed.found, good, "seed {seed}");
        }
        shared += usize::from(instance.kinds.iter().any(|kind| kind.classes.len() > 2));
    }
    assert!(shared > 30, "{shared}: shows too little");
}

#[test]
fn pricing_that_stops_early_still_bounds_every_set() {
    let mut stopped = 0;
    for seed in 0..100 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (instance, mut chance) = (instance_of(&track), Random::new(seed));
        for class in 0..instance.classes.len() {
            let duals = some_duals(&instance, &mut chance);
            let Some(best) = all_sets(&instance, class, &duals).iter().map(|set| set.0).max() else { continue };
            for limit in [0, 1, 5, 20, 60] {
                let each = Subproblem { steps: limit, ..subproblem(&instance, class, &duals, 0, Aim::Best) };
                for priced in [
                    branch_and_bound::price(&each, &Budget::of_work(1 << 40)),
                    branch_and_bound::price(&each, &Budget::of_work(limit * 4 + 1)),
                ] {
                    assert!(priced.bound >= best, "seed {seed}, {limit} steps: {} is below {best}", priced.bound);
                    stopped += usize::from(!priced.complete);
                }
            }
        }
    }
    assert!(stopped > 100, "{stopped}: shows too little");
}

#[test]
fn heuristic_pricing_finds_only_sets_that_keep_the_rules() {
    for seed in 0..100 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (instance, mut chance) = (instance_of(&track), Random::new(seed));
        for class in 0..instance.classes.len() {
            let duals = some_duals(&instance, &mut chance);
            let sets = all_sets(&instance, class, &duals);
            let found = heuristic::price(
                &instance,
                class,
                &duals,
                100,
                &instance.classes[class].candidates,
                instance.starts(class, seed as usize),
            );
            assert!(found.iter().all(|set| sets.contains(set)), "seed {seed}: {found:?}");
        }
    }
}

#[test]
fn an_ascent_collects_only_columns_that_keep_the_rules() {
    let mut collected = 0;
    for seed in 0..60 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let instance = instance_of(&track);
        let slots = construct(&track, &mut Random::new(seed)).slots().to_vec();
        let duals = some_duals(&instance, &mut Random::new(seed)).cover;
        let sets: Vec<_> = (0..instance.classes.len())
            .map(|class| all_sets(&instance, class, &Duals::of_cover(duals.clone())))
            .collect();
        let upper = instance.out.iter().sum();
        for column in ascend(&instance, &slots, duals, upper, &Budget::of_work(50_000)).columns {
            assert!(sets[column.class].iter().any(|set| set.1 == column.members), "seed {seed}: {column:?}");
            collected += 1;
        }
    }
    assert!(collected > 500, "{collected}: shows too little");
}

/// A sample; every other one has no pairs that stay together, of which columns know nothing.
fn at_times_untied(seed: u64) -> crate::problem::ProblemRecords {
    let mut records = mixed(seed, 3, 3);
    if seed.is_multiple_of(2) {
        records.pair_rules.iter_mut().for_each(|rules| rules.retain(|rule| rule.kind == PairKind::Apart));
    }
    records
}

/// The best assignment of a track, by looking at all there are, and one that is made quickly.
fn best_and_quick(track: &Track<'_>, seed: u64) -> (Best, Best) {
    let (mut whole, mut quick) = (Best::none(), Best::none());
    assert!(exhaust(track, &mut whole, &Budget::of_work(1 << 40)), "too large to look at");
    quick.offer(&construct(track, &mut Random::new(seed)));
    (whole, quick)
}

#[test]
fn dives_find_the_best_assignment_of_small_tracks() {
    let (mut found, mut missed) = (0, 0);
    for seed in 0..120 {
        let problem = problem(&at_times_untied(seed));
        let track = Track::new(&problem, TrackIx(0));
        let (whole, mut best) = best_and_quick(&track, seed);
        if best.slots().is_none() {
            continue;
        }
        improve(&track, &mut best, &mut Pool::default(), whole.cost(), seed, &Budget::of_work(200_000));
        assert!(best.cost() >= whole.cost() - 1e-6, "seed {seed}: {} is below the best", best.cost());
        if track.has_ties {
            continue; // columns know nothing of pairs that stay together
        }
        *(if best.reaches(whole.cost()) { &mut found } else { &mut missed }) += 1;
    }
    assert!(found >= 20 && missed * 10 <= found, "{found} found, {missed} missed");
}

/// Bound and optimum of a track, where it can be looked at whole.
fn bound_and_best(records: &crate::problem::ProblemRecords, work: u64) -> Option<(f64, f64)> {
    let problem = problem(records);
    let track = Track::new(&problem, TrackIx(0));
    let mut best = Best::none();
    assert!(exhaust(&track, &mut best, &Budget::of_work(1 << 40)), "too large to look at");
    best.slots()?;
    let cost = best.cost();
    // Nothing is known of the best assignment but its columns: its cost must not find its way into the bound.
    let instance = instance_of(&track);
    let budget = Budget::of_work(work);
    let mut root = RootNode::new(&instance, &best, &WarmStart::default())?;
    root.enumerated_gap = 0; // nothing is enumerated: the bound comes from columns and cuts alone
    close_gap(&mut root, &mut best, |_, _| false, &budget);
    Some((root.bound(), cost))
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
        let problem = problem(&at_times_untied(seed));
        let track = Track::new(&problem, TrackIx(0));
        let (whole, mut best) = best_and_quick(&track, seed);
        let before = best.cost();
        if whole.slots().is_none() || best.slots().is_none() {
            continue;
        }
        let (bound, done) = prove(&track, &mut best, &mut WarmStart::default(), &Budget::of_work(1 << 40));
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
fn a_proof_in_many_goes_forgets_nothing() {
    let mut rose = 0;
    for seed in 0..100 {
        let problem = problem(&mixed(seed, 4, 3));
        let track = Track::new(&problem, TrackIx(0));
        let mut best = Best::none();
        best.offer(&construct(&track, &mut Random::new(seed)));
        if best.slots().is_none() {
            continue;
        }
        let (mut warm_start, mut bounds) = (WarmStart::default(), Vec::new());
        for work in [300, 600, 1 << 40] {
            bounds.push(prove(&track, &mut best, &mut warm_start, &Budget::of_work(work)).0);
        }
        assert!(bounds.is_sorted() && bounds[2] <= best.cost(), "seed {seed}: {bounds:?}");
        rose += usize::from(bounds[0] < bounds[2]);
    }
    assert!(rose >= 10, "{rose}: shows too little");
}

#[test]
fn of_all_columns_the_best_assignment_is_chosen_and_proved() {
    let (mut proved, mut found) = (0, 0);
    for seed in 0..200 {
        let problem = problem(&at_times_untied(seed));
        let track = Track::new(&problem, TrackIx(0));
        let (whole, best) = best_and_quick(&track, seed);
        if best.slots().is_none() {
            continue;
        }
        let instance = instance_of(&track);
        let duals = Duals::of_cover(vec![0; instance.out.len()]);
        let (mut columns, mut convexity, mut possible) = (Vec::new(), Vec::new(), true);
        for (class, rules) in instance.classes.iter().enumerate() {
            let sets = all_sets(&instance, class, &duals);
            let most = sets.iter().map(|set| set.0).chain(rules.may_be_empty().then_some(0)).max();
            possible &= most.is_some();
            convexity.push(most.unwrap_or(0));
            columns.extend(sets.into_iter().map(|(_, members)| Column { class, members }));
        }
        assert!(possible, "seed {seed}: a network that no set fills, yet an assignment");
        let costs = columns.iter().map(|column| instance.cost(column.class, &column.members)).collect();
        let dual_bound = DualBound::new(&instance, &duals, convexity);
        let gap = Gap { bound: &dual_bound, upper: instance.units_above(best.cost()) };
        let enumeration = Enumeration { instance: &instance, columns, costs };
        let settled = branch_and_cut::solve(&enumeration, &gap, &Budget::of_work(1 << 40));
        let bound = settled.bound as f64 * instance.unit;
        assert!(bound <= whole.cost() + 1e-6, "seed {seed}: {bound}, yet an assignment for {}", whole.cost());
        if track.has_ties {
            continue; // columns know nothing of pairs that stay together
        }
        assert!(bound >= whole.cost() - 1e-6, "seed {seed}: {bound} is all that is proved of {}", whole.cost());
        proved += 1;
        let Some(networks) = settled.better else { continue };
        let slot = |e: u32| networks.iter().position(|set| set.contains(&e)).unwrap_or(networks.len()) as u32;
        let slots: Vec<u32> = (0..track.len() as u32).map(slot).collect();
        let cost = crate::assignment::state::State::of(&track, &slots).cost();
        assert!((cost - whole.cost()).abs() < 1e-6, "seed {seed}: {cost} is chosen, {} is best", whole.cost());
        found += 1;
    }
    assert!(proved >= 50 && found >= 10, "{proved} proved, {found} found: shows too little");
}

#[test]
fn both_children_of_a_node_have_all_assignments_and_neither_has_what_was_fractional() {
    let mut branched = 0;
    for seed in 0..100 {
        let problem = problem(&if seed % 2 == 0 { mixed(seed, 4, 4) } else { plain(4, &[(2, 4), (2, 4), (2, 4)]) });
        let track = Track::new(&problem, TrackIx(0));
        let (instance, mut chance) = (instance_of(&track), Random::new(seed));
        // Two assignments, each taken by half.
        let mut columns: Vec<Column> = Vec::new();
        let mut halves: Vec<Vec<usize>> = Vec::new();
        for _ in 0..2 {
            let slots: Vec<usize> = (0..track.len()).map(|_| chance.below(track.nowhere() + 1)).collect();
            let before = columns.len();
            for (slot, &class) in instance.class_of.iter().enumerate() {
                let members: Vec<u32> = (0..track.len() as u32).filter(|&e| slots[e as usize] == slot).collect();
                columns.extend((!members.is_empty()).then_some(Column { class, members }));
            }
            halves.push((before..columns.len()).collect());
        }
        let halved = vec![0.5; columns.len()];
        let Some(decision) = BranchingDecision::most_fractional(&instance, &columns, &halved) else { continue };
        let allowed =
            |yes: bool| -> Vec<bool> { columns.iter().map(|column| decision.allows(&instance, yes, column)).collect() };
        let sides = [allowed(true), allowed(false)];
        for half in &halves {
            assert!(
                sides.iter().any(|side| half.iter().all(|&at| side[at])),
                "seed {seed}: {decision:?} loses {columns:?}"
            );
        }
        let out = |e: u32| halves.iter().any(|half| half.iter().all(|&at| !columns[at].members.contains(&e)));
        for (side, required) in sides.iter().zip([decision.required(), None]) {
            let decides = side.iter().any(|allowed| !allowed) || required.is_some_and(out);
            assert!(decides, "seed {seed}: {decision:?} decides nothing in {columns:?}");
        }
        branched += 1;
    }
    assert!(branched >= 50, "{branched}: shows too little");
}

#[test]
fn alike_networks_are_one_class_and_are_proved() {
    let records = plain(5, &[(2, 4), (2, 4), (2, 4)]);
    let problem = problem(&records);
    let track = Track::new(&problem, TrackIx(0));
    assert_eq!(instance_of(&track).classes.len(), 1);
    let (bound, cost) = bound_and_best(&records, 1 << 40).expect("it can be assigned");
    assert!(bound <= cost + 1e-6 && bound >= 0.98 * cost, "{bound} and {cost}");
}

#[test]
fn a_bound_between_two_possible_costs_is_as_good_as_the_upper_one() {
    assert!((up_to_grain(10.11, Some(0.2)) - 10.2).abs() < 1e-9);
    assert!((up_to_grain(10.2 + 1e-9, Some(0.2)) - 10.2).abs() < 1e-9);
    assert_eq!(up_to_grain(10.11, None), 10.11);
}
