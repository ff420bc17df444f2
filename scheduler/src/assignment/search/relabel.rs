//! Two networks trade their members: groups that are well made but have the wrong name. Who cannot be in the other one
//! stays: somebody fixed to a far network gets company from near home that way.

use super::super::breach::Breach;
use super::super::state::{Changes, State};
use super::{Best, Source, accept, penalty::Penalty};

/// Draws two networks and makes the trade where it is taken; false where the draw led nowhere.
pub(super) fn step(
    state: &mut State<'_>,
    best: &mut Best,
    penalty: &Penalty,
    temperature: f64,
    source: &mut Source<'_>,
) -> bool {
    let Some((a, b)) = draw(state, source) else { return false };
    let chance = &mut source.chance;
    let Some(cost) = cost(state, a, b) else {
        let changes = trade(state, a, b);
        let delta = state.delta(&changes);
        if accept(delta.cost + penalty.price(&delta.breach), temperature, chance) {
            best.make(state, &changes, &delta);
        }
        return true;
    };
    let breach = breach(state, a, b);
    if accept(cost + penalty.price(&breach), temperature, chance) {
        best.settle(state);
        for change in trade(state, a, b) {
            state.go(&[change]);
        }
        best.offer(state);
    }
    true
}

/// Two networks: mostly that of an enrolment and one that it wishes for.
fn draw(state: &State<'_>, source: &mut Source<'_>) -> Option<(usize, usize)> {
    let networks = state.track.nowhere();
    let e = source.chance.below(state.track.len());
    let wish = if source.chance.below(8) > 0 { source.neighbours.wish(e, &mut source.chance) } else { None };
    let (a, b) = match wish {
        Some(wish) => (state.slot(e), wish),
        None => (source.chance.below(networks), source.chance.below(networks)),
    };
    (a != b && a < networks && b < networks).then_some((a, b))
}

/// The moves that make up the trade: of all who may be in the other network.
pub(super) fn trade(state: &State<'_>, a: usize, b: usize) -> Changes {
    let movable = |from: usize, to: usize| {
        let open = move |e: &&u32| state.track.open(**e as usize, to);
        state.members(from).iter().filter(open).map(move |&e| (e, to as u32))
    };
    movable(a, b).chain(movable(b, a)).collect()
}

/// What the trade of all members costs; `None` where somebody must stay. Travel stays as it is.
fn cost(state: &State<'_>, a: usize, b: usize) -> Option<f64> {
    let mut cost = 0.0;
    for (from, to) in [(a, b), (b, a)] {
        for &e in state.members(from) {
            cost += state.track.own(e as usize, to) - state.track.own(e as usize, from);
        }
    }
    (cost < f64::INFINITY).then_some(cost)
}

fn breach(state: &State<'_>, a: usize, b: usize) -> Breach {
    if state.track.limits[a] == state.track.limits[b] {
        return Breach::default();
    }
    let after = state.network_breach(a, b) + state.network_breach(b, a);
    after + -(state.network_breach(a, a) + state.network_breach(b, b))
}
