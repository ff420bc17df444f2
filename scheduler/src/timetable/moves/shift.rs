//! One guest comes on another day, to a visit that is held or to one of its own; now and then not at all.

use super::super::frame::AWAY;
use super::super::state::State;
use crate::random::Random;

pub(super) fn attempt(state: &mut State<'_>, random: &mut Random) -> bool {
    let hosting = super::any_hosting(state, random);
    let h = &state.frame.hostings[hosting];
    let guest = random.below(h.guests.len());
    let before = state.day(hosting, guest);
    let held = if random.below(2) == 0 { random.pick(state.held(hosting)).map(|held| held.day) } else { None };
    let Some(day) = held.or_else(|| random.pick(&h.days).copied()) else { return false };
    if before == day {
        if state.held(hosting).len() < 2 || random.below(4) > 0 {
            return false;
        }
        state.leave(hosting, guest);
        return true;
    }
    if before != AWAY {
        state.leave(hosting, guest);
    }
    state.join(hosting, guest, day)
}
