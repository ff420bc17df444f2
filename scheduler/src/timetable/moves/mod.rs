//! The moves of the search, a file each. A move changes the state step by step and tells whether it came to
//! anything; whoever called takes it back (`State::undo`) or keeps it.

mod eject;
mod open;
mod rebuild;
mod retime;
mod shift;
mod swap_guests;
mod swap_hostings;

use super::frame::DayIx;
use super::state::State;
use crate::random::Random;

/// A move: `true` where something changed. Its steps are noted in the state.
pub(super) type Move = fn(&mut State<'_>, &mut Random) -> bool;

/// The moves with their shares.
pub(super) const MOVES: [(Move, u32); 7] = [
    (shift::attempt, 30),
    (retime::attempt, 25),
    (swap_guests::attempt, 15),
    (swap_hostings::attempt, 10),
    (open::attempt, 8),
    (rebuild::attempt, 2),
    (eject::attempt, 10),
];

/// A hosting, any as likely as the next.
fn any_hosting(state: &State<'_>, random: &mut Random) -> usize {
    random.below(state.frame.hostings.len()) // a search is not begun without hostings
}

/// The guests of a hosting who have this day (or are away).
fn guests_on(state: &State<'_>, hosting: usize, day: DayIx) -> Vec<usize> {
    (0..state.frame.hostings[hosting].guests.len()).filter(|&guest| state.day(hosting, guest) == day).collect()
}
