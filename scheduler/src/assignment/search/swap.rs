//! Two enrolments trade slots.

use super::super::state::State;
use super::Source;

/// Draws such a move into `source.changes`; false where the draw led nowhere.
pub(super) fn propose(state: &State<'_>, source: &mut Source<'_>) -> bool {
    let Some((e, to)) = source.enrolment_and_slot(state) else { return false };
    let Some(f) = source.chance.one_of(state.members(to)) else { return false };
    let from = state.slot(e);
    if !state.track.open(f as usize, from) {
        return false;
    }
    source.changes.clear();
    source.changes.extend([(e as u32, to as u32), (f, from as u32)]);
    true
}
