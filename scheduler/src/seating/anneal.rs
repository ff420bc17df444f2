//! The search for groups: simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983) from random groups, in turns of which each has
//! twice the steps of the one before, then exchanges that save until there is none. Groups begin with even tracks. Every second
//! turn exchanges seats within tracks alone, which keeps them even: in a large meeting, what uneven tracks cost is small beside
//! the rest, and takes many steps to mend.

use std::time::Duration;

use super::state::State;
use super::{Request, Seat};
use crate::effort::{Budget, Limit};
use crate::random::Random;

/// The first and the last temperature, in cost. At the last, what costs least is still mended and hardly ever made.
const HOT: f64 = 50.0;
const COLD: f64 = 1.0;
/// The first turn.
const FIRST_TURN: Limit = Limit { time: Duration::from_millis(150), steps: 500_000 };
/// The part of the budget that the last exchanges are left.
const DESCENT: f64 = 0.1;
/// Steps between two looks at the budget.
const STEPS_PER_LOOK: u64 = 64;

/// The best groups found; the search ends where they cost no more than the bound.
pub(super) fn best(
    seats: &[Seat],
    request: &Request,
    bound: u64,
    seed: u64,
    budget: &Budget<'_>,
) -> Vec<Vec<Vec<usize>>> {
    let mut random = Random::new(seed);
    if request.groups(seats.len()) < 2 {
        return State::random(seats, request, &mut random).groups();
    }
    let bound = i64::try_from(bound).unwrap_or(i64::MAX);
    let mut best = State::random(seats, request, &mut random);
    let search = budget.share(1.0 - DESCENT);
    for turn in 0.. {
        if best.cost <= bound || search.enough() {
            break;
        }
        let share = search.share_at_most(1.0, FIRST_TURN.doubled(turn));
        let state = State::random(seats, request, &mut random);
        let found = anneal(state, turn % 2 == 1, bound, &mut random, &share);
        search.join(&share);
        if found.0 < best.cost {
            best = State::labelled(seats, request, &found.1);
        }
        if share.spent() == 0 {
            break;
        }
    }
    budget.join(&search);
    descend(&mut best, budget);
    best.groups()
}

/// One turn: what the best that it passes through costs, and its groups.
fn anneal(
    mut state: State<'_>,
    within_tracks: bool,
    bound: i64,
    random: &mut Random,
    budget: &Budget<'_>,
) -> (i64, Vec<Vec<usize>>) {
    let mut best = (state.cost, state.labels());
    loop {
        let temperature = HOT * (COLD / HOT).powf(budget.used());
        for _ in 0..STEPS_PER_LOOK {
            let Some(exchange) = state.draw(within_tracks, random) else { return best };
            let delta = state.delta(exchange);
            if delta <= 0 || random.unit() < (-(delta as f64) / temperature).exp() {
                state.exchange(exchange, delta);
            }
        }
        if state.cost < best.0 {
            best = (state.cost, state.labels());
        }
        if best.0 <= bound || budget.spend(STEPS_PER_LOOK) {
            return best;
        }
    }
}

/// Makes exchanges that save, where something costs, until there is none.
fn descend(state: &mut State<'_>, budget: &Budget<'_>) {
    loop {
        let before = state.cost;
        for (session, group) in state.faulty() {
            for at in 0..state.members(session, group).len() {
                let seat = state.members(session, group)[at];
                let found = state.best_exchange(session, seat);
                if let Some((delta, exchange)) = found.filter(|(delta, _)| *delta < 0) {
                    state.exchange(exchange, delta);
                }
                if budget.spend(64) {
                    return;
                }
            }
        }
        if state.cost >= before {
            return;
        }
    }
}
