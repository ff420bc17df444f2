//! Two guests of one hosting trade days.

use super::super::frame::AWAY;
use super::super::state::State;
use crate::random::Random;

pub(super) fn attempt(state: &mut State<'_>, random: &mut Random) -> bool {
    let hosting = super::any_hosting(state, random);
    let guests = state.frame.hostings[hosting].guests.len();
    let (a, b) = (random.below(guests), random.below(guests));
    let (day_a, day_b) = (state.day(hosting, a), state.day(hosting, b));
    if day_a == day_b {
        return false;
    }
    for (guest, day) in [(a, day_a), (b, day_b)] {
        if day != AWAY {
            state.leave(hosting, guest);
        }
    }
    [(a, day_b), (b, day_a)].into_iter().all(|(guest, day)| day == AWAY || state.join(hosting, guest, day))
}
