//! A further visit is opened for those who are away, and for some of those who come on other days; or one is
//! closed, and its guests join the others.

use super::super::frame::AWAY;
use super::super::place::settle;
use super::super::state::State;
use crate::random::Random;

pub(super) fn attempt(state: &mut State<'_>, random: &mut Random) -> bool {
    let hosting = super::any_hosting(state, random);
    if state.held(hosting).len() > 1 && random.below(2) == 0 {
        close(state, random, hosting)
    } else {
        open(state, random, hosting)
    }
}

fn close(state: &mut State<'_>, random: &mut Random, hosting: usize) -> bool {
    let Some(&held) = random.pick(state.held(hosting)) else { return false };
    for guest in super::guests_on(state, hosting, held.day) {
        state.leave(hosting, guest);
    }
    settle(state, hosting);
    true
}

fn open(state: &mut State<'_>, random: &mut Random, hosting: usize) -> bool {
    let Some(&day) = random.pick(&state.frame.hostings[hosting].days) else { return false };
    if state.held(hosting).iter().any(|held| held.day == day) || state.open_cost(hosting, day).is_none() {
        return false;
    }
    let mut opened = false;
    for guest in super::guests_on(state, hosting, AWAY) {
        opened |= state.join(hosting, guest, day);
    }
    let others_too = random.below(3) > 0;
    for guest in 0..state.frame.hostings[hosting].guests.len() {
        let before = state.day(hosting, guest);
        if others_too && before != day && before != AWAY && random.below(2) == 0 {
            state.leave(hosting, guest);
            if !state.join(hosting, guest, day) {
                state.join(hosting, guest, before);
            }
            opened |= state.day(hosting, guest) == day;
        }
    }
    opened
}
