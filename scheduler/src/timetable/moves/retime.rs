//! A whole visit moves to another day. Its guests go along where they can; those who were away join where they
//! can; who is left over looks for another visit of the hosting.

use super::super::frame::AWAY;
use super::super::place::settle;
use super::super::state::State;
use crate::random::Random;

pub(super) fn attempt(state: &mut State<'_>, random: &mut Random) -> bool {
    let hosting = super::any_hosting(state, random);
    let h = &state.frame.hostings[hosting];
    let Some(&held) = random.pick(state.held(hosting)) else { return false };
    let Some(&day) = random.pick(&h.days) else { return false };
    if state.held(hosting).iter().any(|other| other.day == day) {
        return false;
    }
    let movers = super::guests_on(state, hosting, held.day);
    let away = super::guests_on(state, hosting, AWAY);
    for &guest in &movers {
        state.leave(hosting, guest);
    }
    if state.open_cost(hosting, day).is_none() {
        return false;
    }
    let mut moved = false;
    for guest in movers.into_iter().chain(away) {
        moved |= state.join(hosting, guest, day);
    }
    if moved {
        settle(state, hosting);
    }
    moved
}
