//! Laws of the moves: what is drawn can be made, what is made is counted right, what is undone leaves no trace.

use super::super::construct::construct;
use super::super::exhaust::exhaust;
use super::super::samples::{mixed, plain, problem};
use super::super::state::State;
use super::super::track::Track;
use super::penalty::Penalty;
use super::*;
use crate::effort::{Effort, Still};
use crate::problem::TrackIx;

type Propose = fn(&State<'_>, &mut Source<'_>) -> bool;

const PROPOSALS: [(&str, Propose); 5] = [
    ("admit", admit::propose),
    ("block", block::propose),
    ("cycle", cycle::propose),
    ("relocate", relocate::propose),
    ("swap", swap::propose),
];

/// The state's own figures against those counted afresh.
fn assert_true(state: &State<'_>, what: &str) {
    let mut afresh = state.clone();
    afresh.recount();
    assert_eq!(state.breach(), afresh.breach(), "{what}");
    assert!((state.cost() - afresh.cost()).abs() < 1e-6 * afresh.cost().max(1.0), "{what}");
}

#[test]
fn whatever_is_drawn_can_be_made_and_is_counted_right() {
    for seed in 0..6 {
        let problem = problem(&mixed(seed, 6, 4));
        let track = Track::new(&problem, TrackIx(0));
        let neighbours = Neighbours::new(&track);
        let mut source = Source { chance: Random::new(seed), neighbours: &neighbours, changes: Changes::new() };
        let mut state = State::new(&track);
        for (name, propose) in PROPOSALS.iter().cycle().take(2_000) {
            if !propose(&state, &mut source) {
                continue;
            }
            for (i, &(e, to)) in source.changes.iter().enumerate() {
                assert!(state.slot(e as usize) != to as usize && track.open(e as usize, to as usize), "{name}");
                assert!(source.changes[..i].iter().all(|&(f, _)| f != e), "{name} moves one twice");
            }
            state.go(&source.changes);
            assert_true(&state, name);
        }
    }
}

#[test]
fn networks_that_trade_members_or_open_or_close_are_counted_right_also_when_undone() {
    let problem = problem(&mixed(3, 6, 4));
    let track = Track::new(&problem, TrackIx(0));
    let neighbours = Neighbours::new(&track);
    let mut source = Source { chance: Random::new(3), neighbours: &neighbours, changes: Changes::new() };
    let mut state = State::new(&track);
    let (mut best, penalty) = (Best::none(), Penalty::new(100.0));
    for step in 0..400 {
        relocate::propose(&state, &mut source).then(|| state.go(&source.changes));
        let heat = if step % 2 == 0 { 1e9 } else { 1e-9 };
        relabel::step(&mut state, &mut best, &penalty, heat, &mut source);
        assert_true(&state, "relabel");
        open_close::step(&mut state, &mut best, &penalty, heat, &mut source);
        assert_true(&state, "open or close");
    }
}

#[test]
fn at_no_heat_a_pair_that_must_stay_together_moves_as_one() {
    let problem = problem(&mixed(4, 6, 4));
    let track = Track::new(&problem, TrackIx(0));
    let mut state = State::new(&track);
    let pair = (0..track.homes() as u32).find_map(|a| track.ties(a).first().map(|&b| (a, b)));
    let (a, b) = pair.map(|(a, b)| (track.of_home(a)[0], track.of_home(b)[0])).expect("the sample has a pair");
    let both = (0..track.nowhere()).filter(|&slot| track.open(a as usize, slot) && track.open(b as usize, slot));
    for slot in both {
        let delta = state.go(&[(a, slot as u32), (b, slot as u32)]);
        assert_eq!(delta.breach.0[super::super::breach::TOGETHER], 0);
    }
}

#[test]
fn what_is_kept_is_whole_and_costs_what_it_says() {
    let problem = problem(&mixed(5, 6, 4));
    let track = Track::new(&problem, TrackIx(0));
    let (mut state, mut best) = (State::new(&track), Best::none());
    anneal(&mut state, &mut best, Goal::Cost(0.0), 1, &Budget::of_work(60_000));
    let kept = State::of(&track, best.slots().expect("this sample can be assigned"));
    assert!(kept.breach().is_none());
    assert!((kept.cost() - best.cost()).abs() < 1e-6 * kept.cost());
}

#[test]
fn parts_hold_every_network_and_every_enrolment_once_and_members_go_with_their_network() {
    let problem = problem(&plain(60, &[(3, 8); 24]));
    let track = Track::new(&problem, TrackIx(0));
    let mut chance = Random::new(1);
    let state = super::super::construct::construct(&track, &mut chance);
    let neighbours = Neighbours::new(&track);
    for size in [1, 20, 50, 1_000] {
        let parts = partition::partition(&state, &neighbours, size, &mut chance);
        let mut slots: Vec<u32> = parts.iter().flat_map(|part| part.slots.iter().copied()).collect();
        let mut enrolments: Vec<u32> = parts.iter().flat_map(|part| part.enrolments.iter().copied()).collect();
        slots.sort_unstable();
        enrolments.sort_unstable();
        assert!(slots.iter().copied().eq(0..24) && enrolments.iter().copied().eq(0..120), "size {size}");
        for part in &parts {
            assert!(part.slots.len() > 1 && part.slots.is_sorted() && part.enrolments.is_sorted());
            let inside = |&e: &u32| part.slots.contains(&(state.slot(e as usize) as u32));
            assert!(part.enrolments.iter().all(inside));
        }
    }
}

