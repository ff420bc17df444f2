//! Laws of the proof: pricing finds what looking at every set finds, and no bound is above the best assignment.

use super::super::chance::Chance;
use super::super::construct::construct;
use super::super::exhaust::exhaust;
use super::super::samples::{mixed, plain, problem};
use super::super::track::Track;
use super::exact::{Aim, Order};
use super::prices::Prices;
use super::splits::Splits;
use super::*;
use crate::problem::TrackIx;
use crate::problem::records::PairKind;

/// All sets that may be a network of this class, with what they are worth.
fn all_sets(ground: &Ground<'_>, class: usize, prices: &Prices) -> Vec<(i64, Vec<u32>)> {
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
            sets.push((prices.sum(&members) - ground.cost(class, &members), members));
        }
    }
    sets
}

/// Prices between nothing and a little more than a seat with company is worth, with some cuts.
fn some_prices(ground: &Ground<'_>, chance: &mut Chance) -> Prices {
    let n = ground.out.len();
    let company = ground.pairs.iter().max().copied().unwrap_or(0).max(1);
    let of = (0..n).map(|_| (chance.unit() * 3.0 * company as f64) as i64).collect();
    let mut cuts = Vec::new();
    for _ in 0..chance.below(6) {
        let mut three = [0; 3].map(|_| chance.below(n) as u32);
        three.sort_unstable();
        if three[0] < three[1] && three[1] < three[2] && cuts.iter().all(|&(other, _)| other != three) {
            cuts.push((three, (chance.unit() * company as f64) as i64 / 3 * 3));
        }
    }
    Prices { of, cuts }
}

fn order<'a>(ground: &'a Ground<'a>, class: usize, prices: &'a Prices, threshold: i64, aim: Aim) -> Order<'a> {
    let own = &ground.classes[class].own[..];
    let rules = &ground.classes[class];
    let (among, sizes) = (&rules.candidates[..], (rules.low, rules.high));
    Order { ground, class, among, sizes, split: &[], own, with: None, prices, threshold, aim, steps: u64::MAX }
}

#[test]
fn exact_pricing_finds_the_best_of_all_sets_and_lists_every_good_one() {
    let mut found = 0;
    for seed in 0..300 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (ground, mut chance) = (Ground::new(&track), Chance::new(seed));
        for class in 0..ground.classes.len() {
            let prices = some_prices(&ground, &mut chance);
            let mut sets = all_sets(&ground, class, &prices);
            let Some(best) = sets.iter().map(|set| set.0).max() else { continue };
            for threshold in [best - 1, best, best / 2, 0] {
                let priced =
                    exact::price(&order(&ground, class, &prices, threshold, Aim::Best), &Budget::of_work(1 << 40));
                assert!(priced.complete && priced.bound == best.max(threshold), "seed {seed}: {best}, {priced:?}");
                assert!(priced.found.iter().all(|set| sets.contains(set)), "seed {seed}: {priced:?}");
                found += usize::from(best > threshold);
            }
            let threshold = best - best.abs() / 2;
            let listing = order(&ground, class, &prices, threshold, Aim::All(9_999));
            let mut all = exact::price(&listing, &Budget::of_work(1 << 40));
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
    let mut chance = Chance::new(seed);
    // Nobody is kept out of more than one, so all are of one kind.
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
        let (ground, mut chance) = (Ground::new(&track), Chance::new(seed));
        let prices = some_prices(&ground, &mut chance);
        let sets: Vec<_> = (0..ground.classes.len()).map(|class| all_sets(&ground, class, &prices)).collect();
        let best: Vec<i64> = sets.iter().map(|sets| sets.iter().map(|set| set.0).max().unwrap_or(0)).collect();
        let threshold = |best: &i64| best - (chance.unit() * 0.3 * best.abs() as f64) as i64;
        let thresholds: Vec<i64> = best.iter().map(threshold).collect();
        let mut splits = Splits::new(&ground);
        let mut price =
            |aim| pricing::all(&ground, &prices, &thresholds, (aim, u64::MAX), &mut splits, &Budget::of_work(1 << 40));
        let (priced, listed) = (price(Aim::Best), price(Aim::All(9_999)));
        for (class, (priced, mut listed)) in priced.into_iter().zip(listed).enumerate() {
            assert!(priced.complete && priced.bound >= best[class], "seed {seed}: {priced:?}");
            assert!(priced.found.iter().all(|set| sets[class].contains(set)), "seed {seed}: {priced:?}");
            let mut good: Vec<_> = sets[class].iter().filter(|set| set.0 > thresholds[class]).cloned().collect();
            good.sort_unstable();
            listed.found.sort_unstable();
            assert_eq!(listed.found, good, "seed {seed}");
        }
        shared += usize::from(ground.kinds.iter().any(|kind| kind.classes.len() > 2));
    }
    assert!(shared > 30, "{shared}: shows too little");
}

