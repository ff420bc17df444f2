//! A network that may stay empty is emptied, its members going where each costs least; or an empty one is filled
//! with enrolments near each other. Either takes many moves, so it is made, looked at, and undone where it is bad.

use super::super::state::{Changes, State};
use super::{Best, Source, accept, penalty::Penalty};

/// Draws such a network and makes the move where it is taken; false where the draw led nowhere.
pub(super) fn step(
    state: &mut State<'_>,
    best: &mut Best,
    penalty: &Penalty,
    temperature: f64,
    source: &mut Source<'_>,
) -> bool {
    let slot = source.chance.below(state.track.nowhere());
    if !state.track.limits.get(slot).is_some_and(|limits| limits.may_stay_empty) {
        return false;
    }
    best.settle(state);
    let undo = if state.size(slot) == 0 { open(state, slot, source) } else { close(state, slot, penalty, source) };
    let worse = undo.worse(penalty);
    if undo.back.is_empty() || accept(worse, temperature, &mut source.chance) {
        best.offer(state);
    } else {
        for &change in undo.back.iter().rev() {
            state.go(&[change]);
        }
    }
    true
}

/// What was done, to be judged and taken back.
struct Undo {
    back: Changes,
    cost: f64,
    breach: super::super::breach::Breach,
}

impl Undo {
    fn none() -> Undo {
        Undo { back: Changes::new(), cost: 0.0, breach: Default::default() }
    }

    fn go(&mut self, state: &mut State<'_>, e: u32, to: usize) {
        self.back.push((e, state.slot(e as usize) as u32));
        let delta = state.go(&[(e, to as u32)]);
        self.cost += delta.cost;
        self.breach = self.breach + delta.breach;
    }

    fn worse(&self, penalty: &Penalty) -> f64 {
        self.cost + penalty.price(&self.breach)
    }
}

/// Fills an empty network with an enrolment and near ones, up to its minimum or a few more.
fn open(state: &mut State<'_>, slot: usize, source: &mut Source<'_>) -> Undo {
    let mut undo = Undo::none();
    let track = state.track;
    let first = source.chance.below(track.len());
    let limits = &track.limits[slot];
    let wanted = limits.min.max(2) + source.chance.below(3) as i64;
    let candidates = std::iter::once(first as u32).chain(source.neighbours.all(first).iter().copied());
    for e in candidates {
        let full = state.size(slot) >= wanted.min(limits.max);
        if !full && track.open(e as usize, slot) && !track.rivals(e as usize).any(|f| state.slot(f) == slot) {
            undo.go(state, e, slot);
        }
    }
    undo
}

/// Up to this many slots, all are looked at for a member of a network that closes; else those of near ones.
const FEW: usize = 100;

/// Empties a network: each member goes where it costs least.
fn close(state: &mut State<'_>, slot: usize, penalty: &Penalty, source: &Source<'_>) -> Undo {
    let mut undo = Undo::none();
    let members = state.members(slot).to_vec();
    for e in members {
        let worth = |to: usize| {
            let delta = state.delta(&[(e, to as u32)]);
            delta.cost + penalty.price(&delta.breach)
        };
        let near = source.neighbours.all(e as usize).iter().map(|&f| state.slot(f as usize));
        let candidates: Vec<usize> = match state.track.slots() <= FEW {
            true => (0..state.track.slots()).collect(),
            false => near.chain([state.track.nowhere()]).collect(),
        };
        let elsewhere = candidates.into_iter().filter(|&to| to != slot && state.track.open(e as usize, to));
        let filled = elsewhere.filter(|&to| to == state.track.nowhere() || state.size(to) > 0);
        let best = filled.map(|to| (worth(to), to)).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, to)) = best {
            undo.go(state, e, to);
        }
    }
    undo
}
