//! Laws of the moves: what is drawn can be made, what is made is counted right, what is undone leaves no trace.

use super::super::samples::{mixed, problem, steps};
use super::super::state::State;
use super::super::track::Track;
use super::*;
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
        let mut source = Source { chance: Chance::new(seed), neighbours: &neighbours, changes: Changes::new() };
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
    let mut source = Source { chance: Chance::new(3), neighbours: &neighbours, changes: Changes::new() };
    let mut state = State::new(&track);
    let (mut best, penalty) = (Best::none(), Penalty::new(100.0));
    for step in 0..400 {
        relocate::propose(&state, &mut source).then(|| state.go(&source.changes));
        let heat = if step % 2 == 0 { 1e9 } else { 1e-9 };
        relabel::step(&mut state, &mut best, &penalty, heat, &mut source.chance);
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
    anneal(&mut state, &mut best, Goal::Cost(0.0), 1, &steps(60_000));
    let kept = State::of(&track, best.slots().expect("this sample can be assigned"));
    assert!(kept.breach().is_none());
    assert!((kept.cost() - best.cost()).abs() < 1e-6 * kept.cost());
}