#[test]
fn pricing_that_stops_early_still_bounds_every_set() {
    let mut stopped = 0;
    for seed in 0..100 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (ground, mut chance) = (Ground::new(&track), Chance::new(seed));
        for class in 0..ground.classes.len() {
            let prices = some_prices(&ground, &mut chance);
            let Some(best) = all_sets(&ground, class, &prices).iter().map(|set| set.0).max() else { continue };
            for limit in [0, 1, 5, 20, 60] {
                let each = Order { steps: limit, ..order(&ground, class, &prices, 0, Aim::Best) };
                for priced in [
                    exact::price(&each, &Budget::of_work(1 << 40)),
                    exact::price(&each, &Budget::of_work(limit * 4 + 1)),
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
fn quick_pricing_finds_only_sets_that_keep_the_rules() {
    for seed in 0..100 {
        let problem = problem(&mixed(seed, 4, 4));
        let track = Track::new(&problem, TrackIx(0));
        let (ground, mut chance) = (Ground::new(&track), Chance::new(seed));
        for class in 0..ground.classes.len() {
            let prices = some_prices(&ground, &mut chance);
            let sets = all_sets(&ground, class, &prices);
            let found = greedy::price(
                &ground,
                class,
                &prices,
                100,
                &ground.classes[class].candidates,
                ground.classes[class].starts(seed as usize),
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
        let ground = Ground::new(&track);
        let slots = construct(&track, &mut Chance::new(seed)).slots().to_vec();
        let duals = some_prices(&ground, &mut Chance::new(seed)).of;
        let sets: Vec<_> =
            (0..ground.classes.len()).map(|class| all_sets(&ground, class, &Prices::plain(duals.clone()))).collect();
        let upper = ground.out.iter().sum();
        for column in ascent::ascend(&ground, &slots, duals, upper, &Budget::of_work(50_000)).columns {
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
    quick.offer(&construct(track, &mut Chance::new(seed)));
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
    let ground = Ground::new(&track);
    let budget = Budget::of_work(work);
    let mut proof = Proof::new(&ground, &best, &Kept::default())?;
    proof.listed = 0; // nothing is listed: the bound comes from columns and cuts alone
    proof.run(&mut best, |_, _| false, &budget);
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
        let problem = problem(&at_times_untied(seed));
        let track = Track::new(&problem, TrackIx(0));
        let (whole, mut best) = best_and_quick(&track, seed);
        let before = best.cost();
        if whole.slots().is_none() || best.slots().is_none() {
            continue;
        }
        let (bound, done) = prove(&track, &mut best, &mut Kept::default(), &Budget::of_work(1 << 40));
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
        best.offer(&construct(&track, &mut Chance::new(seed)));
        if best.slots().is_none() {
            continue;
        }
        let (mut kept, mut bounds) = (Kept::default(), Vec::new());
        for work in [300, 600, 1 << 40] {
            bounds.push(prove(&track, &mut best, &mut kept, &Budget::of_work(work)).0);
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
        let ground = Ground::new(&track);
        let prices = Prices::plain(vec![0; ground.out.len()]);
        let (mut columns, mut worth, mut possible) = (Vec::new(), Vec::new(), true);
        for (class, rules) in ground.classes.iter().enumerate() {
            let sets = all_sets(&ground, class, &prices);
            let most = sets.iter().map(|set| set.0).chain(rules.may_be_empty().then_some(0)).max();
            possible &= most.is_some();
            worth.push(most.unwrap_or(0));
            columns.extend(sets.into_iter().map(|(_, members)| master::Column { class, members }));
        }
        assert!(possible, "seed {seed}: a network that no set fills, yet an assignment");
        let costs = columns.iter().map(|column| ground.cost(column.class, &column.members)).collect();
        let least = ground.classes.iter().zip(&worth).map(|(class, worth)| class.count() * worth).sum::<i64>();
        let upper = (best.cost() / ground.unit).ceil() as i64;
        let gap = closing::Gap { proved: -least, prices: &prices, worth: &worth, upper };
        let settled =
            listed::settle(&listed::List { ground: &ground, columns, costs }, &gap, &Budget::of_work(1 << 40));
        let bound = settled.bound as f64 * ground.unit;
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
fn both_sides_of_a_fork_have_all_assignments_and_neither_has_what_was_undecided() {
    let mut forks = 0;
    for seed in 0..100 {
        let problem = problem(&if seed % 2 == 0 { mixed(seed, 4, 4) } else { plain(4, &[(2, 4), (2, 4), (2, 4)]) });
        let track = Track::new(&problem, TrackIx(0));
        let (ground, mut chance) = (Ground::new(&track), Chance::new(seed));
        // Two assignments, each taken by half.
        let mut columns: Vec<master::Column> = Vec::new();
        let mut halves: Vec<Vec<usize>> = Vec::new();
        for _ in 0..2 {
            let slots: Vec<usize> = (0..track.len()).map(|_| chance.below(track.nowhere() + 1)).collect();
            let before = columns.len();
            for (slot, &class) in ground.class_of.iter().enumerate() {
                let members: Vec<u32> = (0..track.len() as u32).filter(|&e| slots[e as usize] == slot).collect();
                columns.extend((!members.is_empty()).then_some(master::Column { class, members }));
            }
            halves.push((before..columns.len()).collect());
        }
        let Some(fork) = fork::Fork::of(&ground, &columns, &vec![0.5; columns.len()]) else { continue };
        let allowed =
            |yes: bool| -> Vec<bool> { columns.iter().map(|column| fork.allows(&ground, yes, column)).collect() };
        let sides = [allowed(true), allowed(false)];
        for half in &halves {
            assert!(
                sides.iter().any(|side| half.iter().all(|&at| side[at])),
                "seed {seed}: {fork:?} loses {columns:?}"
            );
        }
        let out = |e: u32| halves.iter().any(|half| half.iter().all(|&at| !columns[at].members.contains(&e)));
        for (side, must) in sides.iter().zip([fork.must(), None]) {
            let decides = side.iter().any(|allowed| !allowed) || must.is_some_and(out);
            assert!(decides, "seed {seed}: {fork:?} decides nothing in {columns:?}");
        }
        forks += 1;
    }
    assert!(forks >= 50, "{forks}: shows too little");
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

/// Dates made up by the members alone: now and then a network has hard ones.
struct MadeUp {
    dear: f64,
}

impl MadeUp {
    fn of(&self, members: impl Iterator<Item = usize>) -> f64 {
        let members: Vec<usize> = members.collect();
        let seed = members.iter().fold(7u64, |seed, &e| seed.wrapping_mul(31).wrapping_add(e as u64));
        if members.len() < 2 { 0.0 } else { self.dear * Chance::new(seed).unit() }
    }
}

impl TimetableBounds for MadeUp {
    fn quick(&self, members: &[crate::problem::EnrolmentIx]) -> f64 {
        0.5 * self.near(members)
    }

    fn near(&self, members: &[crate::problem::EnrolmentIx]) -> f64 {
        self.of(members.iter().map(|e| e.at()))
    }
}

/// The least that an assignment can cost with what its networks cost beyond, in units, by looking at all sets of members; pairs
/// that should stay together need not.
fn least_with(ground: &Ground<'_>, dates: &MadeUp) -> Option<i64> {
    let n = ground.out.len();
    let zero = Prices::plain(vec![0; n]);
    let mut least: Vec<Option<i64>> = vec![None; 1 << n];
    least[0] = Some(0);
    for &class in &ground.class_of {
        let mut next = if ground.classes[class].may_be_empty() { least.clone() } else { vec![None; 1 << n] };
        for (value, members) in all_sets(ground, class, &zero) {
            let ids = members.iter().map(|&e| ground.track.enrolments[e as usize].at());
            let cost = (dates.of(ids) / ground.unit).ceil() as i64 - value;
            let set = members.iter().fold(0usize, |set, e| set | 1 << e);
            for (taken, before) in least.iter().enumerate().filter(|(taken, _)| taken & set == 0) {
                let Some(before) = before else { continue };
                let known = &mut next[taken | set];
                *known = Some(known.map_or(before + cost, |known| known.min(before + cost)));
            }
        }
        least = next;
    }
    let out = |taken: usize| (0..n).filter(|e| taken >> e & 1 == 0).map(|e| ground.out[e]).sum::<i64>();
    least.iter().enumerate().filter_map(|(taken, cost)| cost.map(|cost| cost + out(taken))).min()
}

#[test]
fn no_bound_with_dates_is_above_the_best_choice_of_networks_and_dates() {
    let (mut rose, mut close, mut told) = (0, 0, 0);
    for seed in 0..150 {
        let problem = problem(&mixed(seed, 3, 3));
        let track = Track::new(&problem, TrackIx(0));
        let ground = Ground::new(&track);
        let mut best = Best::none();
        best.offer(&construct(&track, &mut Chance::new(seed)));
        let mut kept = Kept::default();
        let (alone, _) = prove(&track, &mut best, &mut kept, &Budget::of_work(1 << 40));
        let (Some(slots), true) = (best.slots(), alone > 0.0) else { continue };
        let dates = MadeUp { dear: 0.4 * alone };
        let Some(least) = least_with(&ground, &dates) else { continue };
        let least = least as f64 * ground.unit;
        for work in [400, 1 << 40] {
            let plan = (slots, 2.0 * least);
            let bound = prove_with(&track, &kept, plan, &dates, &Budget::of_work(work));
            assert!(bound <= least + 1e-6, "seed {seed}: {bound}, yet it can be had for {least}");
            told += 1;
            rose += usize::from(bound > 1.02 * alone);
            close += usize::from(bound > 0.98 * least);
        }
    }
    assert!(rose >= 40 && close >= 40, "{rose} rose and {close} are close, of {told}: shows too little");
}
