//! Three enrolments move round: one pushes out another, who pushes out a third, who takes the first one's place
//! or one elsewhere.

use super::super::state::State;
use super::Source;

/// Draws such a move into `source.changes`; false where the draw led nowhere.
pub(super) fn propose(state: &State<'_>, source: &mut Source<'_>) -> bool {
    let Some((e, second)) = source.enrolment_and_slot(state) else { return false };
    let Some(f) = source.chance.one_of(state.members(second)) else { return false };
    let Some(near) = source.neighbours.one(f as usize, &mut source.chance) else { return false };
    let (first, third) = (state.slot(e), state.slot(near));
    if third == first || third == second || !state.track.open(f as usize, third) {
        return false;
    }
    source.changes.clear();
    source.changes.extend([(e as u32, second as u32), (f, third as u32)]);
    if source.chance.below(4) > 0 {
        let Some(g) = source.chance.one_of(state.members(third)) else { return false };
        if !state.track.open(g as usize, first) {
            return false;
        }
        source.changes.push((g, first as u32));
    }
    true
}
