//! A first assignment, in time that grows with the track and not with its square: neighbours fill a network
//! after another, then what is still missing or too much is mended.

use super::breach::{Breach, DELEGATES, KINDS, MIXING, SIZE, TOGETHER};
use super::state::{Changes, State};
use super::track::Track;
use crate::random::Random;

/// How many networks are being filled at once.
const OPEN_AT_ONCE: usize = 6;
/// How many moves are looked at to mend one fault of one network.
const TRIES: usize = 600;
/// How often all broken networks are gone through.
const ROUNDS: usize = 12;

/// An assignment that breaks no rule, as far as that was found quickly; floors may still be broken.
pub(super) fn construct<'t>(track: &'t Track<'t>, chance: &mut Random) -> State<'t> {
    let mut state = State::new(track);
    if track.nowhere() == 0 {
        return state;
    }
    for e in 0..track.len() {
        if let Some(slot) = track.fixed(e) {
            place(&mut state, e, [slot].into_iter());
        }
    }
    // Wishes scatter the members of a network over the map, a map without wishes disappoints: the cheaper wins.
    let filled = [true, false].map(|wishes| {
        let mut state = state.clone();
        fill(&mut state, wishes);
        top_up(&mut state);
        mend(&mut state, chance);
        state
    });
    let [a, b] = filled;
    let order = |state: &State<'_>| (state.breach().weigh(&EVEN), state.cost());
    if order(&b) < order(&a) { b } else { a }
}

