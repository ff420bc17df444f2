//! One enrolment goes to another slot, or out, or in.

use super::super::state::State;
use super::Source;

/// Draws such a move into `source.changes`; false where the draw led nowhere.
pub(super) fn propose(state: &State<'_>, source: &mut Source<'_>) -> bool {
    let Some((e, to)) = source.enrolment_and_slot(state) else { return false };
    source.changes.clear();
    source.changes.push((e as u32, to as u32));
    true
}

impl Source<'_> {
    /// An enrolment and a slot for it, other than its own: mostly where a near one is, or where it wishes to be.
    pub(super) fn enrolment_and_slot(&mut self, state: &State<'_>) -> Option<(usize, usize)> {
        let track = state.track;
        let out = state.members(track.nowhere());
        let draw = self.chance.below(256);
        let e = match self.chance.one_of(out) {
            Some(e) if draw < 16 => e as usize,
            _ => self.chance.below(track.len()),
        };
        let to = match draw % 16 {
            0..7 => state.slot(self.neighbours.one(e, &mut self.chance)?),
            7..10 => self.neighbours.wish(e, &mut self.chance)?,
            10 if draw == 10 => track.nowhere(),
            _ => self.chance.below(track.nowhere()),
        };
        (to != state.slot(e) && track.open(e, to)).then_some((e, to))
    }
}
