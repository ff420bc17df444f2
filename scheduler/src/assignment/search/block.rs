//! Enrolments whose municipalities must stay together move as one, against one or two of the other network.

use super::super::state::State;
use super::Source;

/// Draws such a move into `source.changes`; false where the draw led nowhere.
pub(super) fn propose(state: &State<'_>, source: &mut Source<'_>) -> bool {
    let Some((e, to)) = source.enrolment_and_slot(state) else { return false };
    let from = state.slot(e);
    source.changes.clear();
    source.changes.push((e as u32, to as u32));
    for &home in state.track.ties(state.track.home[e]) {
        // The partner that is with it, else (to mend what is torn) any of that municipality.
        let all = state.track.of_home(home);
        let with = all.iter().copied().find(|&f| state.slot(f as usize) == from);
        let Some(f) = with.or_else(|| source.chance.one_of(all)) else { continue };
        if f as usize != e && state.slot(f as usize) != to && state.track.open(f as usize, to) {
            source.changes.push((f, to as u32));
        }
    }
    let back = source.chance.below(source.changes.len() + 1);
    for _ in 0..back {
        let Some(g) = source.chance.one_of(state.members(to)) else { return true };
        if !state.track.open(g as usize, from) || source.changes.iter().any(|&(f, _)| f == g) {
            return false;
        }
        source.changes.push((g, from as u32));
    }
    true
}