#[test]
fn a_part_costs_and_breaks_what_its_networks_do() {
    for seed in 0..8 {
        let problem = problem(&mixed(seed, 6, 4));
        let track = Track::new(&problem, TrackIx(0));
        let neighbours = Neighbours::new(&track);
        let (mut state, mut chance) = (State::new(&track), Random::new(seed));
        let mut source = Source { chance: chance.clone(), neighbours: &neighbours, changes: Changes::new() };
        for _ in 0..40 {
            relocate::propose(&state, &mut source).then(|| state.go(&source.changes));
        }
        let (mut cost, mut breach) = (0.0, super::super::breach::Breach::default());
        for part in partition::partition(&state, &neighbours, 5, &mut chance) {
            let inner = track.part(&part.enrolments, &part.slots, state.slots());
            let here = State::of(&inner, &parts::local(&part, &state));
            cost += here.cost();
            breach = breach + here.breach();
        }
        // Pairs that belong together may be torn between parts, which see nothing of it.
        let mut whole = state.breach();
        (whole.0[super::super::breach::TOGETHER], breach.0[super::super::breach::TOGETHER]) = (0, 0);
        assert!((cost - state.cost()).abs() < 1e-6 * cost, "seed {seed}: {cost} is not {}", state.cost());
        assert_eq!(breach, whole, "seed {seed}");
    }
}

#[test]
fn in_parts_everything_that_binds_is_kept_on_any_number_of_threads() {
    for seed in 0..4 {
        let problem = problem(&mixed(seed, 12, 12));
        let track = Track::new(&problem, TrackIx(0));
        let answers = [1, 2, 5].map(|threads| {
            let mut state = super::super::construct::construct(&track, &mut Random::new(seed));
            let mut best = Best::none();
            best.offer(&state);
            let budget = Budget::of_work(60_000).on(threads);
            parts::anneal(&mut state, &mut best, Goal::Cost(0.0), seed, &budget);
            (best.slots().map(<[u32]>::to_vec), budget.spent())
        });
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0], answers[2]);
        let slots = answers[0].0.as_deref().expect("this sample can be assigned");
        assert!(State::of(&track, slots).breach().is_none());
    }
}

#[test]
fn two_walkers_end_alike_on_any_number_of_threads() {
    let problem = problem(&mixed(7, 8, 6));
    let track = Track::new(&problem, TrackIx(0));
    let answers = [1, 2, 3].map(|threads| {
        let (mut state, mut best) = (State::new(&track), Best::none());
        let budget = Budget::of_work(30_000).on(threads);
        anneal(&mut state, &mut best, Goal::Cost(0.0), 1, &budget);
        (best.slots().map(<[u32]>::to_vec), budget.spent())
    });
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn perturbed_local_optima_keep_every_rule_and_mostly_come_to_the_best_on_any_number_of_threads() {
    let (mut found, mut missed) = (0, 0);
    for seed in 0..60 {
        let records = if seed % 2 == 0 { mixed(seed, 3, 3) } else { plain(4, &[(4, 4), (4, 4), (4, 4)]) };
        let problem = problem(&records);
        let track = Track::new(&problem, TrackIx(0));
        let mut begin = Best::none();
        begin.offer(&construct(&track, &mut Random::new(seed)));
        let mut whole = Best::none();
        if begin.slots().is_none() || !exhaust(&track, &mut whole, &Budget::of_work(1 << 24)) {
            continue;
        }
        let ends = [1, 2].map(|threads| {
            let (mut state, mut best) = (State::new(&track), begin.clone());
            let effort = Effort { work: Some(40_000), threads, ..Effort::default() };
            iterated_local_search(
                &mut state,
                &mut best,
                Goal::Cost(f64::NEG_INFINITY),
                seed,
                &Budget::new(&effort, &Still),
            );
            assert!(state.breach().is_none() && best.cost() <= begin.cost(), "seed {seed}");
            assert!((state.cost() - best.cost()).abs() < 1e-6, "seed {seed}: {} is not {}", state.cost(), best.cost());
            best
        });
        assert_eq!(ends[0].slots(), ends[1].slots(), "seed {seed}");
        assert!(ends[0].cost() >= whole.cost() - 1e-6, "seed {seed}: {} is below the best", ends[0].cost());
        *(if ends[0].cost() <= whole.cost() + 1e-6 { &mut found } else { &mut missed }) += 1;
    }
    assert!(found >= 12 && missed <= found, "{found} found, {missed} missed");
}
