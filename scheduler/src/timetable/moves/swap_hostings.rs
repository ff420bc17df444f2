//! Two hostings of a network trade their days: the one way into a round whose hostings are all taken.

use super::super::frame::{AWAY, DayIx};
use super::super::place::{join_cheapest_held, place, settle};
use super::super::state::State;
use crate::random::Random;

pub(super) fn attempt(state: &mut State<'_>, random: &mut Random) -> bool {
    let a = super::any_hosting(state, random);
    let network = &state.frame.of_network[state.frame.hostings[a].network.at()];
    let Some(b) = random.pick(network).map(|&b| b as usize).filter(|&b| b != a) else { return false };
    let (days_a, days_b) = (days(state, a), days(state, b));
    if days_a.is_empty() && days_b.is_empty() {
        return false;
    }
    state.clear(a);
    state.clear(b);
    let anew = random.below(4) == 0;
    for (hosting, days) in [(a, days_b), (b, days_a)] {
        come(state, hosting, &days);
        if anew && state.held(hosting).is_empty() {
            place(state, hosting, Some((random, 0.3)));
        }
    }
    true
}

fn days(state: &State<'_>, hosting: usize) -> Vec<DayIx> {
    state.held(hosting).iter().map(|held| held.day).collect()
}

/// Everybody who can comes on one of these days: the first that suits, then, all visits being open, the cheapest.
fn come(state: &mut State<'_>, hosting: usize, days: &[DayIx]) {
    let guests = state.frame.hostings[hosting].guests.len();
    for guest in 0..guests {
        let _ = days.iter().any(|&day| state.join(hosting, guest, day));
    }
    for guest in 0..guests {
        let before = state.day(hosting, guest);
        if before != AWAY && state.held(hosting).len() > 1 {
            state.leave(hosting, guest);
            join_cheapest_held(state, hosting, guest);
            if state.day(hosting, guest) == AWAY {
                state.join(hosting, guest, before);
            }
        }
    }
    settle(state, hosting);
}