/// Places an enrolment where it costs least among these slots, where any takes it.
fn place(state: &mut State<'_>, e: usize, slots: impl Iterator<Item = usize>) -> bool {
    let room = slots.filter(|&slot| slot < state.track.nowhere() && state.size(slot) < state.track.limits[slot].max);
    let fit = room.filter(|&slot| takes(state, e, slot));
    let worth = |slot: usize| state.track.own(e, slot) + state.towards(e, slot);
    let best = fit.map(|slot| (worth(slot), slot)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    if let Some((_, slot)) = best {
        state.go(&[(e as u32, slot as u32)]);
    }
    best.is_some()
}

/// Whether a slot takes an enrolment without breaking a ceiling: floors come later.
fn takes(state: &State<'_>, e: usize, slot: usize) -> bool {
    if !state.track.open(e, slot) {
        return false;
    }
    let mut breach = state.delta(&[(e as u32, slot as u32)]).breach;
    for floor in [SIZE, MIXING] {
        breach.0[floor] = 0; // the ceiling of size is kept by the caller
    }
    let limits = &state.track.limits[slot];
    if state.delegates(slot) + state.track.delegates[e] <= limits.max_delegates {
        breach.0[DELEGATES] = 0;
    }
    breach.is_no_worse()
}

/// Goes through the enrolments along a curve that keeps near ones near, and fills few networks at a time, each
/// up to an even share.
fn fill(state: &mut State<'_>, wishes: bool) {
    let track = state.track;
    let share = track.len().div_ceil(track.nowhere()) as i64;
    let target: Vec<i64> = track.limits.iter().map(|l| share.max(l.min).min(l.max)).collect();
    let mut fresh: Vec<usize> = (0..track.nowhere()).rev().collect();
    let mut open: Vec<usize> = Vec::new();
    for e in along_curve(track) {
        if state.slot(e) != track.nowhere() {
            continue;
        }
        open.retain(|&slot| state.size(slot) < target[slot]);
        let wished = track.wishes(e).filter(|&slot| wishes && state.size(slot) < target[slot]);
        let candidates: Vec<usize> = wished.chain(open.iter().copied()).collect();
        if place(state, e, candidates.into_iter()) {
            continue;
        }
        let next = fresh.iter().rposition(|&slot| state.size(slot) < target[slot] && takes(state, e, slot));
        if let Some(at) = next {
            let slot = fresh.remove(at);
            place(state, e, [slot].into_iter());
            if open.len() == OPEN_AT_ONCE {
                let oldest = open.remove(0);
                fresh.insert(0, oldest); // it may still be filled by those who find nothing else
            }
            open.push(slot);
        }
    }
}

/// Enrolments along a Z-order curve over latitude and longitude: near on the curve is near on the map.
fn along_curve(track: &Track<'_>) -> Vec<usize> {
    let key = |e: usize| {
        let (lat, lon) = track.position(e);
        let cell = |degrees: f64, whole: f64| ((degrees / whole + 0.5).clamp(0.0, 1.0) * 65_535.0) as u32;
        let (y, x) = (cell(lat, 180.0), cell(lon, 360.0));
        (0..16).fold(0u32, |key, bit| key | ((x >> bit) & 1) << (2 * bit) | ((y >> bit) & 1) << (2 * bit + 1))
    };
    let mut order: Vec<usize> = (0..track.len()).collect();
    order.sort_by_key(|&e| (key(e), e));
    order
}

/// Places those who are still out wherever there is room.
pub(super) fn top_up(state: &mut State<'_>) {
    let mut room: Vec<usize> = (0..state.track.nowhere()).collect();
    for e in 0..state.track.len() {
        if state.slot(e) == state.track.nowhere() {
            room.retain(|&slot| state.size(slot) < state.track.limits[slot].max);
            place(state, e, room.iter().copied());
        }
    }
}

/// Mends what is broken, network by network.
pub(super) fn mend(state: &mut State<'_>, chance: &mut Random) {
    for _ in 0..ROUNDS {
        if state.breach().is_none() {
            return;
        }
        for slot in 0..state.track.nowhere() {
            while !state.network_breach(slot, slot).is_none() && mend_one(state, slot, chance) {}
        }
        if state.breach().0[TOGETHER] > 0 {
            mend_ties(state);
        }
    }
}

/// Makes the cheapest of some drawn moves that leave less broken; false where none was found.
fn mend_one(state: &mut State<'_>, slot: usize, chance: &mut Random) -> bool {
    let mut found: Option<(f64, Changes)> = None;
    for draw in 0..TRIES {
        let Some(changes) = draw_move(state, slot, draw, chance) else { continue };
        let delta = state.delta(&changes);
        let less = delta.breach.weigh(&EVEN) < 0.0 && delta.cost < f64::INFINITY;
        if less && found.as_ref().is_none_or(|(cost, _)| delta.cost < *cost) {
            found = Some((delta.cost, changes));
        }
    }
    if let Some((_, changes)) = &found {
        state.go(changes);
    }
    found.is_some()
}

/// Brings pairs that are torn apart into one network, each by the cheapest move that leaves less broken.
fn mend_ties(state: &mut State<'_>) {
    let homes = state.track.homes() as u32;
    let pairs = (0..homes).flat_map(|a| state.track.ties(a).iter().map(move |&b| (a, b)));
    for (a, b) in pairs.collect::<Vec<_>>() {
        if !state.torn(a, b, &[]) {
            continue;
        }
        let mut found: Option<(f64, f64, Changes)> = None;
        for &e in state.track.of_home(a) {
            for &f in state.track.of_home(b) {
                for changes in joining(state, e, f) {
                    let delta = state.delta(&changes);
                    let (broken, cost) = (delta.breach.weigh(&EVEN), delta.cost);
                    let better = found.as_ref().is_none_or(|(b, c, _)| (broken, cost) < (*b, *c));
                    if cost < f64::INFINITY && broken < 0.0 && better {
                        found = Some((broken, cost, changes));
                    }
                }
            }
        }
        if let Some((_, _, changes)) = found {
            state.go(&changes);
        }
    }
}

/// The moves that bring an enrolment to another, alone or against one of those who are there, and the one that takes
/// it out, alone or against any of those who are out.
fn joining(state: &State<'_>, e: u32, f: u32) -> Vec<Changes> {
    let from = state.slot(e as usize);
    let mut moves = Vec::new();
    for to in [state.slot(f as usize), state.track.nowhere()] {
        if to == from || !state.track.open(e as usize, to) {
            continue;
        }
        moves.push(vec![(e, to as u32)]);
        let back = state.members(to).iter().filter(|&&g| g != f && state.track.open(g as usize, from)).take(TRIES);
        moves.extend(back.map(|&g| vec![(e, to as u32), (g, from as u32)]));
    }
    moves
}

const EVEN: [f64; KINDS] = [1.0; KINDS];

/// A move that brings one into the network, takes one out, or trades one.
fn draw_move(state: &State<'_>, slot: usize, draw: usize, chance: &mut Random) -> Option<Changes> {
    let track = state.track;
    if track.len() == 0 {
        return None; // a network with a floor, and nobody to move
    }
    let e = if track.len() <= TRIES / 2 && draw < track.len() { draw } else { chance.below(track.len()) };
    let from = state.slot(e);
    let outsider = from != slot && track.open(e, slot);
    let changes = match (chance.one_of(state.members(slot)), chance.below(4)) {
        (_, 0 | 1) if outsider => vec![(e as u32, slot as u32)],
        (Some(f), 2) if outsider && track.open(f as usize, from) => vec![(e as u32, slot as u32), (f, from as u32)],
        (Some(f), 3) => {
            let to = chance.below(track.slots());
            if to == slot || !track.open(f as usize, to) {
                return None;
            }
            vec![(f, to as u32)]
        }
        _ => return None,
    };
    Some(changes)
}

/// Takes everybody out again: whole wherever nothing has a floor.
pub(super) fn nobody<'t>(track: &'t Track<'t>) -> Option<State<'t>> {
    let state = State::new(track);
    (state.breach() == Breach::default()).then_some(state)
}
