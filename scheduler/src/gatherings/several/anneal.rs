//! Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983) over places, days and who attends which meeting.

use super::near::{Near, NearSlots};
use super::state::{NONE, State};
use crate::effort::Budget;
use crate::random::Random;

/// The first temperature, as a part of what a guest costs on average, and the last as a part of the first.
const HOT: f64 = 0.5;
const COLD: f64 = 1e-3;
/// Moves between two looks at what meetings are near whom.
const REFRESH: usize = 200_000;

/// What one move has changed, to be taken back.
#[derive(Default)]
struct Undo {
    guests: Vec<(usize, u32)>,
    slots: Vec<(usize, usize, usize)>,
}

/// A search that cools down as its budget is used.
struct Annealing<'a, 'i> {
    state: State<'i>,
    best: Option<State<'i>>,
    near: &'a Near,
    by_slot: NearSlots,
    random: Random,
    undo: Undo,
}

/// Betters a choice until the budget is used up: the best that keeps every rule; none where none did.
pub(super) fn anneal<'i>(state: State<'i>, near: &Near, random: Random, budget: &Budget<'_>) -> Option<State<'i>> {
    let by_slot = near.slots(&state);
    let best = state.is_whole().then(|| state.clone());
    let mut search = Annealing { state, best, near, by_slot, random, undo: Undo::default() };
    search.run(budget);
    search.best
}

impl Annealing<'_, '_> {
    fn run(&mut self, budget: &Budget<'_>) {
        let guests = self.state.instance.guests.len().max(1);
        let hot = HOT * (self.state.cost / guests as f64).max(1e-6);
        let mut temperature = hot;
        for turn in 0_usize.. {
            if turn % 64 == 0 {
                temperature = hot * COLD.powf(budget.used());
            }
            if turn % REFRESH == REFRESH - 1 {
                self.by_slot = self.near.slots(&self.state);
            }
            let before = self.state.total();
            let steps = self.step();
            let after = self.state.total();
            let worse = after - before;
            if worse > 0.0 {
                // The best so far is kept before it is left for the first time; that move is taken back.
                let accepted = self.random.unit() < (-worse / temperature).exp();
                if !accepted || self.is_best(before) {
                    self.take_back();
                    if accepted {
                        self.keep(before);
                    }
                }
            }
            if budget.spend(steps) {
                self.keep(self.state.total());
                break;
            }
        }
    }

    /// Keeps the choice where it is the best so far and keeps every rule.
    fn keep(&mut self, total: f64) {
        if self.is_best(total) {
            self.best = Some(self.state.clone());
        }
    }

    /// Whether a choice of this cost, the present one, is the best so far, and whole.
    fn is_best(&self, total: f64) -> bool {
        let hair = 1e-9 * total.abs().max(1.0);
        self.best.as_ref().is_none_or(|best| total < best.total() - hair) && self.state.is_whole()
    }

    /// Tries one move; what it changed is noted. The steps that it took.
    fn step(&mut self) -> u64 {
        self.undo.guests.clear();
        self.undo.slots.clear();
        let slots = self.state.slots.len();
        match self.random.below(100) {
            0..55 => self.reseat(),
            55..65 => self.exchange(),
            65..68 => {
                let guest = self.random.below(self.state.instance.guests.len());
                self.send(guest, NONE);
                1
            }
            68..85 => {
                let slot = self.random.below(slots);
                self.move_place(slot)
            }
            85..95 => {
                let slot = self.random.below(slots);
                let start = self.random.below(self.state.instance.starts.len());
                self.move_day(slot, start)
            }
            _ => {
                let (a, b) = (self.random.below(slots), self.random.below(slots));
                self.swap_days(a, b)
            }
        }
    }

    /// A guest goes to another meeting, or changes with somebody there.
    fn reseat(&mut self) -> u64 {
        let state = &self.state;
        let guest = self.random.below(state.instance.guests.len());
        let slots = state.slots.len() as u32;
        let count = self.by_slot.of(guest, slots).count();
        let Some(slot) = self.by_slot.of(guest, slots).nth(self.random.below(count)) else { return 1 };
        let own = state.slot_of[guest];
        if slot == own || state.cost_at(guest, slot).is_infinite() {
            return 1;
        }
        if state.fits(guest, slot) {
            self.send(guest, slot);
            return 1;
        }
        // Somebody there makes room and takes the seat that is left, or goes elsewhere.
        let Some(&other) = self.random.pick(self.state.guests_of(slot as usize)) else { return 1 };
        let other = other as usize;
        self.send(other, NONE);
        self.send(guest, NONE);
        if self.state.fits(guest, slot) {
            self.send(guest, slot);
        }
        for unseated in [guest, other] {
            if self.state.slot_of[unseated] == NONE {
                self.seat(unseated);
            }
        }
        2
    }

