//! A timetable in one pass: the hostings with the fewest days first, each on the days that cost least.

use super::place::place;
use super::state::State;

/// Places every hosting that nobody attends yet.
pub(super) fn fill(state: &mut State<'_>) {
    let frame = state.frame;
    let mut order: Vec<usize> = (0..frame.hostings.len()).filter(|&u| state.held(u).is_empty()).collect();
    order.sort_by_key(|&u| (frame.hostings[u].days.len(), u));
    for hosting in order {
        place(state, hosting, None);
    }
    state.keep();
}
