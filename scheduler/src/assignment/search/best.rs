//! The best whole state so far.

use super::super::state::{Delta, State};

/// The cheapest state without a breach. Copied only when the search is about to leave it.
#[derive(Clone, Debug)]
pub(in super::super) struct Best {
    cost: f64,
    slots: Option<Vec<u32>>,
    /// Whether the search stands on a better state that is not copied yet.
    standing: bool,
}

impl Best {
    /// None yet.
    pub(in super::super) fn none() -> Best {
        Best { cost: f64::INFINITY, slots: None, standing: false }
    }

    /// Its cost; infinite where there is none.
    pub(in super::super) fn cost(&self) -> f64 {
        self.cost
    }

    /// The slot of each enrolment in it.
    pub(in super::super) fn slots(&self) -> Option<&[u32]> {
        self.slots.as_deref()
    }

    /// Whether nothing below can exist.
    pub(in super::super) fn reaches(&self, floor: f64) -> bool {
        self.cost <= floor + 1e-9 * floor.abs().max(1.0)
    }

    /// Takes a state where it is whole and better.
    pub(in super::super) fn offer(&mut self, state: &State<'_>) {
        self.stand(state);
        self.settle(state);
    }

    /// Takes another's where it is better.
    pub(super) fn take(&mut self, other: &Best) {
        if other.cost < self.cost {
            *self = other.clone();
        }
    }

    /// Makes a move and remembers where that leads to something better.
    pub(super) fn make(&mut self, state: &mut State<'_>, changes: &[(u32, u32)], delta: &Delta) {
        if delta.cost > 0.0 || !delta.breach.is_none() {
            self.settle(state);
        }
        state.apply(changes, delta);
        self.stand(state);
    }

    /// Copies the state that the search stands on, where it is the best one.
    pub(super) fn settle(&mut self, state: &State<'_>) {
        if self.standing {
            self.slots = Some(state.slots().to_vec());
            self.standing = false;
        }
    }

    /// Puts a state back to the best one, where there is one.
    pub(in super::super) fn restore<'t>(&mut self, state: &mut State<'t>) {
        self.settle(state);
        if let Some(slots) = &self.slots {
            *state = State::of(state.track, slots);
        }
    }

    fn stand(&mut self, state: &State<'_>) {
        if state.breach().is_none() && state.cost() < self.cost - 1e-9 * self.cost.abs().min(1e12) {
            self.cost = state.cost();
            self.standing = true;
        }
    }
}