    /// Two guests exchange their meetings, or one of them takes the place of the other, who attends none.
    fn exchange(&mut self) -> u64 {
        let guests = self.state.instance.guests.len();
        let (a, b) = (self.random.below(guests), self.random.below(guests));
        let (of_a, of_b) = (self.state.slot_of[a], self.state.slot_of[b]);
        let can = |guest: usize, slot: u32| self.state.cost_at(guest, slot).is_finite();
        if of_a == of_b || !can(a, of_b) || !can(b, of_a) {
            return 1;
        }
        self.send(a, NONE);
        self.send(b, NONE);
        for (guest, slot) in [(a, of_b), (b, of_a)] {
            if self.state.fits(guest, slot) {
                self.send(guest, slot);
            }
        }
        2
    }

    fn send(&mut self, guest: usize, slot: u32) {
        self.undo.guests.push((guest, self.state.slot_of[guest]));
        self.state.send(guest, slot);
    }

    fn seat(&mut self, guest: usize) {
        self.undo.guests.push((guest, self.state.slot_of[guest]));
        let slots = self.state.slots.len() as u32;
        self.state.seat(guest, self.by_slot.of(guest, slots));
    }

    /// A meeting goes to another place: near, or where one of its guests is at home.
    fn move_place(&mut self, slot: usize) -> u64 {
        let at = self.state.slots[slot];
        let far = self.random.below(8) == 0;
        let near = self.near.places(at.place);
        let place = match self.random.pick(near) {
            Some(&place) if !far => place as usize,
            _ => self.random.below(self.state.instance.places.len()),
        };
        if self.state.used[place]
            || !self.state.instance.is_open(place, at.start)
            || !self.state.may_leave(at.place, place)
        {
            return 1;
        }
        self.hold(slot, place, at.start);
        if far {
            // It is somewhere else now: whoever is near it may come.
            let near = self.near;
            for &guest in near.guests(place) {
                let guest = guest as usize;
                let gains =
                    self.state.cost_at(guest, slot as u32) < self.state.cost_at(guest, self.state.slot_of[guest]);
                if gains && self.state.fits(guest, slot as u32) {
                    self.send(guest, slot as u32);
                }
            }
        }
        self.steps_of(slot)
    }

    /// A meeting begins on another day.
    fn move_day(&mut self, slot: usize, start: usize) -> u64 {
        let at = self.state.slots[slot];
        if start == at.start || !self.state.instance.is_open(at.place, start) || !self.state.day_left(start) {
            return 1;
        }
        self.hold(slot, at.place, start);
        self.steps_of(slot)
    }

    /// Two meetings exchange their days.
    fn swap_days(&mut self, a: usize, b: usize) -> u64 {
        let (one, other) = (self.state.slots[a], self.state.slots[b]);
        let open = |place: usize, start: usize| self.state.instance.is_open(place, start);
        if one.start == other.start || !open(one.place, other.start) || !open(other.place, one.start) {
            return 1;
        }
        self.hold(a, one.place, other.start);
        self.hold(b, other.place, one.start);
        self.steps_of(a) + self.steps_of(b)
    }

    fn steps_of(&self, slot: usize) -> u64 {
        1 + self.state.guests_of(slot).len() as u64 / 4
    }

    /// Holds a meeting elsewhere; who cannot come any more is seated anew.
    fn hold(&mut self, slot: usize, place: usize, start: usize) {
        let at = self.state.slots[slot];
        self.undo.slots.push((slot, at.place, at.start));
        let before = self.state.guests_of(slot).to_vec();
        self.state.hold(slot, place, start);
        for guest in before.into_iter().map(|guest| guest as usize) {
            if self.state.slot_of[guest] != NONE {
                continue;
            }
            self.undo.guests.push((guest, slot as u32));
            self.undo.guests.push((guest, NONE));
            self.state.seat(guest, self.by_slot.of(guest, self.state.slots.len() as u32));
        }
    }

    /// Everything as it was before the move.
    fn take_back(&mut self) {
        // Everybody who has moved is at none while meetings go back, so that nobody is where they cannot be.
        for at in (0..self.undo.guests.len()).rev() {
            self.state.send(self.undo.guests[at].0, NONE);
        }
        for at in (0..self.undo.slots.len()).rev() {
            let (slot, place, start) = self.undo.slots[at];
            self.state.hold(slot, place, start);
        }
        for at in (0..self.undo.guests.len()).rev() {
            let (guest, slot) = self.undo.guests[at];
            self.state.send(guest, slot);
        }
    }
}
