//! One or two who are in no network come into one, against one or two who leave it for elsewhere or nowhere.

use super::super::state::State;
use super::Source;

/// Draws such a move into `source.changes`; false where the draw led nowhere, as when everybody is placed.
pub(super) fn propose(state: &State<'_>, source: &mut Source<'_>) -> bool {
    let track = state.track;
    let out = state.members(track.nowhere());
    if out.is_empty() {
        return false;
    }
    let chance = &mut source.chance;
    let to = chance.below(track.nowhere());
    source.changes.clear();
    for _ in 0..1 + chance.below(2) {
        let Some(e) = chance.one_of(out) else { return false };
        if track.open(e as usize, to) && source.changes.iter().all(|&(f, _)| f != e) {
            source.changes.push((e, to as u32));
        }
    }
    for _ in 0..chance.below(3) {
        let Some(f) = chance.one_of(state.members(to)) else { break };
        let elsewhere = chance.below(track.slots());
        let fits = elsewhere != to && track.open(f as usize, elsewhere);
        if fits && source.changes.iter().all(|&(e, _)| e != f) {
            source.changes.push((f, elsewhere as u32));
        }
    }
    !source.changes.is_empty()
}
